"""An HTTP server on this machine that misbehaves as told."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class FaultServer:
    """One file behind one address, how it is served, and what was asked for.

    Attributes
    ----------
    payload, etag
        The file and its version; without an etag the server states none.
    statuses
        Answers to the next requests instead of the file: a status, or a status and
        headers.
    drops
        Bytes after which the next answers break off.
    stalls
        Bytes after which the next answers fall silent until `release` is set.
    ignore_ranges, heeds_if_range, lengthless
        Whether every answer is the whole file, whether a range is only given of the
        version asked for, and whether the length is kept secret.
    stated_extra
        Bytes by which ``Content-Length`` exceeds the truth.
    bytes_per_s
        Pace of an answer; None is as fast as it goes.
    shift
        Bytes by which a range begins too late.
    json, busy
        Answers to other paths, by path and query, and statuses that come before them.
    asked, paths, sent, most_at_once
        Headers of each request for the file, path of every request, bytes of the file
        that went out, and how many answers with the file ran side by side.
    """

    payload: bytes
    etag: str | None = '"one"'
    statuses: list[Any] = field(default_factory=list)
    drops: list[int] = field(default_factory=list)
    stalls: list[int] = field(default_factory=list)
    ignore_ranges: bool = False
    heeds_if_range: bool = True
    lengthless: bool = False
    stated_extra: int = 0
    bytes_per_s: float | None = None
    shift: int = 0
    json: dict[str, bytes] = field(default_factory=dict)
    busy: list[int] = field(default_factory=list)
    asked: list[Message] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)
    address: str = ""
    sent: int = 0
    at_once: int = 0
    most_at_once: int = 0

    @property
    def url(self) -> str:
        """Address of the file."""
        return f"{self.address}/session_1.nwb"

    @property
    def ranges(self) -> list[str | None]:
        """The range of each request for the file so far."""
        return [headers.get("Range") for headers in self.asked]


def _asked_range(server: FaultServer, headers: Message) -> tuple[int, int] | None:
    """Return first and last byte asked for, by Range and If-Range as in RFC 9110."""
    asked = headers.get("Range")
    unchanged = headers.get("If-Range", server.etag) == server.etag
    unchanged |= not server.heeds_if_range
    if not asked or server.ignore_ranges or not unchanged:
        return None
    first, last = re.match(r"bytes=(\d+)-(\d*)", asked).groups()
    end = len(server.payload) - 1
    return int(first), min(int(last or end), end)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        faults: FaultServer = self.server.faults
        faults.paths.append(self.path)
        if self.path in faults.json and faults.busy:
            self._head(faults.busy.pop(0), {"Content-Length": 0})
            return
        if self.path in faults.json:
            self._head(200, {"Content-Length": len(faults.json[self.path])})
            self.wfile.write(faults.json[self.path])
            return
        faults.asked.append(self.headers)
        if faults.statuses:
            status = faults.statuses.pop(0)
            status, headers = status if isinstance(status, tuple) else (status, {})
            self._head(status, {"Content-Length": 0, **headers})
            return
        self._file(faults, _asked_range(faults, self.headers))

    def _file(self, faults: FaultServer, asked: tuple[int, int] | None) -> None:
        total = len(faults.payload)
        first, last = asked or (0, total - 1)
        if first >= total:
            self._head(416, {"Content-Range": f"bytes */{total}", "Content-Length": 0})
            return
        headers: dict[str, Any] = {"ETag": faults.etag} if faults.etag else {}
        if asked:
            first += faults.shift
            headers["Content-Range"] = f"bytes {first}-{last}/{total}"
        if faults.lengthless:
            headers["Connection"] = "close"
        else:
            headers["Content-Length"] = last + 1 - first + faults.stated_extra
        self._head(206 if asked else 200, headers)
        if self.command != "HEAD":
            faults.at_once += 1
            faults.most_at_once = max(faults.most_at_once, faults.at_once)
            try:
                self._body(faults, faults.payload[first : last + 1])
            finally:
                faults.at_once -= 1

    def _body(self, faults: FaultServer, body: bytes) -> None:
        stall = faults.stalls.pop(0) if faults.stalls else None
        drop = faults.drops.pop(0) if faults.drops else None
        end = min(len(body), *(cut for cut in (stall, drop) if cut is not None), 2**60)
        step = 2**16
        for start in range(0, end, step):
            part = body[start : min(start + step, end)]
            self.wfile.write(part)
            faults.sent += len(part)
            if faults.bytes_per_s:
                time.sleep(len(part) / faults.bytes_per_s)
        if stall is not None:
            faults.release.wait(60)
        if end < len(body) or faults.stated_extra or faults.lengthless:
            self.close_connection = True

    def _head(self, status: int, headers: dict[str, Any]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients may hang up; that is what they are tested for."""


@contextmanager
def fault_server(payload: bytes) -> Iterator[FaultServer]:
    """Serve ``payload`` until the block ends."""
    http = _Server(("127.0.0.1", 0), _Handler)
    http.faults = FaultServer(payload, address=f"http://127.0.0.1:{http.server_port}")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield http.faults
    finally:
        http.faults.release.set()
        http.shutdown()
        http.server_close()
        thread.join()
