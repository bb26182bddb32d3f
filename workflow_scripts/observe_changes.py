"""Observe how each session changes between its states, and how surely."""

from minicolumn.files.store import columns_of, read_tables, write_table
from minicolumn.files.tables import OBSERVED_CHANGES, RECORDED_STATISTICS, SESSIONS
from minicolumn.jobs.job import job
from minicolumn.scoring.reliability import observe_changes
from minicolumn.scoring.resampling import Resampling
from minicolumn.sessions.session import scored, sessions_of

with job(snakemake):
    recorded = scored(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
    )
    rows = observe_changes(
        sessions_of(recorded),
        snakemake.params.per_state_at_least,
        Resampling(snakemake.params.seed, snakemake.params.n_resamples),
        snakemake.params.compared,
    )
    write_table(
        snakemake.output[0], OBSERVED_CHANGES, columns_of(rows, OBSERVED_CHANGES.names)
    )
