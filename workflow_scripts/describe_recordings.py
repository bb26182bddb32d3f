"""Describe every window of one session."""

from minicolumn.allen.units import select_units
from minicolumn.config import Statistics, UnitFilter
from minicolumn.job import job_log
from minicolumn.store import read_table, write_table
from minicolumn.tables import EPOCHS, RECORDED_STATISTICS, UNITS
from minicolumn.windows import describe_recording

with job_log(snakemake.log[0]):
    units = read_table(snakemake.input.units, UNITS)
    selected = units.take(
        select_units(units, UnitFilter(**snakemake.params.units)).tolist()
    )
    columns = describe_recording(
        selected,
        read_table(snakemake.input.epochs, EPOCHS),
        Statistics(**snakemake.params.matching),
        snakemake.params.seed,
    )
    write_table(snakemake.output[0], RECORDED_STATISTICS, columns)
