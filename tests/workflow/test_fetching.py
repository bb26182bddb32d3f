"""Sessions over the network: shared by runs, bounded, resumed, never fetched twice."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from checkouts import TINY, Checkout, copy_checkout
from fault_server import fault_server

from minicolumn.recordings.catalog import session_nwb, sessions

pytestmark = [pytest.mark.workflow, pytest.mark.slow]

PAYLOAD = bytes(range(256)) * 8192
WANTED = [one.session_id for one in sessions()][:4]
OTHERS = [one.session_id for one in sessions()][4:]


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with fault_server(PAYLOAD) as faults:
        faults.json = Warehouse()
        yield faults


class Warehouse(dict):
    """Answers every query for a session with a link to its file."""

    def __contains__(self, path):
        return path.startswith("/warehouse/")

    def __getitem__(self, path):
        (number,) = re.findall(r"attachable_id\$eq(\d+)", path)
        link = {"download_link": f"/well_known_file_download/{number}"}
        return json.dumps({"success": True, "msg": [link]}).encode()


def configure(checkout: Checkout, server, directory, at_once=2, exclude=OTHERS):
    (checkout.path / "fetch.yaml").write_text(
        "recordings:\n"
        "  source: warehouse\n"
        f"  exclude: {exclude}\n"
        f"  fetched: {{directory: {directory}, at_once: {at_once}}}\n"
        f"  warehouse: {{url: {server.address}/warehouse}}\n"
    )
    return (
        *("--cores", "8", "--configfile", TINY, "fetch.yaml"),
        *("--until", "fetch_session"),
    )


def fetched(directory):
    return {one: (directory / session_nwb(one)).read_bytes() for one in WANTED}


def test_sessions_are_fetched_so_many_at_a_time_and_linked(checkout, server):
    server.bytes_per_s = 4e6
    arguments = configure(checkout, server, "store")
    checkout.snakemake(*arguments)
    store = checkout.path / "store"
    assert fetched(store) == dict.fromkeys(WANTED, PAYLOAD)
    assert server.most_at_once == 2
    link = checkout.path / f"results/tiny/recordings/{WANTED[0]}/session.nwb"
    assert link.is_symlink()
    assert not link.readlink().is_absolute()
    assert link.read_bytes() == PAYLOAD
    # With its results gone, the next run links again and asks nobody.
    n_asked = len(server.asked)
    subprocess.run(["rm", "-r", "results"], cwd=checkout.path, check=True)
    checkout.snakemake(*arguments)
    checkout.snakemake(*arguments, "--forcerun", "fetch_session")
    assert len(server.asked) == n_asked
    assert fetched(store) == dict.fromkeys(WANTED, PAYLOAD)


def test_a_session_that_is_not_there_is_one_message_and_spares_the_others(
    checkout, server
):
    server.statuses = [404]
    output = checkout.snakemake(
        *configure(checkout, server, "store", at_once=1), check=False
    )
    assert "the server answered 404" in output
    assert "recordings.exclude" in output
    assert "Traceback" not in output
    whole = list((checkout.path / "store").glob("*/session_*.nwb"))
    assert len(whole) == len(WANTED) - 1


def started(checkout, arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "snakemake", *arguments],
        cwd=checkout.path,
        env=os.environ | {"PYTHONPATH": str(checkout.path / "src")},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_two_runs_on_one_directory_do_not_harm_each_other(tmp_path, server):
    server.bytes_per_s = 4e6
    store = tmp_path / "shared"
    runs = []
    for name in ("one", "two"):
        checkout = copy_checkout(tmp_path / name)
        runs.append(started(checkout, configure(checkout, server, store)))
    assert [run.wait(120) for run in runs] == [0, 0]
    assert fetched(store) == dict.fromkeys(WANTED, PAYLOAD)
    assert server.sent == len(WANTED) * len(PAYLOAD)


def test_a_run_that_was_killed_goes_on_where_it_stopped(checkout, server):
    server.bytes_per_s = 1e6
    only = [one for one in OTHERS + WANTED if one != WANTED[0]]
    arguments = configure(checkout, server, "store", exclude=only)
    nwb = checkout.path / "store" / session_nwb(WANTED[0])
    part = nwb.with_name(f"{nwb.name}.part")
    run = started(checkout, arguments)
    deadline = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size > 500_000):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    time.sleep(0.5)
    kept = part.stat().st_size
    assert not nwb.exists()
    assert not (checkout.path / "results/tiny/recordings").exists() or not list(
        (checkout.path / "results/tiny/recordings").rglob("session.nwb")
    )
    server.bytes_per_s = None
    checkout.snakemake(*arguments, "--unlock")
    checkout.snakemake(*arguments)
    assert server.ranges == [None, f"bytes={kept}-"]
    assert nwb.read_bytes() == PAYLOAD
