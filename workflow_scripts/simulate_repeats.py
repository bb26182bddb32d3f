"""Simulate some held-out circuits several times, each time under other noise."""

from minicolumn.config import Physics
from minicolumn.files.store import write_parts
from minicolumn.files.tables import REPEATS
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.simulation.device import prepare, provenance

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.circuits.prior import parameter_rows
    from minicolumn.simulation.shard import simulate_shard

    physics = Physics(**snakemake.params.physics)
    circuits = parameter_rows(physics.prior, physics.seed, snakemake.params.circuits)
    parts = simulate_shard(
        circuits, snakemake.wildcards.mechanism, physics, snakemake.params.trials
    )
    write_parts(snakemake.output[0], REPEATS, parts, provenance(physics.seed))
