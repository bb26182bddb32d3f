"""Say whether every scored session, and the cohort, is inside what was simulated."""

from minicolumn.config.mice import States
from minicolumn.domain.measure import measure_domain
from minicolumn.files.documents import write_document
from minicolumn.files.store import read_tables, write_table
from minicolumn.files.tables import (
    COHORT,
    DOMAIN,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
)
from minicolumn.jobs.job import job

with job(snakemake):
    columns, summary = measure_domain(
        read_tables(snakemake.input.cohort, COHORT),
        read_tables(snakemake.input.simulated, SIMULATED_STATISTICS),
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.sessions, SESSIONS),
        States(**snakemake.params.states),
        snakemake.params.false_alarm,
        snakemake.params.seed,
    )
    write_table(snakemake.output.table, DOMAIN, columns)
    write_document(snakemake.output.summary, summary)
