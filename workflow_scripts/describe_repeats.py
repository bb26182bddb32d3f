"""Describe every repeated simulation."""

from minicolumn.config import Statistics
from minicolumn.files.store import read_parts, write_parts
from minicolumn.files.tables import REPEATED_STATISTICS, REPEATS
from minicolumn.jobs.job import job
from minicolumn.statistics.windows import by_trial, describe_simulations

with job(snakemake):
    matching = Statistics(**snakemake.params.matching)
    parts = (
        {
            "trial": one["trial"].to_pylist(),
            **describe_simulations(one, matching, snakemake.params.seed),
        }
        for repeats in read_parts(snakemake.input[0], REPEATS)
        for one in by_trial(repeats)
    )
    write_parts(snakemake.output[0], REPEATED_STATISTICS, parts)
