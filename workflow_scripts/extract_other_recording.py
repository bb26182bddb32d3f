"""Extract one recording of a kind that an extension reads."""

from pathlib import Path

from minicolumn.jobs.job import job_log
from minicolumn.recordings.readers import reader_name, reader_named
from minicolumn.recordings.recording import write_recording

with job_log(snakemake.log[0]):
    read = reader_named(reader_name(snakemake.params.source))
    recording = read(Path(snakemake.input[0]), int(snakemake.wildcards.session))
    write_recording(recording, *map(Path, snakemake.output))
