"""Simulate some held-out circuits several times, each time under other noise."""

from minicolumn.config import Physics
from minicolumn.devices import claim_device
from minicolumn.job import job_log
from minicolumn.simulate.device import prepare, provenance
from minicolumn.store import write_parts
from minicolumn.tables import REPEATS

with job_log(snakemake.log[0]):
    claim_device()
    prepare()
    from minicolumn.repeats import simulate_repeats

    physics = Physics(**snakemake.params.physics)
    parts = simulate_repeats(
        snakemake.params.circuits,
        snakemake.wildcards.mechanism,
        physics,
        snakemake.params.trials,
    )
    write_parts(snakemake.output[0], REPEATS, parts, provenance(physics.seed))
