"""Cut one session into running and stationary windows of length T."""

from minicolumn.config import Epochs, UnitFilter
from minicolumn.files.store import read_provenance, read_table, write_table
from minicolumn.files.tables import EPOCHS, INTERVALS, SESSIONS, SPEED, UNITS
from minicolumn.jobs.job import job_log
from minicolumn.recordings.recorded import epochs_of_session

with job_log(snakemake.log[0]):
    epochs, session = epochs_of_session(
        int(snakemake.wildcards.session),
        read_table(snakemake.input.units, UNITS),
        read_table(snakemake.input.speed, SPEED),
        read_table(snakemake.input.intervals, INTERVALS),
        UnitFilter(**snakemake.params.units),
        Epochs(**snakemake.params.epochs),
        snakemake.params.window_s,
        snakemake.params.n_units,
        read_provenance(snakemake.input.units)["session_description"],
        snakemake.params.seed,
    )
    write_table(snakemake.output.epochs, EPOCHS, epochs)
    write_table(snakemake.output.session, SESSIONS, session)
