"""Cost of a process: start-up with and without compiled programs, and two at once.

Prints Markdown. The first table is the wall time of a whole process that simulates one
circuit of each of the five shapes for 10 ms. The second compares the work that one and
two processes do in the same time.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, cast

ROOT = Path(__file__).parents[1]
SIZES = (40, 55, 70, 85, 100)  # one of each padding
ROUNDS = 3


def main() -> None:
    """Measure and print."""
    if sys.argv[1:] == ["shapes"]:
        return simulate_shapes()
    if sys.argv[1:] == ["work"]:
        return work_when_told()
    with tempfile.TemporaryDirectory() as cache:
        cold, warm = start_up(cache), min(start_up(cache) for _ in range(ROUNDS))
        print("| compiled programs | start-up of a process, five shapes, s |")
        print(f"|---|---|\n| none yet | {cold:.1f} |\n| in the cache | {warm:.1f} |\n")
        print("| processes | wall s for the same work in each | work per time |")
        print("|---|---|---|")
        one = min(together(1, cache) for _ in range(ROUNDS))
        for n in (1, os.cpu_count() or 1):
            wall = min(together(n, cache) for _ in range(ROUNDS))
            print(f"| {n} | {wall:.2f} | {n * one / wall:.2f} |", flush=True)
    return None


def child(task: str, cache: str) -> subprocess.Popen:
    """Start this file as a process that keeps compiled programs in ``cache``."""
    environment = os.environ | {"JAX_COMPILATION_CACHE_DIR": cache}
    return subprocess.Popen(
        [sys.executable, __file__, task],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def start_up(cache: str) -> float:
    """Return the wall time of a process that simulates every shape."""
    started = time.perf_counter()
    if child("shapes", cache).wait():
        raise SystemExit("the process failed")
    return time.perf_counter() - started


def together(n: int, cache: str) -> float:
    """Return the wall time in which ``n`` processes all do the same work."""
    children = [child("work", cache) for _ in range(n)]
    said = [cast(IO[str], process.stdout) for process in children]
    told = [cast(IO[str], process.stdin) for process in children]
    for one in said:
        one.readline()
    started = time.perf_counter()
    for one in told:
        one.write("go\n")
        one.flush()
    for one in said:
        one.readline()
    wall = time.perf_counter() - started
    for process in children:
        process.communicate()
    return wall


def simulate_shapes() -> None:
    """Simulate one circuit of each shape, as a shard would."""
    simulate(SIZES, 0.01)


def work_when_told() -> None:
    """Warm up, print "ready", wait for a line, work, print "done"."""
    simulate((50,) * 8, 1.0)
    print("ready", flush=True)
    sys.stdin.readline()
    simulate((50,) * 8, 1.0)
    print("done", flush=True)


def simulate(sizes: tuple[int, ...], duration_s: float) -> None:
    """Simulate circuits of these sizes at 11 levels."""
    from minicolumn.simulation.device import prepare

    prepare()
    import yaml

    from minicolumn.circuits.circuit import build_circuits
    from minicolumn.circuits.prior import parameter_rows
    from minicolumn.config import parse_config
    from minicolumn.simulation.runs import runs_at_levels
    from minicolumn.simulation.simulate import simulate as run

    cfg = parse_config(yaml.safe_load((ROOT / "config.yaml").read_text()))
    rows = parameter_rows(cfg.prior, cfg.seed, range(len(sizes)))
    rows = [row | {"n_neurons": n} for row, n in zip(rows, sizes, strict=True)]
    for _ in run(
        runs_at_levels(build_circuits(rows, cfg), "combined", cfg),
        cfg,
        duration_s=duration_s,
        chunk=8 if len(sizes) == 8 else 1,
    ):
        pass


if __name__ == "__main__":
    main()
