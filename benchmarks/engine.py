"""The engine and its alternatives, as Markdown, from one run.

First speed: simulated seconds per second of one core. This engine runs before and after
each peer in every round, so that other load on the machine affects both. Then
agreement: rates and irregularity of the same circuit over several noise seeds. A peer
that is not installed or fails is a row that says so.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "peers"))
from circuit_file import configuration, median_circuit, write
from worker import Peer, Worker

SIZES = (20, 50, 100)
WARMUP_MS, LONG_MS = 1000, 11_000
IN_THEIRS: Any = {"environment": ".venv-peers"}
OURS = Peer(
    "**this engine**, float32, 8 runs x 11 levels", "engine_peer.py", 1000, ("8",)
)
SPEED_ONLY = (
    Peer(
        "Jaxley, one shared graph, float32, 11 levels",
        "jaxley_peer.py",
        200,
        ("1", "shared"),
    ),
    Peer(
        "Jaxley, any wiring (all-to-all), float32, 11 levels",
        "jaxley_peer.py",
        100,
        ("1", "any"),
    ),
)
BOTH = (
    Peer("Brian2, C++ standalone, float64", "brian2_peer.py", LONG_MS, **IN_THEIRS),
    Peer("BrainPy, float32, 11 levels", "brainpy_peer.py", LONG_MS, **IN_THEIRS),
    Peer("NEURON, float64", "neuron_peer.py", LONG_MS, **IN_THEIRS),
    Peer("CoreNEURON, float64", "neuron_peer.py", LONG_MS, ("core",), **IN_THEIRS),
    Peer("fused C++ by hand, float32, 11 levels", "fused_peer.py", LONG_MS),
    Peer("fused C++ by hand, float32, 11 levels", "fused_peer.py", LONG_MS, dt_ms=0.05),
)
OURS_LONG = Peer("**this engine**, float32", "engine_peer.py", LONG_MS, ("1",))
NOTES = """
A core second is a second in which a process had a core; wall seconds include waiting.
The ratio compares core seconds within a round, with its range over rounds. Engines
without "11 levels" run one simulation at ACh level 1 of both mechanisms. The second
table is for that level: mean and SD over as many noise seeds, 10 s each, and the
difference of each mean from that of this engine, in standard errors of the difference.
"""
DT_MS = configuration().simulation.dt_ms
TIMES = ("simulated_s", "wall_s", "core_s")
Replies = dict[Peer, list[dict[str, Any]]]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--only", default="", help="peers with this in their name")
    arguments = parser.parse_args()
    beside = [p for p in (*SPEED_ONLY, *BOTH) if arguments.only in p.name]
    speed, agreement = [], []
    for n in arguments.sizes:
        with workers(n, beside) as found:
            ours, replies = interleaved(found, arguments.rounds)
            speed += speed_rows(n, found, ours, replies)
            agreement += agreement_rows(n, found, replies)
            print(f"N = {n} done", file=sys.stderr)
    cores = f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}"
    print(f"{processor()}, {cores}; medians of {arguments.rounds} rounds.")
    print(NOTES)
    print_table(
        "N | engine | dt (ms) | simulated s per core s | per wall s | this engine / it",
        speed,
    )
    print()
    print_table(
        "N | engine | dt (ms) | E (Hz) | I (Hz) | CV of intervals | off ours (SE)",
        agreement,
    )


@contextmanager
def workers(n: int, beside: Sequence[Peer]) -> Iterator[dict[Peer, Worker]]:
    """Start this engine and peers on a circuit of ``n``, and stop all at the end."""
    with tempfile.TemporaryDirectory() as directory:
        files = {}
        for dt_ms in {peer.dt_ms for peer in (OURS, *BOTH)}:
            cfg = configuration(dt_ms)
            files[dt_ms] = Path(directory) / f"circuit-{dt_ms}.npz"
            write(files[dt_ms], cfg, median_circuit(cfg, n))
        started = {
            peer: Worker(peer, files[peer.dt_ms]) for peer in (OURS, *beside, OURS_LONG)
        }
        for worker in started.values():
            worker.wait_until_built()
        try:
            yield started
        finally:
            for worker in started.values():
                worker.close()


def interleaved(found: dict[Peer, Worker], rounds: int) -> tuple[Replies, Replies]:
    """Run the peers in turn, this engine between any two of them.

    Returns
    -------
    ours
        For each peer and round, both neighboring runs of this engine as one.
    replies
        Each peer's own.
    """
    peers = [peer for peer in found if peer is not OURS]
    ours: Replies = {peer: [] for peer in peers}
    replies: Replies = {peer: [] for peer in peers}
    for seed in range(1, rounds + 1):
        before = found[OURS].run(seed)
        for peer in peers:
            replies[peer].append(found[peer].run(seed))
            after = found[OURS].run(seed)
            ours[peer].append({key: before[key] + after[key] for key in TIMES})
            before = after
    return ours, replies


def speed_rows(
    n: int, found: dict[Peer, Worker], ours: Replies, replies: Replies
) -> list[str]:
    """Return a row for this engine, and one for each peer."""
    every = [run for runs in ours.values() for run in runs]
    cells = [f"{np.median(speeds(every, clock)):.0f}" for clock in ("core_s", "wall_s")]
    rows = [f"{n} | {title(found[OURS])} | {DT_MS} | {' | '.join(cells)} | 1"]
    for peer in (one for one in found if one not in (OURS, OURS_LONG)):
        worker, start = (
            found[peer],
            f"{n} | {title(found[peer])} | {peer.dt_ms or DT_MS}",
        )
        if worker.failure:
            rows.append(f"{start} | {worker.failure} | | ")
            continue
        core, wall = (speeds(replies[peer], clock) for clock in ("core_s", "wall_s"))
        ratio = speeds(ours[peer], "core_s") / core
        rows.append(
            f"{start} | {np.median(core):.3g} | {np.median(wall):.3g} | "
            f"{np.median(ratio):.2g}x ({ratio.min():.2g} to {ratio.max():.2g})"
        )
    return rows


def title(worker: Worker) -> str:
    """Return the name of a peer with its version."""
    return f"{worker.peer.name} ({worker.description})".replace(" ()", "")


def speeds(runs: list[dict[str, Any]], clock: str) -> np.ndarray:
    """Return simulated seconds per second of a clock, for each run."""
    return np.array([run["simulated_s"] / run[clock] for run in runs])


def agreement_rows(n: int, found: dict[Peer, Worker], replies: Replies) -> list[str]:
    """Return a row for each engine: mean and SD over seeds, and the difference."""
    rows, reference = [], None
    for peer in (OURS_LONG, *(one for one in BOTH if one in found)):
        start = f"{n} | {peer.name.removesuffix(', 11 levels')} | {peer.dt_ms or DT_MS}"
        if found[peer].failure:
            rows.append(f"{start} | {found[peer].failure} | | | ")
            continue
        values = np.array([described(run, n) for run in replies[peer]])
        mean, sd = values.mean(axis=0), values.std(axis=0, ddof=1)
        error = sd / np.sqrt(len(values))
        reference = reference or (mean, error)
        apart = (mean - reference[0]) / np.hypot(error, reference[1])
        cells = [f"{m:.3g} ± {s:.2g}" for m, s in zip(mean, sd, strict=True)]
        cells.append("" if peer is OURS_LONG else ", ".join(f"{a:+.1f}" for a in apart))
        rows.append(f"{start} | {' | '.join(cells)}")
    return rows


def described(run: dict[str, Any], n: int) -> tuple[float, float, float]:
    """Return mean rates of E and I in Hz, and mean CV of intervals, after warm-up.

    Spike times count to the millisecond, as the engine has them; neurons of fewer than
    10 spikes have no CV.
    """
    unit = np.array(run["unit"], int)
    time_ms = np.floor(run["time_ms"])
    kept = time_ms >= WARMUP_MS
    unit, time_ms = unit[kept], time_ms[kept]
    trains = [np.sort(time_ms[unit == neuron]) for neuron in range(n)]
    window_s = (LONG_MS - WARMUP_MS) / 1000
    rates = np.array([len(train) for train in trains]) / window_s
    intervals = [np.diff(train) for train in trains if len(train) >= 10]
    cv = float(np.mean([i.std(ddof=1) / i.mean() for i in intervals]))
    n_exc = median_circuit(configuration(), n).n_exc
    return float(rates[:n_exc].mean()), float(rates[n_exc:].mean()), cv


def print_table(header: str, rows: list[str]) -> None:
    """Print a table as Markdown."""
    print(f"| {header} |\n{'|---' * (header.count('|') + 1)}|")
    for row in rows:
        print(f"| {row} |")


def processor() -> str:
    """Return the name of the CPU."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(line for line in lines if "model name" in line).split(": ")[1]


if __name__ == "__main__":
    main()
