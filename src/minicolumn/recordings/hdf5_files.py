"""Open a recording's HDF5 file: on this machine, or in place on a server."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import h5py

from minicolumn.errors import RecordingError
from minicolumn.files.origin import check, unsealed
from minicolumn.recordings.download.part import RemoteFile
from minicolumn.recordings.download.ranges import RangeFile
from minicolumn.recordings.recording import printable

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Address:
    """Where a file is on a server, and where its blocks that have arrived are kept.

    Attributes
    ----------
    url
        Of the file.
    n_bytes, sha256
        Its length and digest, where the archive states them.
    blocks
        Directory of the blocks.
    """

    url: str
    n_bytes: int | None
    sha256: str | None
    blocks: str


def is_address(nwb: Path) -> bool:
    """Return whether a file is the `Address` of one on a server."""
    return nwb.suffix == ".json"


@contextmanager
def opened_hdf5(nwb: Path) -> Iterator[h5py.File]:
    """Yield an HDF5 file to read, or the one at an `Address`.

    Raises
    ------
    RecordingError
        If it is no HDF5 file, or was cut short.
    FetchError
        If the file on the server does not answer.
    """
    if not is_address(nwb):
        with _opened(nwb, f"{nwb} ({nwb.stat().st_size} bytes)") as file:
            yield file
        return
    address = _address(nwb)
    remote = RemoteFile(address.url, address.n_bytes, address.sha256)
    with RangeFile(remote, Path(address.blocks)) as ranges:
        with _opened(ranges, address.url) as file:
            yield file
        told = ranges.n_fetched / 1e6, ranges.n_bytes / 1e6
    logger.info("read %.1f of %.0f MB on the server", *told)


def _opened(place: Path | RangeFile, name: str) -> h5py.File:
    try:
        return h5py.File(place, "r")
    except OSError as error:
        raise RecordingError(
            f"{name} is no complete HDF5 file ({printable(str(error))}). The file was "
            "not changed. It was probably cut short (truncated): move it away and "
            "fetch it again"
        ) from error


def _address(path: Path) -> Address:
    """Return an address without pydantic, which AllenSDK's environment lacks."""
    try:
        values, origin = unsealed(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RecordingError(
            f"{path} is damaged ({error}): delete it and run the same command again"
        ) from error
    check(path, origin)
    return Address(**values)
