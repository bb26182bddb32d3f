"""Download one large file: complete under its final name, or absent.

AllenSDK's own download writes directly to the final name, always restarts from the
beginning, and has one time limit for the whole transfer. Sessions of 3 GB need more.
"""

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from urllib3.exceptions import HTTPError, MaxRetryError

from minicolumn.errors import FetchError
from minicolumn.recordings.download.part import Part, RemoteFile
from minicolumn.recordings.download.server import Patience, Server

logger = logging.getLogger(__name__)


def fetch(remote: RemoteFile, path: Path, patience: Patience | None = None) -> None:
    """Download a file to ``path``; it appears under that name only when complete.

    What has arrived is kept as ``<name>.part`` in the same directory. The next attempt,
    in this call or a later one, continues from there if the server still has the same
    file. A complete file is not changed. Other processes that fetch the same file, on
    any machine that shares the directory, wait and then find it complete.

    Raises
    ------
    FetchError
        If the file does not exist, is not the expected one, or does not arrive.
    """
    patience = patience or Patience()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            if path.exists():
                found = path.stat().st_size
                if remote.n_bytes not in {None, found}:
                    raise FetchError(
                        f"{path} has {found} bytes, but {remote.n_bytes} are expected. "
                        "It was not changed: move it away and run again"
                    )
            else:
                _download(remote, path, patience)
    except OSError as error:
        raise FetchError(
            f"{remote.url} could not be written to {path}: {error.strerror or error}. "
            "What has arrived is kept: free some disk space or choose another "
            "recordings.fetched.directory, and run the same command again"
        ) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the file's lock; the operating system releases it when a process ends."""
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        logger.info("%s: another process is fetching it; waiting", path.name)
        lock.acquire()
    except NotImplementedError as error:
        raise FetchError(
            f"the file system of {path.parent} does not support locks, so two runs "
            "could damage each other's files: choose another "
            "recordings.fetched.directory"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _download(remote: RemoteFile, path: Path, patience: Patience) -> None:
    part = Part(path)
    most = part.n_bytes
    failures = 0
    with Server(remote.url, patience) as server:
        while True:
            try:
                if not part.is_complete(remote.url):
                    server.continue_part(remote.url, part, remote.n_bytes)
                _check_digest(part, remote)
                break
            except HTTPError as error:
                # Progress is only what exceeds the longest part so far, not a restart.
                failures = 0 if part.n_bytes > most else failures + 1
                most = max(most, part.n_bytes)
                logger.warning("%s: interrupted: %s", remote.url, error)
                if failures == patience.tries or isinstance(error, MaxRetryError):
                    raise FetchError(
                        f"{remote.url} did not arrive: {patience.tries} attempts in a "
                        f"row made no progress (last error: {error}). {part.n_bytes} "
                        f"bytes are kept in {part.path}: check the network and run the "
                        "same command again, which continues from there"
                    ) from error
                patience.wait(failures)
    with part.path.open("rb") as file:
        os.fsync(file.fileno())
    part.finish(path)


def _check_digest(part: Part, remote: RemoteFile) -> None:
    if remote.sha256 is None:
        return
    with part.path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != remote.sha256:
        part.drop()
        raise HTTPError(f"SHA-256 is {found}, not {remote.sha256}: starting again")
