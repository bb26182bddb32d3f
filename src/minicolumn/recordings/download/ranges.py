"""A file on a server that is read in place: only the blocks that are asked for travel.

h5py reads it like a local file. Like a download, it resumes after an interruption, in
this process or a later one, and only with the same version of the file. Clients such as
remfile and fsspec do not check the version, nor keep what has arrived.
"""

import io
import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from urllib3.exceptions import HTTPError, MaxRetryError

from minicolumn.errors import FetchError
from minicolumn.files.store import whole_file
from minicolumn.recordings.download.part import RemoteFile, Version
from minicolumn.recordings.download.server import Patience, Server, validator_of

logger = logging.getLogger(__name__)

BLOCK_BYTES = 2**16


class RangeFile(io.RawIOBase):
    """A file on a server; read-only and seekable.

    Parameters
    ----------
    remote
        The file.
    store
        Directory that keeps the blocks that have arrived; `close` leaves it.
    patience
        Limits on waiting for the server.
    """

    def __init__(
        self, remote: RemoteFile, store: Path, patience: Patience | None = None
    ) -> None:
        self._remote, self._store = remote, store
        self._patience = patience or Patience()
        self._server = Server(remote.url, self._patience)
        self._at = 0
        self.n_fetched = 0
        store.mkdir(parents=True, exist_ok=True)
        self._version = self._known_version() or self._first_block()

    @property
    def n_bytes(self) -> int:
        """Size of the whole file."""
        return self._version.n_bytes

    def close(self) -> None:
        """End the connection."""
        self._server.__exit__()
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
        blocks = range(self._at // BLOCK_BYTES, (stop - 1) // BLOCK_BYTES + 1)
        for first, last in _runs([b for b in blocks if not self._path(b).exists()]):
            self._fetch(first, last)
        content = b"".join(self._path(block).read_bytes() for block in blocks)
        skip = self._at - blocks[0] * BLOCK_BYTES
        view[: stop - self._at] = content[skip : skip + stop - self._at]
        n_read, self._at = stop - self._at, stop
        return n_read

    def _path(self, block: int) -> Path:
        return self._store / f"{block}.block"

    def _known_version(self) -> Version | None:
        """Return the version of the blocks that an earlier process left."""
        note = self._store / "version.json"
        try:
            version = Version(**json.loads(note.read_text()))
        except (OSError, ValueError, TypeError):
            version = None
        if version and version.url == self._remote.url and version.validator:
            return version
        shutil.rmtree(self._store)
        self._store.mkdir()
        return None

    def _first_block(self) -> Version:
        """Fetch the first block, and with it what identifies the file."""
        self._version = Version(self._remote.url, BLOCK_BYTES, None)
        self._fetch(0, 0)
        with whole_file(self._store / "version.json") as path:
            path.write_text(json.dumps(asdict(self._version)))
        return self._version

    def _fetch(self, first: int, last: int) -> None:
        """Fetch a run of blocks, trying again as long as the server allows."""
        url, failures = self._remote.url, 0
        while True:
            try:
                return self._fetch_once(first, last)
            except HTTPError as error:
                failures += 1
                logger.warning("%s: interrupted: %s", url, error)
                if failures == self._patience.tries or isinstance(error, MaxRetryError):
                    raise FetchError(
                        f"{url} did not arrive: {failures} attempts in a row failed "
                        f"(last error: {error}). What has arrived is kept in "
                        f"{self._store}: check the network and run the same command "
                        "again"
                    ) from error
                self._patience.wait(failures)

    def _fetch_once(self, first: int, last: int) -> None:
        start = first * BLOCK_BYTES
        stop = min((last + 1) * BLOCK_BYTES, self.n_bytes)
        url = self._remote.url
        response = self._server.get(url, {"Range": f"bytes={start}-{stop - 1}"})
        try:
            self._check(response, start)
            content = response.read()
        finally:
            response.close()
        stop = min(stop, self.n_bytes)
        if len(content) != stop - start:
            raise HTTPError(f"{len(content)} of {stop - start} bytes arrived")
        self.n_fetched += len(content)
        for block in range(first, last + 1):
            at = (block - first) * BLOCK_BYTES
            with whole_file(self._path(block)) as path:
                path.write_bytes(content[at : at + BLOCK_BYTES])

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
            shutil.rmtree(self._store)
            raise FetchError(
                f"{url} has changed while it was read: run the same command again, "
                "which starts from the beginning"
            )


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
