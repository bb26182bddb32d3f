"""The real Snakefile on a real Slurm, with faults that strike chosen jobs."""

import signal
import subprocess

import pytest
from checkouts import TINY, copy_checkout
from one_machine_slurm import OneMachineSlurm, wait_for
from struck import STRIKE, ClusterCheckout, shard

from minicolumn.circuits.mechanisms import MECHANISMS


@pytest.fixture(scope="session")
def slurm(tmp_path_factory):
    """A Slurm that runs."""
    if obstacle := OneMachineSlurm.obstacle():
        pytest.skip(obstacle)
    slurm = OneMachineSlurm(tmp_path_factory.mktemp("slurm"))
    try:
        slurm.start()
        yield slurm
    finally:
        slurm.stop()


@pytest.fixture(scope="module")
def new_checkout(slurm, tmp_path_factory):
    """Return a function that makes checkouts in which faults can strike."""

    def make() -> ClusterCheckout:
        path = copy_checkout(tmp_path_factory.mktemp("cluster") / "checkout").path
        checkout = ClusterCheckout(path)
        (path / "src" / "faults.py").write_text(STRIKE)
        checkout.edit("src/minicolumn/jobs/log.py", "import sys", "import sys, faults")
        checkout.edit(
            "src/minicolumn/jobs/log.py",
            "        yield",
            "        faults.strike(path); yield",
        )
        profile = "profiles/slurm-gpu/config.yaml"
        checkout.edit(profile, "status-checks: 30", "status-checks: 1")
        checkout.edit(profile, "latency-wait: 60", "latency-wait: 5")
        checkout.edit(profile, "retries: 2", "retries: 1")
        checkout.edit(profile, "runtime: 60 * attempt", "runtime: 1 * attempt")
        checkout.edit(profile, "mem_mb: 8000 * attempt", "mem_mb: 1500 * attempt")
        return checkout

    return make


@pytest.fixture
def checkout(new_checkout, slurm):
    """A checkout of this test's own; none of its jobs outlives the test."""
    slurm.heal()
    checkout = new_checkout()
    yield checkout
    checkout.relent()
    if left := slurm.jobs(checkout.path, "pending,running,suspended"):
        slurm.run("scancel", "--signal=KILL", *left)
        wait_for(lambda: not slurm.jobs(checkout.path, "running"), "jobs to end")


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    """The spikes of every shard, simulated without Slurm and without faults."""
    checkout = ClusterCheckout(
        copy_checkout(tmp_path_factory.mktemp("undisturbed") / "checkout").path
    )
    checkout.snakemake(
        *(shard(f"{m}-{n}") for m in MECHANISMS for n in ("0000", "0001")),
        *("--cores", "2", "--configfile", TINY),
    )
    return checkout.spikes()


@pytest.fixture
def started():
    """Return a function that keeps processes to be ended with the test."""
    processes: list[subprocess.Popen] = []

    def keep(process: subprocess.Popen) -> subprocess.Popen:
        processes.append(process)
        return process

    yield keep
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()
