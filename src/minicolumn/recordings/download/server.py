"""One large file over HTTP: what the server has, and the bytes that are still missing.

urllib3 provides back-off, Retry-After, redirects, proxies, and the detection of short
responses. This module adds what no tested library fully provides: to resume after an
interruption, in this process or a later one, and only with the same file.
"""

import json
import time
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError

from minicolumn.errors import FetchError
from minicolumn.recordings.download.part import Part, Progress, Version

CHUNK_BYTES = 2**20
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Patience:
    """Limits on waiting for a server.

    ``tries`` counts attempts in a row without a byte of progress. The wait after the
    first failure, ``backoff_s``, is doubled with some jitter after each further one, up
    to two minutes; a server's Retry-After takes precedence, up to an hour.
    ``connect_s`` and ``silence_s`` are the longest waits for a connection and for the
    next bytes.
    """

    tries: int = 8
    backoff_s: float = 1.0
    connect_s: float = 15.0
    silence_s: float = 60.0

    @property
    def retries(self) -> urllib3.Retry:
        """The same in urllib3's terms, for requests up to the response's body."""
        return urllib3.Retry(
            total=self.tries - 1,
            redirect=5,
            status_forcelist=TRANSIENT,
            backoff_factor=self.backoff_s,
            backoff_jitter=self.backoff_s / 2,
            retry_after_max=3600,
            raise_on_status=True,
        )

    @property
    def timeout(self) -> urllib3.Timeout:
        """Limits on each wait, not on the transfer."""
        return urllib3.Timeout(connect=self.connect_s, read=self.silence_s)

    def wait(self, failures: int) -> None:
        """Sleep between two attempts to read the body."""
        time.sleep(min(self.backoff_s * 2**failures, 120.0))


class StartAgainError(HTTPError):
    """The partial file cannot be continued."""


class Server:
    """A connection that uses the proxy settings of the environment."""

    def __init__(self, url: str, patience: Patience) -> None:
        parts = urlsplit(url)
        proxy = getproxies().get(parts.scheme)
        self._patience = patience
        if proxy and not proxy_bypass(parts.hostname or ""):
            self._pool = urllib3.ProxyManager(proxy)
        else:
            self._pool = urllib3.PoolManager()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.clear()

    def get(
        self, url: str, headers: dict[str, str] | None = None
    ) -> urllib3.BaseHTTPResponse:
        """Return the response to a request; its body is not read yet."""
        return self._pool.request(
            "GET",
            url,
            headers={"Accept-Encoding": "identity", **(headers or {})},
            preload_content=False,
            timeout=self._patience.timeout,
            retries=self._patience.retries,
        )

    def json(self, url: str) -> Any:
        """Return the content of a small JSON document.

        Raises
        ------
        FetchError
            If it does not arrive or is not JSON.
        """
        try:
            response = self.get(url)
            content = response.read()
            if response.status != 200:
                raise FetchError(f"{url}: the server answered {response.status}")
            return json.loads(content)
        except HTTPError as error:
            raise FetchError(f"{url} did not answer: {error}") from error
        except ValueError as error:
            raise FetchError(f"{url} did not answer with JSON: {error}") from error

    def continue_part(self, url: str, part: Part, n_bytes: int | None) -> None:
        """Download what is missing from ``part``.

        Raises
        ------
        HTTPError
            If the transfer was interrupted or must restart; another attempt may work.
        FetchError
            If another attempt cannot work.
        """
        version, have = part.version, part.n_bytes
        headers = {}
        if version and version.validator and version.url == url and have:
            headers = {"Range": f"bytes={have}-", "If-Range": version.validator}
        response = self.get(url, headers)
        try:
            # For a missing key S3 answers 403, not 404. Only a range can give 416.
            if response.status not in {200, 206, 416}:
                raise FetchError(
                    f"{url}: the server answered {response.status}. Check "
                    "recordings.source and its url in config.yaml; add a session that "
                    "is not available to recordings.exclude"
                )
            if headers and response.status != 200:
                _check_continuation(response, part, version)
            else:
                part.begin(_version(response, url, n_bytes))
            _append(response, part)
        finally:
            response.close()


def _version(
    response: urllib3.BaseHTTPResponse, url: str, n_bytes: int | None
) -> Version:
    """Return the identity of the file from a complete response."""
    stated = response.headers.get("Content-Length", "")
    if not stated.isdigit():
        raise FetchError(
            f"{url}: the server does not state the length of the file, so a complete "
            "download could not be recognized. Download it in another way and use "
            "recordings.source: cache"
        )
    if n_bytes is not None and int(stated) != n_bytes:
        raise FetchError(
            f"{url} has {stated} bytes, but {n_bytes} are expected: it is not the "
            "requested file"
        )
    return Version(url, int(stated), validator_of(response))


def validator_of(response: urllib3.BaseHTTPResponse) -> str | None:
    """Return what identifies this version of the file on the server."""
    etag = response.headers.get("ETag", "")
    # RFC 9110: a weak ETag does not guarantee the same bytes.
    if etag and not etag.startswith("W/"):
        return etag
    return response.headers.get("Last-Modified")


def _check_continuation(
    response: urllib3.BaseHTTPResponse, part: Part, version: Version | None
) -> None:
    """Refuse bytes that do not continue ``part`` in the same file."""
    where = response.headers.get("Content-Range", "")
    begins = where.startswith(f"bytes {part.n_bytes}-")
    expected = {None, version.validator if version else None}
    same_validator = validator_of(response) in expected
    same_length = version and where.rpartition("/")[2] == str(version.n_bytes)
    if not (response.status == 206 and begins and same_validator and same_length):
        part.drop()
        raise StartAgainError("the server sent another file or another range")


def _append(response: urllib3.BaseHTTPResponse, part: Part) -> None:
    version = part.version
    assert version is not None
    part.check_room(version.n_bytes)
    with part.path.open("ab") as file:
        progress = Progress(part.path.name, file.tell(), version.n_bytes)
        # Not stream(), which loses an incomplete chunk when a transfer is interrupted.
        while chunk := response.read1(CHUNK_BYTES):
            file.write(chunk)
            progress.report(file.tell())
    if part.n_bytes > version.n_bytes:
        part.drop()
        raise StartAgainError("more bytes arrived than the server had announced")
    if part.n_bytes < version.n_bytes:
        raise HTTPError(f"{part.n_bytes} of {version.n_bytes} bytes arrived")
