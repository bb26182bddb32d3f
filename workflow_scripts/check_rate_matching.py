"""Compare each observed change with the one at matched rates."""

from minicolumn.config import ComparedStates
from minicolumn.files.store import read_tables, write_table
from minicolumn.files.tables import (
    RATE_MATCHING,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
)
from minicolumn.jobs.job import job
from minicolumn.scoring.rate_matching import check_rate_matching
from minicolumn.sessions.session import scored

with job(snakemake):
    recorded = scored(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
    )
    columns = check_rate_matching(
        recorded,
        read_tables(snakemake.input.simulated, SIMULATED_STATISTICS),
        ComparedStates(**snakemake.params.states),
        snakemake.params.per_state_at_least,
    )
    write_table(snakemake.output[0], RATE_MATCHING, columns)
