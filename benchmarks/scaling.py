"""Cost of a simulation as a function of neurons, circuits and simulated time.

Prints tables as Markdown and draws docs/scaling.svg. Times are CPU seconds of one
process after compilation, because the machine may be shared.
"""

import resource
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import yaml

from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Config, parse_config
from minicolumn.simulation.device import prepare

ROOT = Path(__file__).parents[1]
NEURONS = (20, 40, 60, 80, 100, 150, 200)
CIRCUITS = (10, 100, 1000, 10_000)
DURATIONS_S = (0.5, 1.0, 2.0, 5.0, 10.0)


def main() -> None:
    """Measure, print, draw."""
    prepare()
    cfg = parse_config(yaml.safe_load((ROOT / "config.yaml").read_text()))
    instant = cfg.simulation.model_copy(update={"warmup_s": 0.0})
    cfg = cfg.model_copy(update={"simulation": instant})
    measured = [
        ("neurons", NEURONS, [cost(cfg, 8, 1.0, n) for n in NEURONS]),
        ("circuits", CIRCUITS, [cost(cfg, n, 0.05, 50) for n in CIRCUITS]),
        ("seconds", DURATIONS_S, [cost(cfg, 8, T, 50) for T in DURATIONS_S]),
    ]
    figure, axes = plt.subplots(1, 3, figsize=(9, 3), layout="constrained")
    for axis, (name, values, results) in zip(axes, measured, strict=True):
        print_table(name, values, results)
        cpu_s = [result[0] for result in results]
        axis.loglog(values, cpu_s, "o-", color="#0b6e99")
        axis.loglog(values, cpu_s[-1] * np.array(values) / values[-1], ":", color="0.5")
        axis.set(xlabel=name, ylabel="CPU seconds")
    figure.savefig(ROOT / "docs" / "scaling.svg")


def print_table(name: str, values: tuple, results: list[tuple[float, float]]) -> None:
    """Print CPU time, CPU time per unit of ``name``, and the peak memory so far."""
    print(f"| {name} | CPU s | CPU ms for each | peak memory so far, MB |")
    print("|---|---|---|---|")
    for value, (cpu_s, peak_mb) in zip(values, results, strict=True):
        each = 1e3 * cpu_s / value
        print(f"| {value:g} | {cpu_s:.2f} | {each:.3g} | {peak_mb:.0f} |")
    print(flush=True)


def cost(
    cfg: Config, n_circuits: int, duration_s: float, n_neurons: int
) -> tuple[float, float]:
    """Return CPU seconds of simulating at 11 levels, and the peak memory in MB.

    Circuits are wired, simulated and turned into spikes, as in a shard.
    """
    from minicolumn.circuits.circuit import build_circuits
    from minicolumn.simulation.runs import runs_at_levels
    from minicolumn.simulation.simulate import simulate

    def run(n: int) -> None:
        rows = parameter_rows(cfg.prior, cfg.seed, range(n))
        rows = [row | {"n_neurons": n_neurons} for row in rows]
        circuits = build_circuits(rows, cfg)
        runs = runs_at_levels(circuits, "combined", cfg)
        for _ in simulate(runs, cfg, duration_s=duration_s):
            pass

    run(8)
    started = time.process_time()
    run(n_circuits)
    used = time.process_time() - started
    return used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
