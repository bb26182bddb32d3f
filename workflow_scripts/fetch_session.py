"""Download one session, unless it exists, and link to it; or note its address."""

from dataclasses import asdict
from pathlib import Path

from minicolumn.config import parse_config
from minicolumn.files.store import write_json
from minicolumn.jobs.log import job_log
from minicolumn.recordings.catalog import session
from minicolumn.recordings.download.fetch import fetch
from minicolumn.recordings.download.sources import remote_file
from minicolumn.recordings.files import fetched_file, link_to

with job_log(snakemake.log[0]):
    recordings = parse_config(snakemake.config).recordings
    wanted = session(int(snakemake.wildcards.session))
    file = fetched_file(recordings, wanted.session_id)
    if not recordings.fetched.whole:
        write_json(snakemake.output[0], asdict(remote_file(recordings, wanted)))
    else:
        if not file.exists():
            fetch(remote_file(recordings, wanted), file)
        link_to(file, Path(snakemake.output[0]))
