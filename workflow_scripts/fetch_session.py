"""Fetch one session from the Allen Institute's bucket."""

from pathlib import Path

from minicolumn.allen.catalogue import sessions
from minicolumn.allen.fetch import fetch
from minicolumn.job import job_log

with job_log(snakemake.log[0]):
    session = int(snakemake.wildcards.session)
    expected = {s.session_id: s.nwb_bytes for s in sessions()}
    url = snakemake.config["recordings"]["s3"]["url"]
    fetch(
        f"{url}/session_{session}/session_{session}.nwb",
        Path(snakemake.output[0]),
        expected[session],
    )
