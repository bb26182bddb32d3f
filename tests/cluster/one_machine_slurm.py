"""A real Slurm on this one machine, from Debian's packages, without systemd.

Needs root and ``slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge``. Every
file lies in one directory, but for links in /etc/slurm: the Snakemake plugin removes
SLURM_CONF from a job's environment, so a job finds Slurm in its usual place only. The
devices of its GPUs are fake. Daemons are known by their pid files, never by name.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

DAEMONS = ("munged", "slurmctld", "slurmd")
CONFIGURATION = Path("/etc/slurm")
LINKED = ("slurm.conf", "gres.conf", "cgroup.conf")
GPUS = 4

TEMPLATE = Path(__file__).with_name("slurm.conf.in")


class OneMachineSlurm:
    """Starts, hurts and stops Slurm's daemons.

    Parameters
    ----------
    root
        An empty directory for everything that Slurm keeps.
    """

    def __init__(self, root: Path):
        self.root = root
        self.host = socket.gethostname().partition(".")[0]

    @staticmethod
    def obstacle() -> str | None:
        """Return why Slurm cannot be started here, or None."""
        if os.geteuid() != 0:
            return "starting Slurm needs root"
        missing = [name for name in (*DAEMONS, "sbatch") if not shutil.which(name)]
        if missing:
            return (
                f"{', '.join(missing)} not installed: apt-get install slurmctld slurmd "
                "slurm-client slurm-wlm-basic-plugins munge"
            )
        for link in (CONFIGURATION / name for name in LINKED):
            if link.exists() and not _left_by_killed_tests(link):
                return f"this machine has a Slurm of its own: {link}"
        return None

    def start(self) -> None:
        """Start everything; return when the node is ready for jobs."""
        self._configure()
        self._start_munge()
        self.start_controller()
        self.start_node()
        wait_for(lambda: self.node_state() == "idle", "the node to be idle")

    def stop(self) -> None:
        """Cancel what runs, stop the daemons, remove the links."""
        self.run("scancel", "--full", "--user=root", check=False)
        for daemon in reversed(DAEMONS):
            self.end(daemon, signal.SIGTERM)
        for name in LINKED:
            link = CONFIGURATION / name
            if link.is_symlink() and link.readlink().parent == self.root:
                link.unlink()

    def heal(self) -> None:
        """Start what is not running and bring the node back into service."""
        if not self._is_up("slurmctld"):
            self.start_controller()
        if not self._is_up("slurmd"):
            self.start_node()
        if self.node_state() != "idle":
            node = f"nodename={self.host}"
            self.run("scontrol", "update", node, "state=resume", check=False)
            wait_for(lambda: self.node_state() == "idle", "the node to be idle")

    def start_controller(self) -> None:
        """Start slurmctld and wait until it answers."""
        self.run("slurmctld", "-f", str(self.root / "slurm.conf"))
        wait_for(lambda: "UP" in self.run("scontrol", "ping", check=False), "slurmctld")

    def start_node(self) -> None:
        """Start slurmd."""
        self.run("slurmd", "-f", str(self.root / "slurm.conf"))

    def end(self, daemon: str, how: signal.Signals) -> None:
        """Send a signal to a daemon and wait until it has gone."""
        if self._is_up(daemon):
            os.kill(self._pid(daemon), how)
            wait_for(lambda: not self._is_up(daemon), f"{daemon} to end")

    def has_saved(self, job: "Job") -> bool:
        """Return whether a controller that dies now would know that a job runs."""
        shown = self.run("scontrol", "show", "job", "--oneliner", job.number)
        started = re.search(r"StartTime=(\S+)", shown)
        state = self.root / "state" / "job_state"
        return (
            started is not None
            and state.exists()
            and state.stat().st_mtime
            > datetime.fromisoformat(started[1]).timestamp() + 1
        )

    def run(self, *command: str, check: bool = True) -> str:
        """Return what one of Slurm's commands prints."""
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=60
        )
        if check and done.returncode:
            raise RuntimeError(f"{command}: {done.stderr}")
        return done.stdout.strip()

    def node_state(self) -> str:
        """Return the node's state, such as idle, mixed or down*."""
        return self.run("sinfo", "--noheader", "-N", "--format=%T").split()[0]

    def jobs(self, directory: Path, states: str = "all") -> dict[str, "Job"]:
        """Return the jobs submitted from ``directory``, by number."""
        listed = self.run(
            *("squeue", "--noheader", f"--states={states}"),
            "--format=%A|%T|%k|%P|%r|%Z",
        )
        jobs = [Job(*line.split("|", 5)) for line in listed.splitlines()]
        return {job.number: job for job in jobs if job.directory == str(directory)}

    def running(self, directory: Path, name: str) -> str:
        """Return the number of the job that simulates a shard: ``synaptic-0000``."""
        jobs = self.jobs(directory, "running").values()
        return next(job.number for job in jobs if job.name == name)

    def gpus(self, job: "Job") -> int:
        """Return how many GPUs a job asked for."""
        asked = self.run("scontrol", "show", "job", "--oneliner", job.number)
        number = re.search(r"TresPerJob=gres:gpu:(\d+)", asked)
        return int(number[1]) if number else 0

    def _pid(self, daemon: str) -> int:
        """Return the process of a daemon; 0 if it never ran."""
        pid_file = self.root / f"{daemon}.pid"
        return int(pid_file.read_text() or 0) if pid_file.exists() else 0

    def _is_up(self, daemon: str) -> bool:
        pid = self._pid(daemon)
        return pid > 0 and _runs(pid)

    def _configure(self) -> None:
        for name in ("state", "spool", "dev"):
            (self.root / name).mkdir(parents=True)
        for device in range(GPUS):
            null = os.makedev(1, 3)
            os.mknod(self.root / "dev" / f"nvidia{device}", 0o20666, null)
        # Slurm 22.05 has no "disabled"; naming v1 only loads the plugin.
        cgroups = "disabled" if _version() >= 23 else "cgroup/v1"
        texts = {
            "slurm.conf": TEMPLATE.read_text().format(
                root=self.root,
                host=self.host,
                gpus=GPUS,
                controller_port=_free_port(),
                node_port=_free_port(),
            ),
            "gres.conf": "AutoDetect=off\n"
            f"NodeName={self.host} Name=gpu Type=fake "
            f"File={self.root}/dev/nvidia[0-{GPUS - 1}]\n",
            "cgroup.conf": f"CgroupPlugin={cgroups}\n",
        }
        CONFIGURATION.mkdir(exist_ok=True)
        for name, text in texts.items():
            (self.root / name).write_text(text)
            (CONFIGURATION / name).unlink(missing_ok=True)
            (CONFIGURATION / name).symlink_to(self.root / name)

    def _start_munge(self) -> None:
        key = self.root / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(1024))
        self.run(
            *("munged", "--force", f"--key-file={key}"),
            f"--socket={self.root}/munge.sock",
            f"--pid-file={self.root}/munged.pid",
            f"--log-file={self.root}/munged.log",
            f"--seed-file={self.root}/munge.seed",
        )


class Job(NamedTuple):
    """A row of squeue; the comment names the rule and its wildcards."""

    number: str
    state: str
    comment: str
    partition: str
    reason: str
    directory: str

    @property
    def name(self) -> str:
        """What tells it from other jobs of its rule, such as ``synaptic-0000``."""
        return self.comment.rpartition("wildcards_")[2].replace("_", "-")


def wait_for(
    condition: Callable[[], object], what: str, timeout_s: float = 300
) -> None:
    """Wait until ``condition`` holds.

    Raises
    ------
    TimeoutError
        Naming ``what`` was waited for.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout_s:.0f} s for {what}")
        time.sleep(0.1)


def _left_by_killed_tests(link: Path) -> bool:
    """Return whether a link is of a Slurm of these tests that runs no more."""
    if not link.is_symlink():
        return False
    slurm = OneMachineSlurm(link.readlink().parent)
    of_tests = slurm.root.parent.name.startswith("pytest-")
    return of_tests and not any(slurm._is_up(daemon) for daemon in DAEMONS)


def _runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _version() -> int:
    said = subprocess.run(["slurmd", "-V"], capture_output=True, text=True, check=True)
    return int(said.stdout.split()[1].partition(".")[0])
