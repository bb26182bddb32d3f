"""Draw circuits that could have produced each session at rest."""

from minicolumn.files.store import read_tables, write_parts, write_table
from minicolumn.files.tables import (
    INFERRED_SESSIONS,
    POSSIBLE_CIRCUITS,
    RECORDED_STATISTICS,
    SESSIONS,
)
from minicolumn.inference.circuits.posterior_archive import load
from minicolumn.inference.circuits.samples import inferred_sessions, possible_circuits
from minicolumn.jobs.job import job_log
from minicolumn.sessions import scored_sessions, session_epochs

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
