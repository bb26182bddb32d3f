"""Draw circuits that could have produced each session at rest."""

from minicolumn.inference.possible import inferred_sessions, possible_circuits
from minicolumn.inference.posterior_archive import load
from minicolumn.job import job_log
from minicolumn.store import read_tables, write_parts, write_table
from minicolumn.tables import (
    INFERRED_SESSIONS,
    POSSIBLE_CIRCUITS,
    RECORDED_STATISTICS,
    SESSIONS,
)
from minicolumn.transfer.observed import scored_sessions, session_epochs

with job_log(snakemake.log[0]):
    recorded = scored_sessions(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
    )
    sessions = session_epochs(recorded, snakemake.params.per_state_at_least)
    known = [(one.session_id, one.at_rest) for one in sessions]
    params = snakemake.params
    posterior = load(snakemake.input.posterior)
    write_parts(
        snakemake.output.circuits,
        POSSIBLE_CIRCUITS,
        possible_circuits(posterior, known, params.draws, params.seed),
    )
    columns = inferred_sessions(posterior, known, params.false_alarm)
    write_table(snakemake.output.sessions, INFERRED_SESSIONS, columns)
