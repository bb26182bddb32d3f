"""Draw circuits that could have produced each session at rest."""

from minicolumn.circuits.family import family
from minicolumn.files.store import read_tables, write_parts, write_table
from minicolumn.files.tables import (
    INFERRED_SESSIONS,
    POSTERIOR_SAMPLES,
    RECORDED_STATISTICS,
    SESSIONS,
    parameter_columns,
)
from minicolumn.inference.circuits.posterior_archive import load
from minicolumn.inference.circuits.samples import inferred_sessions, posterior_samples
from minicolumn.jobs.job import job_log
from minicolumn.sessions.session import scored, sessions_of

with job_log(snakemake.log[0]):
    recorded = scored(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
    )
    known = [(one.identity, one.conditioning) for one in sessions_of(recorded)]
    params = snakemake.params
    posterior = load(snakemake.input.posterior)
    write_parts(
        snakemake.output.circuits,
        POSTERIOR_SAMPLES.plus(*parameter_columns(family(params.family).parameters)),
        posterior_samples(posterior, known, params.draws, params.seed),
    )
    columns = inferred_sessions(posterior, known, params.false_alarm)
    write_table(snakemake.output.sessions, INFERRED_SESSIONS, columns)
