"""The real Snakefile on a real Slurm, with faults that strike chosen jobs."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from checkouts import TINY, Checkout, copy_checkout
from one_machine_slurm import OneMachineSlurm, wait_for

from minicolumn.mechanisms import MECHANISMS
from minicolumn.store import read_table
from minicolumn.tables import SIMULATIONS

# A fault is code in faults/<log>.py, run at the start of the job with that log.
STRIKE = """
from pathlib import Path


def strike(log):
    fault = Path("faults") / f"{Path(log).stem}.py"
    if fault.exists():
        exec(fault.read_text(), {"fault": fault})
"""
FAILS = "raise RuntimeError('struck')"
HOLDS = """
import time
while fault.exists():
    time.sleep(0.1)
"""
HANGS_ONCE = """
import time
fault.unlink()
time.sleep(600)
"""
NEEDS_2_GB = """
import time
hog = bytearray(2_000_000_000)
hog[::4096] = bytes(len(hog[::4096]))
time.sleep(4)
del hog
"""


class ClusterCheckout(Checkout):
    """A checkout whose jobs go to Slurm."""

    @property
    def simulations(self) -> Path:
        return self.path / "results" / "tiny" / "simulations"

    def strike(self, name: str, fault: str) -> None:
        """Let a fault strike the job with this log: ``synaptic-0000``."""
        file = self.path / "faults" / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(textwrap.dedent(fault))

    def relent(self) -> None:
        """Take all faults away; jobs that hold go on."""
        for fault in self.path.glob("faults/*.py"):
            fault.unlink()

    def run(self, *targets: str, check: bool = True) -> str:
        return self.snakemake(*self.command(targets), check=check)

    def command(self, targets) -> tuple[str, ...]:
        return (*targets, "--profile", "slurm-gpu", "--configfile", TINY)

    def start(self, *targets: str, **environment: str) -> subprocess.Popen:
        """Start Snakemake and leave it running."""
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", *self.command(targets)],
            cwd=self.path,
            env=os.environ | {"PYTHONPATH": str(self.path / "src")} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def tool(self, module: str, *arguments: str) -> subprocess.CompletedProcess:
        """Run what `make status` or `make recover` runs."""
        return subprocess.run(
            [sys.executable, "-m", f"minicolumn.runs.{module}", *arguments],
            cwd=self.path,
            env=os.environ | {"PYTHONPATH": str(self.path / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def log_of(self, name: str) -> Path:
        logs = self.path / "results" / "tiny" / "logs"
        return logs / "simulate_shard" / f"{name}.log"

    def wait_for_start(self, *names: str) -> None:
        for name in names:
            wait_for(self.log_of(name).exists, f"{name} to start")

    def spikes(self) -> dict[str, list]:
        """Return every simulation there is, by file."""
        return {
            str(path.relative_to(self.simulations)): read_table(
                path, SIMULATIONS
            ).to_pylist()
            for path in sorted(self.simulations.rglob("*.parquet"))
        }


def shard(name: str) -> str:
    """Return the file of a shard, as a user names it to Snakemake."""
    mechanism, number = name.split("-")
    return f"results/tiny/simulations/{mechanism}/shard-{number}.parquet"


def file_of(name: str) -> str:
    """Return a shard's key in `ClusterCheckout.spikes`."""
    return shard(name).removeprefix("results/tiny/simulations/")


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


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """The directory in which all shards of all tests find compiled programs."""
    return str(tmp_path_factory.mktemp("jax"))


@pytest.fixture(scope="module")
def new_checkout(slurm, compiled, tmp_path_factory):
    """Return a function that makes checkouts in which faults can strike."""
    patch = pytest.MonkeyPatch()
    patch.setenv("JAX_COMPILATION_CACHE_DIR", compiled)

    def make() -> ClusterCheckout:
        path = copy_checkout(tmp_path_factory.mktemp("cluster") / "checkout").path
        checkout = ClusterCheckout(path)
        (path / "src" / "faults.py").write_text(STRIKE)
        checkout.edit("src/minicolumn/job.py", "import sys", "import sys, faults")
        checkout.edit(
            "src/minicolumn/job.py",
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

    yield make
    patch.undo()


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
def undisturbed(compiled, tmp_path_factory):
    """The spikes of every shard, simulated without Slurm and without faults."""
    checkout = ClusterCheckout(
        copy_checkout(tmp_path_factory.mktemp("undisturbed") / "checkout").path
    )
    checkout.snakemake(
        *(shard(f"{m}-{n}") for m in MECHANISMS for n in ("0000", "0001")),
        *("--cores", "2", "--configfile", TINY),
        JAX_COMPILATION_CACHE_DIR=compiled,
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
