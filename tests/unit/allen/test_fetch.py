import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from minicolumn.allen import fetch as fetch_module
from minicolumn.allen.fetch import fetch
from minicolumn.errors import FetchError

PAYLOAD = bytes(range(256)) * 4096


@pytest.fixture
def server(monkeypatch):
    """A server whose behaviour a test can spoil; remembers the ranges asked for."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    state = SimpleNamespace(
        payload=PAYLOAD, ranges=[], ignore_ranges=False, statuses=[], drops=[],
        shift=0, lengthless=False,
    )  # fmt: skip

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked = self.headers.get("Range")
            state.ranges.append(asked)
            if state.statuses:
                self.send_error(state.statuses.pop(0))
                return
            total, first = len(state.payload), 0
            if asked and not state.ignore_ranges:
                first = int(asked.removeprefix("bytes=").removesuffix("-"))
                if first >= total:
                    self.send_response(416)
                    self.send_header("Content-Range", f"bytes */{total}")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                first += state.shift
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {first}-{total - 1}/{total}")
            else:
                self.send_response(200)
            body = state.payload[first:]
            if not state.lengthless:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if state.drops:
                body = body[: state.drops.pop(0)]
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.url = f"http://127.0.0.1:{http.server_port}/session_1.nwb"
    yield state
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "session_1" / "session_1.nwb"


def part_of(target, payload=b""):
    part = target.with_name(f"{target.name}.part")
    if payload:
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(payload)
    return part


def test_a_file_arrives_whole_and_leaves_no_part(server, target):
    fetch(server.url, target, len(PAYLOAD))
    assert target.read_bytes() == PAYLOAD
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_complete_file_is_never_fetched_again(server, target):
    target.parent.mkdir()
    target.write_bytes(b"mine")
    fetch(server.url, target)
    assert target.read_bytes() == b"mine"
    assert server.ranges == []


def test_a_file_of_the_wrong_size_is_left_alone_and_reported(server, target):
    target.parent.mkdir()
    target.write_bytes(b"mine")
    with pytest.raises(FetchError, match=f"4 bytes but {len(PAYLOAD)} are expected"):
        fetch(server.url, target, len(PAYLOAD))
    assert target.read_bytes() == b"mine"


def test_a_part_is_continued_where_it_stopped(server, target):
    part_of(target, PAYLOAD[:1000])
    fetch(server.url, target, len(PAYLOAD))
    assert server.ranges == ["bytes=1000-"]
    assert target.read_bytes() == PAYLOAD


def test_a_server_that_ignores_ranges_sends_everything_again(server, target):
    part_of(target, PAYLOAD[:1000])
    server.ignore_ranges = True
    fetch(server.url, target)
    assert target.read_bytes() == PAYLOAD


def test_a_broken_line_is_taken_up_again(server, target):
    server.drops = [300_000, 400_000]
    fetch(server.url, target, backoff_s=0.0)
    assert target.read_bytes() == PAYLOAD
    assert server.ranges[0] is None
    assert len(server.ranges) == 3
    assert server.ranges[1] == "bytes=300000-"


def test_a_busy_server_is_asked_again(server, target):
    server.statuses = [503, 429]
    fetch(server.url, target, backoff_s=0.0)
    assert target.read_bytes() == PAYLOAD


def test_giving_up_keeps_what_arrived_and_says_so(server, target):
    server.drops = [100_000, 100_000]
    with pytest.raises(FetchError, match=r"in 2 attempts.*200000 bytes are kept"):
        fetch(server.url, target, attempts=2, backoff_s=0.0)
    assert not target.exists()
    assert part_of(target).read_bytes() == PAYLOAD[:200_000]


def test_waits_double(server, target, monkeypatch):
    waits = []
    monkeypatch.setattr(fetch_module.time, "sleep", waits.append)
    server.statuses = [503, 503, 503]
    fetch(server.url, target, backoff_s=2.0)
    assert waits == [2.0, 4.0, 8.0]


@pytest.mark.parametrize("status", [403, 404])
def test_a_missing_file_is_named_at_once(server, target, status):
    server.statuses = [status]
    with pytest.raises(FetchError, match=rf"{server.url}.*{status}.*recordings.s3.url"):
        fetch(server.url, target, backoff_s=1000.0)
    assert len(server.ranges) == 1
    assert not target.exists()


def test_another_size_than_expected_is_refused_before_anything_is_written(
    server, target
):
    with pytest.raises(FetchError, match=rf"has {len(PAYLOAD)} bytes but 5 are expect"):
        fetch(server.url, target, 5)
    assert list(target.parent.iterdir()) == []


def test_a_server_that_states_no_length_is_refused(server, target):
    server.lengthless = True
    with pytest.raises(FetchError, match="does not say how long"):
        fetch(server.url, target)


def test_a_part_that_is_complete_only_needs_its_name(server, target):
    part_of(target, PAYLOAD)
    fetch(server.url, target)
    assert target.read_bytes() == PAYLOAD
    assert len(server.ranges) == 1


def test_a_part_longer_than_the_file_is_started_afresh(server, target):
    part_of(target, PAYLOAD + b"more")
    fetch(server.url, target, backoff_s=0.0)
    assert target.read_bytes() == PAYLOAD
    assert server.ranges[1] is None


def test_another_range_than_asked_for_is_not_appended(server, target):
    part_of(target, PAYLOAD[:1000])
    server.shift = 1
    fetch(server.url, target, backoff_s=0.0)
    assert target.read_bytes() == PAYLOAD


def test_nobody_there_is_reported_with_the_address(server, target):
    with pytest.raises(FetchError, match=r"http://127.0.0.1:1/x.*0 bytes are kept"):
        fetch("http://127.0.0.1:1/x", target, attempts=1)


def test_progress_is_reported_with_rate_and_time_left(
    server, target, caplog, monkeypatch
):
    monkeypatch.setattr(fetch_module, "REPORT_EVERY_S", 0.0)
    monkeypatch.setattr(fetch_module, "CHUNK_BYTES", 2**18)
    with caplog.at_level(logging.INFO, "minicolumn.allen.fetch"):
        fetch(server.url, target)
    assert len(caplog.messages) == 4
    assert "MB/s" in caplog.messages[0]
    assert "s left" in caplog.messages[0]
