"""The scaled column of Potjans and Diesmann, in all simulators, as Markdown.

First mean rates of each population, here and in peers, beside those published for the
whole column. Then how often simulators differ: distributions of single-neuron rates, CV
of intervals and correlation over pairs. Last, speed. Every simulator has the same
synapses in each of the ``--circuits``. Peers have published delays and Poisson inputs,
this engine delays of 0 to 0.5 ms and Gaussian inputs. A peer that is not installed is a
row that says so.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from markdown_table import table
from numpy.typing import NDArray
from scipy.stats import ks_2samp

sys.path.insert(0, str(Path(__file__).parent / "peers"))
from column_file import configuration, parameters_of, write
from worker import Peer, Worker

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.family import family
from minicolumn.circuits.pd14.full_column import (
    PROBABILITY,
    RATE_HZ,
    RATE_POISSON_HZ,
    synapses,
)
from minicolumn.circuits.pd14.populations import FULL_SIZES, KINDS, sizes_of
from minicolumn.config import Config
from minicolumn.simulation.device import prepare
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import simulate

PEERS = ("nest", "brian2")
WARMUP_MS = 1000
BIN_MS = 2.0  # of spike counts in correlations, as in van Albada et al. 2015
PAIRED = 200  # neurons of a population whose correlations are taken
OURS = "this engine"
Found = dict[str, list[dict[str, Any]]]


def main() -> None:
    """Print the tables of one scale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--neurons", type=float, default=0.02, help="share of 77,169")
    parser.add_argument("--in-degree", type=float, default=0.1, help="share")
    parser.add_argument("--seconds", type=float, default=4.0, help="after 1 s")
    parser.add_argument("--circuits", type=int, default=12)
    parser.add_argument("--compared", type=int, default=2, help="of these, with peers")
    parser.add_argument("--peers", nargs="*", default=PEERS)
    arguments = parser.parse_args()
    prepare()
    parameters = parameters_of(arguments.neurons, arguments.in_degree)
    sizes = sizes_of(int(parameters["n_neurons"]), 0.0)
    found = simulated(parameters, arguments)
    scale = f"N {arguments.neurons:g}, K {arguments.in_degree:g}"
    print(f"{scale}: {sum(sizes):,} neurons, {arguments.circuits} circuits, ", end="")
    print(f"of which {arguments.compared} in peers, ", end="")
    print(f"{arguments.seconds:g} s each; {os.cpu_count()} cores, ", end="")
    print(f"load average {os.getloadavg()[0]:.1f}\n")
    described = {
        name: [statistics(run, sizes, arguments.seconds) for run in runs]
        for name, runs in found.items()
        if runs
    }
    print("\n".join(rates_table(described)), end="\n\n")
    print("\n".join(distances_table(described)), end="\n\n")
    print("\n".join(speed_table(found)), end="\n\n")
    print(memory())


def simulated(parameters: dict[str, float], how: argparse.Namespace) -> Found:
    """Return the runs of each simulator, one for each circuit."""
    cfg, found = configuration(), {name: [] for name in (OURS, *how.peers)}
    for circuit_id in range(how.circuits):
        circuit = family("pd14").build(circuit_id, parameters, cfg)
        if circuit_id == 0:
            ours(circuit, cfg, how.seconds)  # compiles
        found[OURS].append(ours(circuit, cfg, how.seconds))
        if circuit_id >= how.compared:
            continue
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "column.npz"
            write(file, cfg, circuit, parameters)
            for name in how.peers:
                found[name].append(of_peer(name, file, how.seconds, circuit_id))
    return {name: [run for run in runs if run] for name, runs in found.items()}


def ours(circuit: Circuit, cfg: Config, seconds: float) -> dict[str, Any]:
    """Run this engine once."""
    core_s = -time.process_time()
    (spikes,) = simulate([Run(circuit)], cfg, duration_s=seconds)
    core_s += time.process_time()
    simulated_s = seconds + cfg.simulation.warmup_s
    time_ms = spikes.time_ms + WARMUP_MS
    return {
        **{"core_s": core_s, "simulated_s": simulated_s, "description": OURS},
        **{"unit": spikes.unit, "time_ms": time_ms},
    }


def of_peer(name: str, file: Path, seconds: float, seed: int) -> dict[str, Any]:
    """Run a peer once; empty if it cannot."""
    run_ms = round(WARMUP_MS + 1000 * seconds)
    script = f"{name}_column.py"
    worker = Worker(Peer(name, script, run_ms, environment=".venv-peers"), file)
    worker.wait_until_built()
    run = worker.run(seed + 1)
    if worker.failure:
        print(f"{name}: {worker.failure}", file=sys.stderr)
    worker.close()
    return run | {"description": worker.description} if run else {}


