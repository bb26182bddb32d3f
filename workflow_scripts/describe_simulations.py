"""Describe every simulation of one shard."""

from functools import partial
from itertools import chain

from minicolumn.config import Statistics
from minicolumn.files.store import read_parts, write_parts
from minicolumn.files.tables import SIMULATED_STATISTICS, SIMULATIONS
from minicolumn.jobs.job import job
from minicolumn.jobs.workers import in_order
from minicolumn.statistics.windows import by_circuits, describe_simulations

with job(snakemake):
    matching = Statistics(**snakemake.params.matching)
    described = partial(
        describe_simulations, matching=matching, seed=snakemake.params.seed
    )
    parts = read_parts(snakemake.input[0], SIMULATIONS)
    pieces = chain.from_iterable(map(by_circuits, parts))
    rows = in_order(described, pieces, snakemake.threads)
    write_parts(snakemake.output[0], SIMULATED_STATISTICS, rows)
