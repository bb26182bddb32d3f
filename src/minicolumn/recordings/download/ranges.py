"""A file on a server that is read in place: only the blocks that are asked for travel.

h5py reads it like a local file. Like a download, it resumes after an interruption, in
this process or a later one, and only with the same version of the file. Clients such as
remfile and fsspec do not check the version, nor keep what has arrived.
"""

import hashlib
import io
import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

from urllib3.exceptions import HTTPError, MaxRetryError

from minicolumn.errors import FetchError
from minicolumn.files.store import whole_file
from minicolumn.recordings.download.part import RemoteFile, Version
from minicolumn.recordings.download.server import Patience, Server, validator_of

logger = logging.getLogger(__name__)

BLOCK_BYTES = 2**14
MOST_RECENT = 256  # blocks in memory
DIGEST_BYTES = 32  # of a block, before it


class RangeFile(io.RawIOBase):
    """A file on a server; read-only and seekable.

    Parameters
    ----------
    remote
        The file.
    kept
        Directory of the blocks that have arrived, of all files. Those of one file are
        in a directory named by its digest, or by a digest of address, size and version
        if the archive states none, and are never asked for again.
    patience
        Limits on waiting for the server.

    Raises
    ------
    FetchError
        If the file does not answer to requests for a part of it.
    """

    def __init__(
        self, remote: RemoteFile, kept: Path, patience: Patience | None = None
    ) -> None:
        self._remote = remote
        self._patience = patience or Patience()
        self._server = Server(remote.url, self._patience)
        self._at = 0
        self._recent: dict[int, bytes] = {}
        self.n_fetched = 0
        self._version = Version(remote.url, remote.n_bytes or BLOCK_BYTES, None)
        self._store = kept / (remote.sha256 or uuid4().hex)
        if not (remote.sha256 and remote.n_bytes):
            first = self._fetched(0, BLOCK_BYTES)
            if not remote.sha256 and self._version.validator:
                self._store = kept / _name_of(self._version)
            self._keep(0, first)

    @property
    def n_bytes(self) -> int:
        """Size of the whole file."""
        return self._version.n_bytes

    def close(self) -> None:
        """End the connection; forget blocks whose version is not known."""
        self._server.__exit__()
        if not (self._remote.sha256 or self._version.validator):
            shutil.rmtree(self._store, ignore_errors=True)
        super().close()

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.n_bytes}
        self._at = base[whence] + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` from the position on; return the number of bytes.

        Raises
        ------
        FetchError
            If the bytes do not arrive, or the file is no longer the same.
        """
        view = memoryview(buffer).cast("B")
        stop = min(self._at + len(view), self.n_bytes)
        if stop <= self._at:
            return 0
        content = self._blocks(self._at // BLOCK_BYTES, (stop - 1) // BLOCK_BYTES)
        skip = self._at % BLOCK_BYTES
        view[: stop - self._at] = content[skip : skip + stop - self._at]
        n_read, self._at = stop - self._at, stop
        return n_read

    def _blocks(self, first: int, last: int) -> bytes:
        """Return consecutive blocks, those that are not kept from the server."""
        found = {block: self._kept(block) for block in range(first, last + 1)}
        for start, end in _runs([block for block, one in found.items() if one is None]):
            content = self._fetched(start * BLOCK_BYTES, (end + 1) * BLOCK_BYTES)
            for block in range(start, end + 1):
                at = (block - start) * BLOCK_BYTES
                found[block] = one = content[at : at + BLOCK_BYTES]
                self._keep(block, one)
        return b"".join(one for one in found.values() if one is not None)

    def _kept(self, block: int) -> bytes | None:
        """Return a block that has arrived, unless it is missing or damaged."""
        if block not in self._recent:
            try:
                whole = (self._store / f"{block}.block").read_bytes()
            except FileNotFoundError:
                return None
            digest, content = whole[:DIGEST_BYTES], whole[DIGEST_BYTES:]
            if hashlib.sha256(content).digest() != digest:
                return None
            self._remember(block, content)
        return self._recent[block]

    def _keep(self, block: int, content: bytes) -> None:
        with whole_file(self._store / f"{block}.block") as path:
            path.write_bytes(hashlib.sha256(content).digest() + content)
        self._remember(block, content)

    def _remember(self, block: int, content: bytes) -> None:
        """HDF5 reads a block many times, a few bytes each."""
        if len(self._recent) == MOST_RECENT:
            del self._recent[next(iter(self._recent))]
        self._recent[block] = content

    def _fetched(self, start: int, stop: int) -> bytes:
        """Return a range, asking again as long as the server allows."""
        url, failures = self._remote.url, 0
        while True:
            try:
                return self._fetched_once(start, stop)
            except HTTPError as error:
                failures += 1
                logger.warning("%s: interrupted: %s", url, error)
                if failures == self._patience.tries or isinstance(error, MaxRetryError):
                    raise FetchError(
                        f"{url} did not arrive: {failures} attempts in a row failed "
                        f"(last error: {error}). What has arrived is kept: check the "
                        "network and run the same command again"
                    ) from error
                self._patience.wait(failures)

    def _fetched_once(self, start: int, stop: int) -> bytes:
        asked = f"bytes={start}-{min(stop, self.n_bytes) - 1}"
        response = self._server.get(self._remote.url, {"Range": asked})
        try:
            self._check(response, start)
            content = response.read()
        finally:
            response.close()
        n_bytes = min(stop, self.n_bytes) - start
        if len(content) != n_bytes:
            raise HTTPError(f"{len(content)} of {n_bytes} bytes arrived")
        self.n_fetched += n_bytes
        return content

    def _check(self, response: Any, start: int) -> None:
        """Refuse an answer that is not this range of the same file."""
        url = self._remote.url
        where = response.headers.get("Content-Range", "")
        total = where.rpartition("/")[2]
        if response.status != 206 or not total.isdigit():
            raise FetchError(
                f"{url}: the server answered {response.status} to a request for a part "
                "of the file. Check recordings.source and its url, or set "
                "recordings.fetched.whole to true, which downloads whole files"
            )
        if not where.startswith(f"bytes {start}-"):
            raise HTTPError(f"the server sent another range: {where}")
        found = Version(url, int(total), validator_of(response))
        if self._version.validator is None:
            if self._remote.n_bytes not in {None, found.n_bytes}:
                raise FetchError(
                    f"{url} has {total} bytes, but {self._remote.n_bytes} are "
                    "expected: it is not the requested file"
                )
            self._version = found
        elif found != self._version:
            shutil.rmtree(self._store, ignore_errors=True)
            raise FetchError(
                f"{url} has changed while it was read: run the same command again, "
                "which starts from the beginning"
            )


def _name_of(version: Version) -> str:
    return hashlib.sha256(json.dumps(asdict(version)).encode()).hexdigest()


def _runs(blocks: list[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of each run of consecutive numbers.

    Examples
    --------
    >>> list(_runs([1, 2, 5]))
    [(1, 2), (5, 5)]
    """
    for block in blocks:
        if block - 1 not in blocks:
            last = block
            while last + 1 in blocks:
                last += 1
            yield block, last
