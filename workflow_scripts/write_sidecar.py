"""Write the epochs and statistics of one session as NWB, beside its recording."""

from pathlib import Path

from minicolumn.files.store import read_table
from minicolumn.files.tables import EPOCHS, RECORDED_STATISTICS
from minicolumn.jobs.log import job_log
from minicolumn.recordings.sidecar import write_sidecar

with job_log(snakemake.log[0]):
    write_sidecar(
        Path(snakemake.input.nwb),
        read_table(snakemake.input.epochs, EPOCHS),
        read_table(snakemake.input.statistics, RECORDED_STATISTICS),
        Path(snakemake.output[0]),
    )