def statistics(
    run: dict[str, Any], sizes: tuple[int, ...], seconds: float
) -> list[dict[str, NDArray[np.float64]]]:
    """Return rates, CVs of intervals and correlations, by population."""
    unit, time_ms = np.asarray(run["unit"], int), np.asarray(run["time_ms"], float)
    order = np.lexsort((time_ms, unit))
    kept = order[time_ms[order] >= WARMUP_MS]
    unit, time_ms = unit[kept], time_ms[kept] - WARMUP_MS
    ends = np.cumsum([0, *sizes])
    trains = np.split(time_ms, np.searchsorted(unit, np.arange(1, sum(sizes))))
    return [
        of_population(trains[start:stop], seconds) for start, stop in pairwise(ends)
    ]


def of_population(
    trains: list[NDArray[np.float64]], seconds: float
) -> dict[str, NDArray[np.float64]]:
    """Return the statistics of neurons; CVs of those with 5 spikes or more."""
    intervals = [np.diff(one) for one in trains if len(one) >= 5]
    edges = np.arange(0, 1000 * seconds + BIN_MS / 2, BIN_MS)
    counts = [np.histogram(one, edges)[0] for one in trains if len(one)][:PAIRED]
    correlation = np.corrcoef(counts) if len(counts) > 1 else np.full((1, 1), np.nan)
    return {
        "rate": np.array([len(one) / seconds for one in trains]),
        "CV": np.array([one.std(ddof=1) / one.mean() for one in intervals]),
        "correlation": correlation[np.triu_indices(len(correlation), 1)],
    }


def rates_table(described: dict[str, Any]) -> list[str]:
    """Return the lines: published rates, and mean and SD over circuits."""
    compared = max((len(v) for k, v in described.items() if k != OURS), default=0)
    same = {f"{OURS}, the same": described[OURS][:compared]} if compared else {}
    columns = {OURS: described[OURS], **same} | described
    names = [f"{name} ({len(runs)})" for name, runs in columns.items()]
    rows = []
    for at, kind in enumerate(KINDS):
        means = [
            np.array([run[at]["rate"].mean() for run in runs])
            for runs in columns.values()
        ]
        off = means[0].mean() / RATE_HZ[at] - 1
        published = f"{RATE_HZ[at]:.2f}", f"{RATE_POISSON_HZ[at]:.2f}"
        cells = [f"{100 * off:+.0f} %", *map(mean_and_sd, means[1:])]
        rows.append([f"`{kind}`", *published, mean_and_sd(means[0]), *cells])
    header = "population", "published, constant (Hz)", "published, Poisson (Hz)"
    return list(table((*header, names[0], "off constant", *names[1:]), rows))


def mean_and_sd(values: NDArray[np.float64]) -> str:
    """Return the mean of values, and their SD where there are two or more."""
    sd = f" ± {values.std(ddof=1):.2f}" if values.size > 1 else ""
    return f"{values.mean():.2f}{sd}"


def distances_table(described: dict[str, Any]) -> list[str]:
    """Return the lines: median distances between distributions, and their means."""
    rows = []
    for statistic in ("rate", "CV", "correlation"):
        for one, other in ((OURS, name) for name in described if name != OURS):
            pairs = zip(described[one], described[other], strict=False)
            rows.append(
                [statistic, f"{one}, {other}", *between(statistic, list(pairs))]
            )
        alone = described[OURS]
        pairs = list(pairwise(alone))
        rows.append([statistic, f"{OURS}, another circuit", *between(statistic, pairs)])
    names = "statistic", "between", "Kolmogorov-Smirnov distance", "means"
    return list(table(names, rows))


def between(statistic: str, pairs: list[Any]) -> list[str]:
    """Return the median distance over circuits and populations, and both means."""
    both = [
        (one[at][statistic], other[at][statistic])
        for one, other in pairs
        for at in range(len(KINDS))
        if one[at][statistic].size and other[at][statistic].size
    ]
    if not both:
        return ["", ""]
    distance = np.median([ks_2samp(*two)[0] for two in both])
    means = [np.nanmean([np.nanmean(two[side]) for two in both]) for side in (0, 1)]
    return [f"{distance:.3f}", f"{means[0]:.4g}, {means[1]:.4g}"]


def speed_table(found: Found) -> list[str]:
    """Return the lines: core seconds for each simulated second."""
    rows = []
    for name, runs in found.items():
        if not runs:
            rows.append([name, "not installed", ""])
            continue
        cost = [run["core_s"] / run["simulated_s"] for run in runs]
        spread = f"{min(cost):.2f} to {max(cost):.2f}"
        rows.append([runs[0]["description"], f"{np.median(cost):.2f}", spread])
    return list(table(("simulator", "core s per simulated s", "range"), rows))


def memory() -> str:
    """Return what this process took, and what the whole column would take."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    n, total = sum(FULL_SIZES.values()), synapses(PROBABILITY).sum()
    return (
        f"Peak memory here: {peak:.1f} GB. Estimated for N = 1, K = 1: "
        f"{24 * n**2 / 2**30:,.0f} GB, since weights are kept between all pairs of "
        f"{n:,} neurons, twice in 8 bytes and twice in 4 while they are packed. As a "
        f"list of its "
        f"{total / 1e6:,.0f} million synapses, in 8 bytes each, they would take "
        f"{8 * total / 2**30:.1f} GB."
    )


if __name__ == "__main__":
    main()
