"""Describe every simulation of one shard."""

from minicolumn.config import Statistics
from minicolumn.files.store import read_parts, write_parts
from minicolumn.files.tables import SIMULATED_STATISTICS, SIMULATIONS
from minicolumn.jobs.job import job
from minicolumn.statistics.windows import describe_simulations

with job(snakemake):
    matching = Statistics(**snakemake.params.matching)
    parts = (
        describe_simulations(simulations, matching, snakemake.params.seed)
        for simulations in read_parts(snakemake.input[0], SIMULATIONS)
    )
    write_parts(snakemake.output[0], SIMULATED_STATISTICS, parts)
