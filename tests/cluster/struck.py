"""A checkout whose jobs go to Slurm, and faults that strike some of them."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from checkouts import TINY, Checkout
from one_machine_slurm import wait_for

from minicolumn.files.store import read_table
from minicolumn.files.tables import SIMULATIONS
from minicolumn.files.unfinished import finished

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
        """Start Snakemake and leave it running; it hears Ctrl-C.

        What a script runs in the background ignores Ctrl-C, and so do its children.
        """
        hearing = ["env", "--default-signal=INT"]
        return subprocess.Popen(
            [*hearing, sys.executable, "-m", "snakemake", *self.command(targets)],
            cwd=self.path,
            env=os.environ | {"PYTHONPATH": str(self.path / "src")} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def tool(self, name: str, *arguments: str) -> subprocess.CompletedProcess:
        """Run what `make status` or `make recover` runs."""
        return subprocess.run(
            [sys.executable, "-m", "minicolumn", name, *arguments],
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
            for path in finished(self.simulations, "*.parquet")
        }


def shard(name: str) -> str:
    """Return the file of a shard, as a user names it to Snakemake."""
    mechanism, number = name.split("-")
    return f"results/tiny/simulations/{mechanism}/shard-{number}.parquet"


def file_of(name: str) -> str:
    """Return a shard's key in `ClusterCheckout.spikes`."""
    return shard(name).removeprefix("results/tiny/simulations/")
