"""Describe every repeated simulation."""

from minicolumn.config import Statistics
from minicolumn.job import job_log
from minicolumn.store import read_parts, write_parts
from minicolumn.tables import REPEATED_STATISTICS, REPEATS
from minicolumn.windows import describe_simulations

with job_log(snakemake.log[0]):
    matching = Statistics(**snakemake.params.matching)
    parts = (
        {
            "trial": repeats["trial"].to_pylist(),
            **describe_simulations(repeats, matching, snakemake.params.seed),
        }
        for repeats in read_parts(snakemake.input[0], REPEATS)
    )
    write_parts(snakemake.output[0], REPEATED_STATISTICS, parts)
