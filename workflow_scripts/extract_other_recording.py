"""Extract one recording of a kind that an extension reads."""

from pathlib import Path

from minicolumn.jobs.job import job_log
from minicolumn.recordings.readers import read_from
from minicolumn.recordings.recording import write_recording

with job_log(snakemake.log[0]):
    session_id = int(snakemake.wildcards.session)
    source, path = snakemake.params.source, Path(snakemake.input[0])
    recording = read_from(source, path, session_id)
    write_recording(recording, *map(Path, snakemake.output))
