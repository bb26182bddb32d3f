"""Start-up time of a shard's job, and its share of the time of a shard.

Simulates two small shards of the published physics on this machine through Snakemake,
and fits a line to their times from the run's journal. A Slurm job costs more: two
further starts of Snakemake, and the wait for a device.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from minicolumn.jobs.runs.journal import journal_of

ROOT = Path(__file__).parents[1]
SMALL, LARGE = 8, 16
SHARD = "results/start-up/simulations/combined/shard-0000.parquet"


def main() -> None:
    """Print the two times, the start-up, and its share at some sizes of a shard."""
    job_s(SMALL)  # compiles; later shards reuse the programs
    small_s, large_s = job_s(SMALL), job_s(LARGE)
    per_circuit_s = (large_s - small_s) / (LARGE - SMALL)
    start_up_s = small_s - SMALL * per_circuit_s
    print(f"{SMALL} circuits {small_s:.1f} s, {LARGE} circuits {large_s:.1f} s")
    print(f"start-up {start_up_s:.1f} s, then {per_circuit_s:.2f} s per circuit")
    for per_shard in (25, 50, 100, 200):
        share = start_up_s / (start_up_s + per_shard * per_circuit_s)
        print(f"circuits.per_shard {per_shard:4}: start-up is {share:6.1%} of a shard")


def job_s(per_shard: int) -> float:
    """Return how long one shard of ``per_shard`` circuits takes as a job."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        overlay = directory / "size.yaml"
        circuits = {"count": 1000, "per_shard": per_shard}
        overlay.write_text(yaml.safe_dump({"run": "start-up", "circuits": circuits}))
        subprocess.run(
            [
                *(sys.executable, "-m", "snakemake", SHARD, "--cores", "1"),
                *("--directory", name, "--configfile", str(overlay)),
            ],
            cwd=ROOT,
            env=compiled_programs_kept(),
            check=True,
            capture_output=True,
        )
        lines = journal_of(directory / "results/start-up").read_text().splitlines()
    events = [json.loads(line) for line in lines[1:]]
    (begun, *_), (ended, *_) = events[-2:]
    return ended - begun


def compiled_programs_kept() -> dict[str, str]:
    """Return an environment in which programs are compiled once for all shards."""
    return {**os.environ, "JAX_COMPILATION_CACHE_DIR": str(ROOT / ".cache" / "jax")}


if __name__ == "__main__":
    main()
