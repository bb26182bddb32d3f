"""Download one session, unless it exists, and link to it."""

from pathlib import Path

from minicolumn.config import parse_config
from minicolumn.jobs.log import job_log
from minicolumn.recordings.download.fetch import fetch
from minicolumn.recordings.download.sources import remote_file
from minicolumn.recordings.files import fetched_file, link_to

with job_log(snakemake.log[0]):
    recordings = parse_config(snakemake.config).recordings
    session_id = int(snakemake.wildcards.session)
    file = fetched_file(recordings, session_id)
    if not file.exists():
        fetch(remote_file(recordings, session_id), file)
    link_to(file, Path(snakemake.output[0]))
