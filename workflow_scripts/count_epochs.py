"""Count the epochs that other rules would find in one session."""

from minicolumn.config import Epochs, Sensitivity, UnitFilter
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import EPOCH_COUNTS, INTERVALS, SPEED, UNITS
from minicolumn.jobs.job import job_log
from minicolumn.recordings.sensitivity import count_epochs

with job_log(snakemake.log[0]):
    counts = count_epochs(
        int(snakemake.wildcards.session),
        read_table(snakemake.input.units, UNITS),
        read_table(snakemake.input.speed, SPEED),
        read_table(snakemake.input.intervals, INTERVALS),
        UnitFilter(**snakemake.params.units),
        Epochs(**snakemake.params.epochs),
        snakemake.params.window_s,
        Sensitivity(**snakemake.params.sensitivity),
    )
    write_table(snakemake.output[0], EPOCH_COUNTS, counts)
