"""Draw circuits that could have produced each session at rest."""

from minicolumn.circuits.family import family
from minicolumn.files.columns import parameter_columns
from minicolumn.files.store import read_tables, write_parts
from minicolumn.files.tables import (
    POSTERIOR_SAMPLES,
    RECORDED_STATISTICS,
    SESSIONS,
)
from minicolumn.inference.circuits.posterior_archive import load
from minicolumn.inference.circuits.samples import posterior_samples
from minicolumn.jobs.job import job
from minicolumn.sessions.session import scored, sessions_of

with job(snakemake):
    recorded = scored(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
    )
    params = snakemake.params
    samples = posterior_samples(
        load(snakemake.input.posterior),
        sessions_of(recorded),
        params.draws,
        params.seed,
    )
    schema = POSTERIOR_SAMPLES.plus(
        *parameter_columns(family(params.family).parameters)
    )
    write_parts(snakemake.output[0], schema, samples)
