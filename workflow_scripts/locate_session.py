"""Note where one session is on its server."""

from dataclasses import asdict

from minicolumn.config import parse_config
from minicolumn.files.documents import write_document
from minicolumn.jobs.job import job
from minicolumn.recordings.download.sources import remote_file
from minicolumn.recordings.files import BLOCKS
from minicolumn.recordings.hdf5_files import Address

with job(snakemake):
    recordings = parse_config(snakemake.config).recordings
    remote = remote_file(recordings, int(snakemake.wildcards.session))
    blocks = recordings.fetched.directory / BLOCKS
    address = Address(**asdict(remote), blocks=str(blocks))
    write_document(snakemake.output[0], address)
