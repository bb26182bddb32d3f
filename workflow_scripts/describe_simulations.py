"""Describe every simulation of one shard."""

from functools import partial

from minicolumn.config import Statistics
from minicolumn.files.store import read_parts, write_parts
from minicolumn.files.tables import SIMULATED_STATISTICS, SIMULATIONS
from minicolumn.jobs.job import job
from minicolumn.jobs.workers import in_order
from minicolumn.statistics.windows import describe_simulations

with job(snakemake):
    matching = Statistics(**snakemake.params.matching)
    described = partial(
        describe_simulations, matching=matching, seed=snakemake.params.seed
    )
    parts = in_order(
        described, read_parts(snakemake.input[0], SIMULATIONS), snakemake.threads
    )
    write_parts(snakemake.output[0], SIMULATED_STATISTICS, parts)
