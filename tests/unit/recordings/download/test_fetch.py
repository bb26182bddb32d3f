import hashlib
import json
import logging
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from filelock import FileLock

from minicolumn.errors import FetchError
from minicolumn.recordings.download import part as part_module
from minicolumn.recordings.download.fetch import RemoteFile, fetch
from minicolumn.recordings.download.server import Patience

PAYLOAD = bytes(range(256)) * 4096
N = len(PAYLOAD)
HASTE = Patience(tries=3, backoff_s=0.0)
# Long enough for a busy machine to answer, short enough to wait for.
IMPATIENT = Patience(tries=3, backoff_s=0.0, silence_s=1.0)


@pytest.fixture
def target(tmp_path):
    return tmp_path / "session_1" / "session_1.nwb"


def get(server, target, n_bytes=None, sha256=None, patience=HASTE):
    fetch(RemoteFile(server.url, n_bytes, sha256), target, patience)


def left_next_to(target):
    """What is next to the file, but for the lock, which holds nothing."""
    return sorted(p.name for p in target.parent.iterdir() if p.suffix != ".lock")


def part_of(target, server, payload, validator='"one"', n_bytes=N):
    """Leave a part as an earlier attempt would have."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    part.write_bytes(payload)
    note = {"url": server.url, "n_bytes": n_bytes, "validator": validator}
    part.with_name(f"{part.name}.json").write_text(json.dumps(note))
    return part


def test_a_file_arrives_whole_and_leaves_no_part(server, target):
    get(server, target, N, hashlib.sha256(PAYLOAD).hexdigest())
    assert target.read_bytes() == PAYLOAD
    assert left_next_to(target) == [target.name]


def test_a_complete_file_is_never_fetched_again(server, target):
    target.parent.mkdir()
    target.write_bytes(b"mine")
    get(server, target)
    assert target.read_bytes() == b"mine"
    assert server.ranges == []


def test_a_file_of_the_wrong_size_is_left_alone_and_reported(server, target):
    target.parent.mkdir()
    target.write_bytes(b"mine")
    with pytest.raises(FetchError, match=f"4 bytes, but {N} are expected"):
        get(server, target, N)
    assert target.read_bytes() == b"mine"


def test_a_part_is_continued_where_it_stopped(server, target):
    part_of(target, server, PAYLOAD[:1000])
    get(server, target)
    assert server.ranges == ["bytes=1000-"]
    assert server.asked[0]["If-Range"] == '"one"'
    assert server.sent == N - 1000
    assert target.read_bytes() == PAYLOAD


def test_a_part_of_another_version_is_begun_again(server, target):
    part_of(target, server, b"x" * 1000, validator='"older"')
    get(server, target)
    assert server.sent == N
    assert target.read_bytes() == PAYLOAD


def test_a_server_that_forgets_if_range_does_not_mix_two_versions(server, target):
    part_of(target, server, b"x" * 1000, validator='"older"')
    server.heeds_if_range = False
    get(server, target)
    assert target.read_bytes() == PAYLOAD
    assert server.ranges == ["bytes=1000-", None]


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_nothing_is_continued_that_nobody_can_tell_from_another(server, target, etag):
    server.etag = etag
    part_of(target, server, b"x" * 1000, validator=None)
    get(server, target)
    assert server.ranges == [None]
    assert target.read_bytes() == PAYLOAD


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_after_a_break_such_a_file_is_begun_again(server, target, etag):
    server.etag, server.drops = etag, [300_000]
    get(server, target)
    assert server.ranges == [None, None]
    assert target.read_bytes() == PAYLOAD


def test_a_part_from_elsewhere_is_begun_again(server, target):
    part = part_of(target, server, b"x" * 1000)
    note = part.with_name(f"{part.name}.json")
    note.write_text(note.read_text().replace(server.url, "http://elsewhere/x"))
    get(server, target)
    assert target.read_bytes() == PAYLOAD


def test_a_part_without_a_note_is_begun_again(server, target):
    part = part_of(target, server, b"x" * 1000)
    part.with_name(f"{part.name}.json").write_text("{")
    get(server, target)
    assert target.read_bytes() == PAYLOAD


def test_a_server_that_ignores_ranges_sends_everything_again(server, target):
    part_of(target, server, PAYLOAD[:1000])
    server.ignore_ranges = True
    get(server, target)
    assert target.read_bytes() == PAYLOAD


def test_a_broken_line_is_taken_up_again(server, target):
    server.drops = [300_000, 400_000]
    get(server, target)
    assert target.read_bytes() == PAYLOAD
    assert server.ranges == [None, "bytes=300000-", "bytes=700000-"]
    assert server.sent == N


def test_a_line_that_breaks_often_but_makes_progress_is_tolerated(server, target):
    server.drops = [100_000] * 9
    get(server, target)
    assert target.read_bytes() == PAYLOAD
    assert len(server.ranges) == 10


def test_a_server_that_falls_silent_is_asked_again(server, target):
    server.stalls = [300_000]
    get(server, target, patience=IMPATIENT)
    assert target.read_bytes() == PAYLOAD
    assert server.ranges == [None, "bytes=300000-"]


def test_a_server_that_stays_silent_is_given_up(server, target):
    server.stalls = [300_000, 0, 0, 0]
    with pytest.raises(FetchError, match=r"3 attempts in a row.*300000 bytes are kept"):
        get(server, target, patience=IMPATIENT)
    assert left_next_to(target) == ["session_1.nwb.part", "session_1.nwb.part.json"]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(server, target, status):
    server.statuses = [status, status]
    get(server, target)
    assert target.read_bytes() == PAYLOAD


def test_a_server_that_stays_busy_is_given_up(server, target):
    server.statuses = [503] * 9
    with pytest.raises(FetchError, match=r"did not arrive.*503"):
        get(server, target)
    assert len(server.ranges) == 3
    assert left_next_to(target) == []


@pytest.fixture
def waits(monkeypatch):
    """Every wait asked for, none of them waited."""
    asked = []
    monkeypatch.setattr(time, "sleep", asked.append)
    return asked


def test_retry_after_is_heeded(server, target, waits):
    server.statuses = [(429, {"Retry-After": "7"}), (503, {"Retry-After": "11"})]
    get(server, target)
    assert [wait for wait in waits if wait > 1] == [7, 11]
    assert target.read_bytes() == PAYLOAD


def test_waits_double(server, target, waits):
    server.statuses = [503, 503, 503, 503]
    get(server, target, patience=Patience(tries=5, backoff_s=2.0))
    backed_off = [wait for wait in waits if wait > 1]
    # The first retry is immediate; jitter adds up to one second.
    for wait, least in zip(backed_off, [4.0, 8.0, 16.0], strict=True):
        assert least <= wait <= least + 1.0


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_missing_file_is_named_at_once(server, target, status):
    server.statuses = [status]
    with pytest.raises(FetchError, match=rf"{server.url}.*{status}.*recordings.source"):
        get(server, target)
    assert len(server.ranges) == 1
    assert not target.exists()


def test_another_size_than_expected_is_refused_before_anything_is_written(
    server, target
):
    with pytest.raises(FetchError, match=rf"has {N} bytes, but 5 are expected"):
        get(server, target, 5)
    assert left_next_to(target) == []


def test_a_server_that_states_no_length_is_refused(server, target):
    server.lengthless = True
    with pytest.raises(FetchError, match="does not state the length"):
        get(server, target)


@pytest.mark.parametrize("extra", [1000, -1000])
def test_a_server_that_lies_about_the_length_never_gets_a_file_named(
    server, target, extra
):
    server.stated_extra = extra
    if extra > 0:
        with pytest.raises(FetchError, match="did not arrive"):
            get(server, target)
        assert not target.exists()
    else:  # What was promised has come, and nobody can know of more; but see below.
        get(server, target)
        assert target.read_bytes() == PAYLOAD[:extra]


def test_a_digest_finds_out_whoever_lies(server, target):
    server.stated_extra = -1000
    with pytest.raises(FetchError, match=r"did not arrive.*SHA-256 is"):
        get(server, target, sha256=hashlib.sha256(PAYLOAD).hexdigest())
    assert left_next_to(target) == []


def test_corrupt_bytes_are_fetched_again(server, target):
    part_of(target, server, b"x" * 1000)
    get(server, target, N, hashlib.sha256(PAYLOAD).hexdigest())
    assert target.read_bytes() == PAYLOAD
    assert server.ranges == ["bytes=1000-", None]


def test_a_part_that_is_complete_only_needs_its_name(server, target):
    part_of(target, server, PAYLOAD)
    get(server, target)
    assert target.read_bytes() == PAYLOAD
    assert server.ranges == []


def test_a_part_longer_than_the_file_is_started_afresh(server, target):
    part_of(target, server, PAYLOAD + b"more")
    get(server, target)
    assert target.read_bytes() == PAYLOAD


def test_another_range_than_asked_for_is_not_appended(server, target):
    part_of(target, server, PAYLOAD[:1000])
    server.shift = 1
    get(server, target)
    assert target.read_bytes() == PAYLOAD


def test_a_redirect_is_followed_with_the_range(server, target):
    part_of(target, server, PAYLOAD[:1000])
    server.statuses = [(302, {"Location": f"{server.address}/elsewhere.nwb"})]
    get(server, target)
    assert server.ranges == ["bytes=1000-", "bytes=1000-"]
    assert target.read_bytes() == PAYLOAD


def test_nobody_there_is_reported_with_the_address(server, target):
    with pytest.raises(FetchError, match=r"http://127.0.0.1:1/x.*0 bytes are kept"):
        fetch(RemoteFile("http://127.0.0.1:1/x"), target, HASTE)


def test_a_full_disk_is_found_before_anything_is_written(server, target, monkeypatch):
    usage = part_module.shutil.disk_usage(target.parents[1])._replace(free=N - 1)
    monkeypatch.setattr(part_module.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(FetchError, match="free some disk space"):
        get(server, target)
    assert left_next_to(target) == ["session_1.nwb.part.json"]


def test_a_disk_that_fills_up_keeps_what_arrived(server, small_disk, monkeypatch):
    usage = part_module.shutil.disk_usage(small_disk)._replace(free=10 * N)
    monkeypatch.setattr(part_module.shutil, "disk_usage", lambda _: usage)
    server.payload = PAYLOAD * 2
    with pytest.raises(FetchError, match=r"No space left.*free some disk space"):
        get(server, small_disk / "session_1.nwb")
    assert not (small_disk / "session_1.nwb").exists()


def test_a_file_system_without_locks_is_told(server, target, monkeypatch):
    def refuse(*_, **__):
        raise NotImplementedError("no flock here")

    monkeypatch.setattr(FileLock, "acquire", refuse)
    with pytest.raises(FetchError, match=r"does not support locks.*\.fetched"):
        get(server, target)
    assert server.asked == []


def test_progress_is_reported_with_rate_and_time_left(
    server, target, caplog, monkeypatch
):
    monkeypatch.setattr(part_module, "REPORT_EVERY_S", 0.0)
    with caplog.at_level(logging.INFO, "minicolumn.recordings"):
        get(server, target)
    said = [m for m in caplog.messages if "left" in m]
    assert said
    assert re.fullmatch(r".*: 0 of 1 MB, [\d.]+ MB/s, \d+ s left", said[0])


FETCH = """
import sys
from pathlib import Path
from minicolumn.recordings.download.fetch import RemoteFile, fetch
fetch(RemoteFile(sys.argv[1]), Path(sys.argv[2]))
"""


def in_another_process(server, target):
    return subprocess.Popen(
        [sys.executable, "-c", FETCH, server.url, target],
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )


def wait_until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_killed_process_leaves_a_part_that_the_next_one_continues(server, target):
    server.payload = PAYLOAD * 8
    server.bytes_per_s = 8e6
    part = target.with_name(f"{target.name}.part")
    first = in_another_process(server, target)
    wait_until(lambda: part.exists() and part.stat().st_size >= 2 * N)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not target.exists()
    kept = part.stat().st_size
    server.bytes_per_s = None
    assert in_another_process(server, target).wait(30) == 0
    assert server.ranges == [None, f"bytes={kept}-"]
    assert target.read_bytes() == server.payload
    assert left_next_to(target) == [target.name]


def test_two_processes_fetch_a_file_once(server, target):
    server.payload = PAYLOAD * 8
    server.bytes_per_s = 16e6
    both = [in_another_process(server, target) for _ in range(2)]
    assert [process.wait(30) for process in both] == [0, 0]
    assert target.read_bytes() == server.payload
    assert server.sent == len(server.payload)


def test_a_killed_process_leaves_no_lock(server, target):
    server.stalls = [1000]
    first = in_another_process(server, target)
    wait_until(lambda: server.sent)
    second = in_another_process(server, target)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert second.wait(30) == 0
    assert target.read_bytes() == PAYLOAD
