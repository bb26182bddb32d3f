"""Describe every window of one session."""

from minicolumn.config import Statistics, UnitFilter
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import EPOCHS, RECORDED_STATISTICS, UNITS
from minicolumn.jobs.job import job
from minicolumn.recordings.units import selected_units
from minicolumn.statistics.windows import describe_recording

with job(snakemake):
    units = selected_units(
        read_table(snakemake.input.units, UNITS),
        UnitFilter(**snakemake.params.units),
    )
    columns = describe_recording(
        units,
        read_table(snakemake.input.epochs, EPOCHS),
        Statistics(**snakemake.params.matching),
        snakemake.params.seed,
    )
    write_table(snakemake.output[0], RECORDED_STATISTICS, columns)
