"""Every bar that fitted circuits are held to, as Markdown, by stages.

All mice are SYNTHETIC and drawn for this. Settings are those of the demonstration
(`demo.yaml`, `tuned.yaml`), and were chosen with mice of seed 1; the seed here is
another. Distances are the root mean square of z over statistics, in standard deviations
of one epoch.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from functools import partial

import tuned_evolution
import tuned_fits
import tuned_gradient
import tuned_running
import tuned_slopes
import tuned_weights
from markdown_table import table
from tuned_gradient import Bar

from minicolumn.simulation.device import prepare

HEADER = ("must show", "demand", "measured", "holds")
FRONT = ("update", "rate", "z after, by seed", "correlation of logs", "RMS log", "lost")
NOISE_SEEDS = 11, 12, 13


def main() -> None:
    """Print a table for each stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mice", type=int, default=12)
    parser.add_argument("--outside", type=int, default=48, help="mice outside it")
    parser.add_argument("--few", type=int, default=4, help="mice of costly baselines")
    parser.add_argument("--seed", type=int, default=2, help="of the mice")
    parser.add_argument("--stages", nargs="+", help="by default all")
    arguments = parser.parse_args()
    prepare()
    every = stages(arguments)
    if unknown := set(arguments.stages or ()) - set(every):
        parser.error(
            f"unknown stages {sorted(unknown)}: choose from {', '.join(every)}"
        )
    for name in arguments.stages or every:
        started = time.process_time()
        header, rows = every[name]()
        print(f"\n{name}:\n")
        print("\n".join(table(header, rows)))
        spent, load = time.process_time() - started, os.getloadavg()[0]
        print(f"\n{spent:.0f} core s; load average {load:.1f}", flush=True)


Made = tuple[tuple[str, ...], list[list[str]]]


def stages(of: argparse.Namespace) -> dict[str, Callable[[], Made]]:
    """Return what makes the table of each stage."""
    generations, few = 40, (of.few, of.seed)
    bars: dict[str, Callable[[], Iterator[Bar]]] = {
        "spikes": tuned_gradient.spikes_and_time,
        "slopes": tuned_slopes.slopes,
        "rest": partial(tuned_fits.rest, of.mice, of.seed),
        "running": partial(tuned_running.running, of.mice, of.seed),
        "connections": partial(tuned_weights.connections, of.mice, of.few, of.seed),
        "parameters": partial(tuned_fits.parameters, *few),
        "evolution": partial(tuned_evolution.evolution, *few, generations),
        "outside": partial(tuned_running.running, of.outside, of.seed, outside=True),
        "cost": lambda: iter([tuned_fits.cost()]),
    }
    made: dict[str, Callable[[], Made]] = {
        name: partial(judged, of_stage) for name, of_stage in bars.items()
    }
    fronts = partial(tuned_weights.front, *few, NOISE_SEEDS)
    return made | {"front": lambda: (FRONT, list(fronts()))}


def judged(bars: Callable[[], Iterator[Bar]]) -> Made:
    """Return the table of some bars."""
    return HEADER, [one.cells for one in bars()]


if __name__ == "__main__":
    main()
