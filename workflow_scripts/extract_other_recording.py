"""Extract one recording of a kind that an extension reads."""

from pathlib import Path

from minicolumn.allen.neutral import write_recording
from minicolumn.extensions import added
from minicolumn.job import job_log

with job_log(snakemake.log[0]):
    read = added("recordings")[snakemake.params.source].made
    recording = read(Path(snakemake.input[0]), int(snakemake.wildcards.session))
    write_recording(recording, *map(Path, snakemake.output))
