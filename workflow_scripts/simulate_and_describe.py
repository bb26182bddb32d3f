"""Simulate one shard of circuits and describe it at once; spikes are not kept."""

from minicolumn.config import Physics, Statistics
from minicolumn.files.store import read_table, table_of, write_parts
from minicolumn.files.tables import CIRCUITS, SIMULATED_STATISTICS, SIMULATIONS
from minicolumn.jobs.devices import claim_device
from minicolumn.jobs.job import job
from minicolumn.simulation.device import prepare, provenance
from minicolumn.statistics.windows import describe_parts

with job(snakemake):
    claim_device()
    prepare()
    from minicolumn.simulation.shard import simulate_shard

    params = snakemake.params
    physics, matching = Physics(**params.physics), Statistics(**params.matching)
    circuits = read_table(snakemake.input.circuits, CIRCUITS).to_pylist()
    parts = simulate_shard(circuits, snakemake.wildcards.mechanism, physics)
    simulations = (table_of(part, SIMULATIONS) for part in parts)
    rows = describe_parts(simulations, matching, physics.seed, snakemake.threads)
    about = provenance(physics.seed)
    write_parts(snakemake.output[0], SIMULATED_STATISTICS, rows, about)
