"""Write the epochs and statistics of one session as NWB, beside its recording."""

from pathlib import Path

from minicolumn.files.store import read_table
from minicolumn.files.tables import EPOCHS, RECORDED_STATISTICS
from minicolumn.jobs.job import job
from minicolumn.recordings.sidecar import write_sidecar

with job(snakemake):
    write_sidecar(
        Path(snakemake.input.nwb),
        read_table(snakemake.input.epochs, EPOCHS),
        read_table(snakemake.input.statistics, RECORDED_STATISTICS),
        Path(snakemake.output[0]),
    )
