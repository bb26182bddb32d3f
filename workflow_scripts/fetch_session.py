"""Fetch one session from the Allen Institute's bucket."""

from pathlib import Path

from minicolumn.allen.catalogue import session_nwb
from minicolumn.allen.fetch import fetch
from minicolumn.job import job_log

with job_log(snakemake.log[0]):
    url = snakemake.config["recordings"]["s3"]["url"]
    session = session_nwb(snakemake.wildcards.session)
    fetch(f"{url}/{session}", Path(snakemake.output[0]))
