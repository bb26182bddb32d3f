"""Simulate one shard of circuits at all ACh levels under one mechanism."""

from minicolumn.config import Physics
from minicolumn.files.store import read_table, write_parts
from minicolumn.files.tables import CIRCUITS, SIMULATIONS
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.simulation.device import prepare, provenance

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.simulation.shard import simulate_shard

    physics = Physics(**snakemake.params.physics)
    circuits = read_table(snakemake.input.circuits, CIRCUITS).to_pylist()
    parts = simulate_shard(circuits, snakemake.wildcards.mechanism, physics)
    write_parts(snakemake.output[0], SIMULATIONS, parts, provenance(physics.seed))
