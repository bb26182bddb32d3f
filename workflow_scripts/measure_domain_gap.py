"""Say where every recorded epoch and session lies among the simulations."""

from minicolumn.config.analysis import States
from minicolumn.domain.gap import measure_domain_gap
from minicolumn.files.store import read_tables, write_json, write_table
from minicolumn.files.tables import DOMAIN, RECORDED_STATISTICS, SIMULATED_STATISTICS
from minicolumn.jobs.job import job_log

with job_log(snakemake.log[0]):
    columns, cohort = measure_domain_gap(
        read_tables(snakemake.input.recorded, RECORDED_STATISTICS),
        read_tables(snakemake.input.simulated, SIMULATED_STATISTICS),
        States(**snakemake.params.states),
        snakemake.params.seed,
    )
    write_table(snakemake.output.table, DOMAIN, columns)
    write_json(snakemake.output.cohort, cohort)
