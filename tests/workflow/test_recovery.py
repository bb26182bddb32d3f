"""A run is killed or its files are damaged; `make recover` repairs it."""

import os
import signal
import subprocess
import sys
import time

import pytest
from checkouts import TINY

from minicolumn.files.store import read_table
from minicolumn.files.tables import SIMULATIONS

pytestmark = [pytest.mark.workflow, pytest.mark.slow]

SHARD = "results/tiny/simulations/synaptic/shard-0000.parquet"
COMMAND = (SHARD, "--cores", "2", "--configfile", TINY)


def tool(checkout, name):
    return subprocess.run(
        [sys.executable, "-m", "minicolumn", name],
        cwd=checkout.path,
        env=os.environ | {"PYTHONPATH": str(checkout.path / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_killed_run_goes_on_and_a_damaged_table_is_made_again(checkout):
    with subprocess.Popen(
        [sys.executable, "-m", "snakemake", *COMMAND],
        cwd=checkout.path,
        env=os.environ | {"PYTHONPATH": str(checkout.path / "src")},
        stderr=subprocess.DEVNULL,
    ) as run:
        log = checkout.path / "results/tiny/logs/simulate_shard/synaptic-0000.log"
        while not log.exists():
            time.sleep(0.1)
        assert "running" in tool(checkout, "status").stdout
        assert "is being made by" in tool(checkout, "recover").stderr
        run.send_signal(signal.SIGKILL)
    assert "`make recover` continues it" in checkout.snakemake(*COMMAND, check=False)
    assert "stopped" in tool(checkout, "status").stdout
    assert tool(checkout, "recover").returncode == 0
    shard = checkout.path / SHARD
    whole = read_table(shard, SIMULATIONS)

    shard.write_bytes(shard.read_bytes()[:-1])
    recovery = tool(checkout, "recover")
    assert f"Deleting {SHARD}: it is damaged" in recovery.stdout
    assert read_table(shard, SIMULATIONS) == whole
    assert "finished" in tool(checkout, "status").stdout


def test_before_the_first_run_there_is_nothing_to_tell_or_recover(checkout):
    for name in ("status", "recover"):
        said = tool(checkout, name)
        assert said.returncode == 1
        assert "nothing was started" in said.stderr
