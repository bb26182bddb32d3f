"""The engine and its alternatives, as Markdown, from one run.

First speed: simulated seconds per second of one core. This engine runs before and after
each peer in every round, so that other load on the machine affects both. Then
agreement: rates and irregularity of the same circuit over several noise seeds. A peer
that is not installed or fails is a row that says so. With ``--gpu`` the same is done on
one CUDA GPU (`make bench-gpu-peers`): both forms of this engine, and peers in JAX
at several batches; wall seconds are compared.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "peers"))
from circuit_file import configuration, median_circuit, write
from companies import LONG_MS, ON_CPU, ON_GPU, Company
from worker import Peer, Worker

SIZES = (20, 50, 100)
WARMUP_MS = 1000


NOTES = """
A core second is a second in which a process had a core; wall seconds include waiting.
The ratio compares core seconds, on a GPU wall seconds, within a round, with its range
over rounds. Engines without "11 levels" run one simulation at ACh level 1 of both
mechanisms. The second table is for that level: mean and SD over as many noise seeds,
10 s each, and the difference of each mean from that of this engine, in standard errors
of the difference.
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
    parser.add_argument("--gpu", action="store_true", help="on one CUDA GPU")
    arguments = parser.parse_args()
    company = (ON_GPU if arguments.gpu else ON_CPU).only(arguments.only)
    speed, agreement = [], []
    for n in arguments.sizes:
        with workers(n, company) as found:
            ours, replies = interleaved(company.ours, found, arguments.rounds)
            speed += speed_rows(n, company, found, ours, replies)
            agreement += agreement_rows(n, company, found, replies)
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
def workers(n: int, company: Company) -> Iterator[dict[Peer, Worker]]:
    """Start this engine and peers on a circuit of ``n``, and stop all at the end."""
    peers = (company.ours, *company.beside, company.ours_long)
    with tempfile.TemporaryDirectory() as directory:
        files = {}
        for dt_ms in {peer.dt_ms for peer in peers}:
            cfg = configuration(dt_ms)
            files[dt_ms] = Path(directory) / f"circuit-{dt_ms}.npz"
            write(files[dt_ms], cfg, median_circuit(cfg, n))
        started = {peer: Worker(peer, files[peer.dt_ms]) for peer in peers}
        for worker in started.values():
            worker.wait_until_built()
        if said := started[company.ours].failure:
            raise SystemExit(f"{company.ours.name}: {said}")
        try:
            yield started
        finally:
            for worker in started.values():
                worker.close()


def interleaved(
    us: Peer, found: dict[Peer, Worker], rounds: int
) -> tuple[Replies, Replies]:
    """Run the peers in turn, this engine between any two of them.

    Returns
    -------
    ours
        For each peer and round, both neighboring runs of this engine as one.
    replies
        Each peer's own.
    """
    peers = [peer for peer in found if peer is not us]
    ours: Replies = {peer: [] for peer in peers}
    replies: Replies = {peer: [] for peer in peers}
    for seed in range(1, rounds + 1):
        before = found[us].run(seed)
        for peer in peers:
            replies[peer].append(found[peer].run(seed))
            after = found[us].run(seed)
            ours[peer].append({key: before[key] + after[key] for key in TIMES})
            before = after
    return ours, replies


def speed_rows(
    n: int,
    company: Company,
    found: dict[Peer, Worker],
    ours: Replies,
    replies: Replies,
) -> list[str]:
    """Return a row for this engine, and one for each peer."""
    every = [run for runs in ours.values() for run in runs]
    cells = [f"{np.median(speeds(every, clock)):.0f}" for clock in ("core_s", "wall_s")]
    rows = [f"{n} | {title(found[company.ours])} | {DT_MS} | {' | '.join(cells)} | 1"]
    for peer in company.beside:
        worker, start = (
            found[peer],
            f"{n} | {title(found[peer])} | {peer.dt_ms or DT_MS}",
        )
        if worker.failure:
            rows.append(f"{start} | {worker.failure} | | ")
            continue
        core, wall = (speeds(replies[peer], clock) for clock in ("core_s", "wall_s"))
        ratio = speeds(ours[peer], company.clock) / speeds(replies[peer], company.clock)
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


def agreement_rows(
    n: int, company: Company, found: dict[Peer, Worker], replies: Replies
) -> list[str]:
    """Return a row for each engine: mean and SD over seeds, and the difference."""
    rows, reference = [], None
    for peer in (company.ours_long, *company.both):
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
        cells.append(
            "" if peer is company.ours_long else ", ".join(f"{a:+.1f}" for a in apart)
        )
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
