"""Time and memory of the dry run as a function of the number of circuits.

CPU time says the same on a busy machine as on a quiet one, nearly.

Snakemake plans shards, so both increase with the number of shards; more circuits per
shard (circuits.per_shard) do not slow planning.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
TIMES, PUBLISHED, PER_SHARD = (1, 10, 100), 5000, 100


def main() -> None:
    """Print one row per number of circuits."""
    heads = f"{'circuits':>9} {'per shard':>9} {'jobs':>7} {'CPU s':>7} {'wall s':>7}"
    print(heads, f"{'MB':>6}")
    for times in TIMES:
        show(PUBLISHED * times, PER_SHARD)
    show(PUBLISHED * TIMES[-1], PER_SHARD * TIMES[-1])


def show(count: int, per_shard: int) -> None:
    """Print time, peak memory and jobs of one dry run."""
    jobs, *seconds, peak_mb = dry_run(count, per_shard)
    cpu_s, wall_s = (f"{one:7.1f}" for one in seconds)
    print(
        f"{count:9} {per_shard:9} {jobs:7} {cpu_s} {wall_s} {peak_mb:6.0f}", flush=True
    )


def dry_run(count: int, per_shard: int) -> tuple[int, float, float, float]:
    """Return jobs, CPU and wall time in s, and peak memory in MB of a dry run."""
    with tempfile.TemporaryDirectory() as directory:
        overlay = Path(directory) / "size.yaml"
        circuits = {"count": count, "per_shard": per_shard}
        overlay.write_text(yaml.safe_dump({"run": "plan-size", "circuits": circuits}))
        output = Path(directory) / "output"
        command = [sys.executable, "-m", "snakemake", "-n", "--configfile", overlay]
        with output.open("w") as file:
            started = time.perf_counter()
            process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=file)
            # Not Popen.wait: only the memory of this one child counts.
            _, status, usage = os.wait4(process.pid, 0)
            wall_s = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        text = output.read_text()
    if process.returncode:
        sys.exit(text)
    total = re.search(r"^total +(\d+)$", text, re.MULTILINE)
    cpu_s = usage.ru_utime + usage.ru_stime
    return int(total[1]) if total else 0, cpu_s, wall_s, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
