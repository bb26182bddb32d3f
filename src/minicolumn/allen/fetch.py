"""Download of one large file that survives a bad line.

AllenSDK's own download writes straight to the final name, starts again from nothing and
gives the whole transfer one time limit; sessions of 3 GB need better.
"""

import logging
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError

from minicolumn.errors import FetchError

logger = logging.getLogger(__name__)

CHUNK_BYTES = 2**20
REPORT_EVERY_S = 10.0
# 200: from the start; 206: the range asked for; 416: nothing lies beyond that range.
ANSWERS = {200, 206, 416}
PASSING_FAULTS = {408, 429, 500, 502, 503, 504}
# The limits apply to each wait on the socket, not to the transfer.
TIMEOUT = urllib3.Timeout(connect=15.0, read=60.0)
FOLLOW_REDIRECTS = urllib3.Retry(
    total=None, connect=0, read=0, status=0, other=0, redirect=5
)


class _TryAgainError(Exception):
    """One attempt failed, but the next may not."""


def fetch(
    url: str,
    path: Path,
    expected_bytes: int | None = None,
    *,
    attempts: int = 5,
    backoff_s: float = 2.0,
) -> None:
    """Download ``url`` to ``path``; the file appears under that name only when whole.

    What has arrived stays beside it as ``<name>.part`` and the next attempt, in this
    call or a later one, goes on from there. A file that is already there is kept.

    Parameters
    ----------
    url
        Where the file is; http or https.
    path
        Its final name.
    expected_bytes
        Its size; None takes the server's word.
    attempts
        How often to try before giving up.
    backoff_s
        Wait after the first failed attempt; doubled after each further one.

    Raises
    ------
    FetchError
        If the file does not exist, has another size than expected, or does not arrive.
    """
    if path.exists():
        _check_size(path, expected_bytes)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    for attempt in range(1, attempts + 1):
        try:
            with _pool(url) as pool:
                _continue_download(pool, url, part, expected_bytes)
            break
        except (HTTPError, _TryAgainError) as error:
            logger.warning("%s: attempt %d failed: %s", url, attempt, error)
            if attempt == attempts:
                raise FetchError(
                    f"{url} did not arrive in {attempts} attempts (last: {error}). "
                    f"{_size(part)} bytes are kept in {part}: check the network and "
                    "run the same command again, it goes on from there"
                ) from error
            time.sleep(backoff_s * 2 ** (attempt - 1))
        except OSError as error:
            raise FetchError(
                f"{url} could not be written to {part}: {error.strerror or error}. "
                "What has arrived is kept: make room, or choose another "
                "recordings.s3.directory, and run the same command again"
            ) from error
    part.rename(path)


def _continue_download(
    pool: urllib3.PoolManager, url: str, part: Path, expected_bytes: int | None
) -> None:
    """Bring ``part`` to its full length, or raise."""
    have = _size(part)
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    response = pool.request(
        "GET",
        url,
        headers=headers,
        preload_content=False,
        decode_content=False,
        timeout=TIMEOUT,
        retries=FOLLOW_REDIRECTS,
    )
    try:
        _check_status(response.status, url)
        total = _total_bytes(response, url, expected_bytes)
        if response.status == 416 and have == total:
            return
        if not _continues(response, have):
            part.unlink(missing_ok=True)
            raise _TryAgainError(f"{have} bytes of {total} cannot be continued")
        # A server that ignores ranges answers 200 and sends everything again.
        _append(response, part, "ab" if response.status == 206 else "wb", total)
    finally:
        response.close()
    if (have := _size(part)) != total:
        raise _TryAgainError(f"{have} of {total} bytes arrived")


def _continues(response: urllib3.BaseHTTPResponse, have: int) -> bool:
    """Return whether the answer can follow the ``have`` bytes that are there."""
    content_range = response.headers.get("Content-Range", "")
    return response.status == 200 or content_range.startswith(f"bytes {have}-")


def _append(
    response: urllib3.BaseHTTPResponse, part: Path, mode: str, total: int
) -> None:
    start = reported = time.monotonic()
    with part.open(mode) as file:
        first = file.tell()
        for chunk in response.stream(CHUNK_BYTES):
            file.write(chunk)
            now = time.monotonic()
            if now - reported >= REPORT_EVERY_S:
                reported = now
                bytes_per_s = (file.tell() - first) / (now - start)
                logger.info(
                    "%s: %.0f of %.0f MB, %.1f MB/s, %.0f s left",
                    part.name,
                    file.tell() / 1e6,
                    total / 1e6,
                    bytes_per_s / 1e6,
                    (total - file.tell()) / bytes_per_s,
                )


def _check_status(status: int, url: str) -> None:
    if status in PASSING_FAULTS:
        raise _TryAgainError(f"the server answered {status}")
    if status not in ANSWERS:
        # S3 answers 403, not 404, for a key that is not there.
        raise FetchError(
            f"{url}: the server answered {status}. Check that recordings.s3.url in "
            "config.yaml is right and that the session exists in the catalogue"
        )


def _total_bytes(
    response: urllib3.BaseHTTPResponse, url: str, expected_bytes: int | None
) -> int:
    """Return the size of the whole file as the server states it."""
    if response.status == 200:
        stated = response.headers.get("Content-Length", "")
    else:
        stated = response.headers.get("Content-Range", "").rpartition("/")[2]
    if not stated.isdigit():
        raise FetchError(
            f"{url}: the server does not say how long the file is, so nobody could "
            "tell when it is whole. Download it by another route and use "
            "recordings.source: cache"
        )
    if expected_bytes is not None and int(stated) != expected_bytes:
        raise FetchError(
            f"{url} has {stated} bytes but {expected_bytes} are expected: it is not "
            "the file that was asked for. Check recordings.s3.url in config.yaml"
        )
    return int(stated)


def _check_size(path: Path, expected_bytes: int | None) -> None:
    if expected_bytes is not None and _size(path) != expected_bytes:
        raise FetchError(
            f"{path} is there with {_size(path)} bytes but {expected_bytes} are "
            "expected. It was left as it is: move it away and run again"
        )


def _pool(url: str) -> urllib3.PoolManager:
    """Return a connection that heeds the proxy settings of the environment."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    if proxy and not proxy_bypass(parts.hostname or ""):
        return urllib3.ProxyManager(proxy)
    return urllib3.PoolManager()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
