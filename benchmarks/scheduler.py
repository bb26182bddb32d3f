"""How often a run at published size calls Slurm: submissions and queries per minute.

Snakemake and its Slurm plugin are real, use the settings of the profile, and plan the
150 shards of config.yaml. Slurm's commands are substitutes that record each call and
let every shard take one minute. Real shards take longer and cause fewer calls.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARD_S = 60.0
COMMANDS = ("sbatch", "squeue", "scontrol", "scancel", "sacct", "sacctmgr", "sshare")
COUNTED = ("sbatch", "squeue", "scontrol")

STAND_IN = f"""#!{sys.executable}
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
import scheduler
scheduler.answer(sys.argv[0])
"""


def main() -> None:
    """Run the simulations of the published plan and print the calls of each minute."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for command in COMMANDS:
            stand_in = directory / "bin" / command
            stand_in.parent.mkdir(exist_ok=True)
            stand_in.write_text(STAND_IN)
            stand_in.chmod(0o755)
        (directory / "jobs").mkdir()
        started = time.time()
        simulate(directory)
        calls = [
            line.split() for line in (directory / "calls").read_text().splitlines()
        ]
    counts = Counter((int((float(when) - started) // 60), what) for when, what in calls)
    print(f"{'minute':>6} " + " ".join(f"{what:>9}" for what in COUNTED))
    for minute in range(max(minute for minute, _ in counts) + 1):
        row = " ".join(f"{counts[minute, what]:9}" for what in COUNTED)
        print(f"{minute + 1:6} {row}")


def simulate(directory: Path) -> None:
    """Call Snakemake like a user of a cluster, with the substitutes first in PATH."""
    command = [
        *(sys.executable, "-m", "snakemake", "--until", "simulate_shard"),
        *("--profile", "slurm-gpu", "--directory", str(directory)),
    ]
    environment = os.environ | {"PATH": f"{directory / 'bin'}:{os.environ['PATH']}"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def answer(command: str) -> None:
    """Act as one of Slurm's commands; jobs are files with the time of their end."""
    path = Path(command)
    directory = path.parents[1]
    with (directory / "calls").open("a") as calls:
        calls.write(f"{time.time()} {path.name}\n")
    if path.name == "sbatch":
        print(_submit(directory / "jobs"))
    elif path.name == "squeue":
        for job in (directory / "jobs").iterdir():
            print(f"{job.name}|{_state(job, directory)}")
    elif path.name == "scontrol":
        print("MinJobAge = 300 sec")
    else:
        sys.exit(1)


def _submit(jobs: Path) -> str:
    target = re.search(r"mechanism=(\w+),shard=(\d+)", sys.stdin.read())
    if target is None:
        sys.exit("not a shard")
    job = jobs / str(os.getpid())
    job.write_text(f"{time.time() + SHARD_S} {target[1]}/shard-{target[2]}.parquet")
    return job.name


def _state(job: Path, directory: Path) -> str:
    end, output = job.read_text().split()
    if time.time() < float(end):
        return "RUNNING"
    made = directory / "results" / "published" / "simulations" / output
    made.parent.mkdir(parents=True, exist_ok=True)
    made.touch()
    return "COMPLETED"


if __name__ == "__main__":
    main()
