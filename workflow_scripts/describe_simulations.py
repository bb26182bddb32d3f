"""Describe every simulation of one shard."""

from minicolumn.config import Statistics
from minicolumn.files.store import read_parts, write_parts
from minicolumn.files.tables import SIMULATED_STATISTICS, SIMULATIONS
from minicolumn.jobs.job import job
from minicolumn.statistics.windows import describe_parts

with job(snakemake):
    matching = Statistics(**snakemake.params.matching)
    parts = read_parts(snakemake.input[0], SIMULATIONS)
    rows = describe_parts(parts, matching, snakemake.params.seed, snakemake.threads)
    write_parts(snakemake.output[0], SIMULATED_STATISTICS, rows)
