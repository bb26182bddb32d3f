import hashlib
import io
from dataclasses import replace

import numpy as np
import pytest
from fault_server import fault_server

from minicolumn.errors import FetchError
from minicolumn.recordings.download.part import RemoteFile
from minicolumn.recordings.download.ranges import BLOCK_BYTES, RangeFile
from minicolumn.recordings.download.server import Patience

PAYLOAD = np.random.default_rng(0).bytes(10 * BLOCK_BYTES + 77)
HASTY = Patience(tries=3, backoff_s=0.01, connect_s=1, silence_s=1)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with fault_server(PAYLOAD) as faults:
        yield faults


def opened(server, tmp_path, n_bytes=None):
    return RangeFile(RemoteFile(server.url, n_bytes), tmp_path / "store", HASTY)


def test_any_part_reads_like_a_local_file(server, tmp_path):
    rng = np.random.default_rng(1)
    local = io.BytesIO(PAYLOAD)
    with opened(server, tmp_path) as file:
        for at, n in zip(
            rng.integers(0, len(PAYLOAD) + 9, 30),
            rng.integers(0, 3 * BLOCK_BYTES, 30),
            strict=True,
        ):
            local.seek(at)
            assert file.seek(at) == at
            assert file.read(n) == local.read(n)
            assert file.tell() == local.tell()
        assert file.seek(-3, io.SEEK_END) == len(PAYLOAD) - 3
        assert file.read() == PAYLOAD[-3:]


def test_only_the_blocks_that_are_asked_for_travel_and_only_once(server, tmp_path):
    with opened(server, tmp_path) as file:
        for _ in range(2):
            file.seek(3 * BLOCK_BYTES + 5)
            file.read(2 * BLOCK_BYTES)
        assert file.n_fetched == server.sent == 4 * BLOCK_BYTES
    # What one process has read, the next need not.
    with opened(server, tmp_path) as file:
        file.seek(3 * BLOCK_BYTES)
        assert file.read(BLOCK_BYTES) == PAYLOAD[3 * BLOCK_BYTES : 4 * BLOCK_BYTES]
        # But it asks for the first, to learn which version the server has.
        assert file.n_fetched == BLOCK_BYTES
    only = f"bytes={3 * BLOCK_BYTES}-{6 * BLOCK_BYTES - 1}"
    assert server.ranges[1:-1] == [only]


def test_a_file_with_a_digest_is_asked_for_by_nobody_who_has_it(server, tmp_path):
    remote = RemoteFile(server.url, len(PAYLOAD), hashlib.sha256(PAYLOAD).hexdigest())
    for _ in range(2):
        with RangeFile(remote, tmp_path / "store", HASTY) as file:
            assert file.read() == PAYLOAD
    assert server.sent == len(PAYLOAD)
    # Another address of the same content needs no request either.
    with RangeFile(replace(remote, url="http://127.0.0.1:1/"), tmp_path / "store") as f:
        assert f.read() == PAYLOAD


def test_a_block_that_was_damaged_on_disk_is_fetched_again(server, tmp_path):
    with opened(server, tmp_path) as file:
        assert file.read() == PAYLOAD
    (block,) = tmp_path.glob("store/*/3.block")
    content = bytearray(block.read_bytes())
    content[100] ^= 1
    block.write_bytes(content)
    with opened(server, tmp_path) as file:
        assert file.read() == PAYLOAD
        assert file.n_fetched == 2 * BLOCK_BYTES


def test_blocks_of_an_unknown_version_are_not_kept(server, tmp_path):
    server.etag = None
    for _ in range(2):
        with opened(server, tmp_path) as file:
            assert file.read() == PAYLOAD
            assert file.n_fetched == len(PAYLOAD)
    assert not list(tmp_path.glob("store/*"))


@pytest.mark.parametrize(
    "fault",
    [
        {"drops": [BLOCK_BYTES // 2, 1000]},
        {"stalls": [10]},
        {"statuses": [503, (429, {"Retry-After": "0"})]},
    ],
)
def test_transient_faults_are_overcome(server, tmp_path, fault):
    for name, value in fault.items():
        setattr(server, name, value)
    with opened(server, tmp_path) as file:
        assert file.read() == PAYLOAD


def test_a_file_that_changes_is_never_mixed(server, tmp_path):
    with opened(server, tmp_path) as file:
        server.etag = '"two"'
        with pytest.raises(FetchError, match="has changed while it was read"):
            file.read()
    with opened(server, tmp_path) as file:
        assert file.read() == PAYLOAD


@pytest.mark.parametrize(
    ("fault", "n_bytes", "said"),
    [
        ({"ignore_ranges": True}, None, r"answered 200 .*fetched.whole to true"),
        ({"statuses": [404]}, None, "answered 404"),
        ({}, 5, "but 5 are expected"),
        ({"drops": [1] * 9}, None, "did not arrive: 3 attempts"),
        ({"shift": 1}, None, "did not arrive: 3 attempts .*another range"),
    ],
)
def test_what_cannot_be_read_is_one_message(server, tmp_path, fault, n_bytes, said):
    for name, value in fault.items():
        setattr(server, name, value)
    with pytest.raises(FetchError, match=said):
        opened(server, tmp_path, n_bytes)
