"""Simulate one shard of circuits at all ACh levels under one mechanism."""

from minicolumn.config import Physics
from minicolumn.devices import claim_device
from minicolumn.job import job_log
from minicolumn.simulate.device import prepare, provenance
from minicolumn.store import read_table, write_parts
from minicolumn.tables import CIRCUITS, SIMULATIONS

with job_log(snakemake.log[0]):
    claim_device()
    prepare()
    from minicolumn.simulate.shard import simulate_shard

    physics = Physics(**snakemake.params.physics)
    circuits = read_table(snakemake.input.circuits, CIRCUITS).to_pylist()
    parts = simulate_shard(circuits, snakemake.wildcards.mechanism, physics)
    write_parts(snakemake.output[0], SIMULATIONS, parts, provenance(physics.seed))
