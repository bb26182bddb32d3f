"""Does the prior contain real visual cortex? Two tables, as Markdown.

The first shows where quantiles of real recordings are among simulated circuits. The
second shows the regimes of circuits by size, mechanism and ACh level.
"""

import argparse
from pathlib import Path

import numpy as np
import yaml

from minicolumn.circuits.mechanisms import MECHANISMS, Mechanism
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Config, parse_config
from minicolumn.outcomes import Outcome
from minicolumn.simulation.device import prepare

ROOT = Path(__file__).parents[1]
SIZES = (40, 70, 100)

# 5, 50 and 95 % points. Population rows: 371 units of visual areas in one session of
# Allen Visual Coding Neuropixels (829720705), 115 draws of 25 units over 9 s. Rows of
# one unit: unit 950913540, 10 s windows of spontaneous activity: a direction, not a
# target.
REAL = {
    "mean_rate": (4.1, 5.5, 8.6),
    "rate_cv": (0.84, 1.16, 1.49),
    "cv_isi": (1.2, 1.6, 2.2),
    "lv": (1.0, 1.2, 1.5),
    "burst_fraction": (0.2, 0.34, 0.5),
    "fano": (0.85, 1.13, 1.41),
    "pairwise_corr": (0.00, 0.03, 0.09),
    "synchrony_index": (0.23, 0.26, 0.30),
    "spectral_power": (-0.06, 0.00, 0.07),
    "low_gamma_ratio": (-0.13, 0.11, 0.33),
}
ONE_UNIT = ("cv_isi", "lv", "burst_fraction")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--circuits", type=int, default=192, help="for the first table")
    parser.add_argument("--per-cell", type=int, default=32, help="for the second")
    parser.add_argument("--overlay", type=Path, help="YAML laid over config.yaml")
    arguments = parser.parse_args()
    prepare()
    cfg = load(arguments.overlay)
    if arguments.circuits:
        print_coverage(cfg, arguments.circuits)
    if arguments.per_cell:
        print_regimes(cfg, arguments.per_cell)


def load(overlay: Path | None) -> Config:
    """Return the configuration of published size, changed by ``overlay``."""
    values = yaml.safe_load((ROOT / "config.yaml").read_text())
    if overlay:
        for section, changes in yaml.safe_load(overlay.read_text()).items():
            values[section] = values[section] | changes
    return parse_config(values)


def simulated(
    cfg: Config, n: int, mechanism: Mechanism, levels: tuple[float, ...], **fixed: float
) -> list[dict]:
    """Return one row per circuit and level: outcome, rate of each type, statistics."""
    from minicolumn.circuits.circuit import build_circuits
    from minicolumn.simulation.runs import runs_at_levels
    from minicolumn.simulation.simulate import simulate
    from minicolumn.statistics.windows import describe_windows, simulated_trains

    parameters = [row | fixed for row in parameter_rows(cfg.prior, cfg.seed, range(n))]
    duration_s = cfg.simulation.duration_s
    few = cfg.statistics.model_copy(update={"n_subsets": 5})
    rows = []
    circuits = build_circuits(parameters, cfg)
    for s in simulate(runs_at_levels(circuits, mechanism, cfg, levels=levels), cfg):
        trains = simulated_trains(s.unit, s.time_ms, s.circuit.n, duration_s)
        (described,) = describe_windows(
            [trains], [s.place], few, cfg.seed, s.circuit.circuit_id
        )
        exc = (s.unit < s.circuit.n_exc).sum() / s.circuit.n_exc / duration_s
        rows.append(
            {"outcome": s.outcome, "level": levels[s.place], "rate_exc": exc}
            | described
        )
    return rows


def print_coverage(cfg: Config, n: int) -> None:
    """Print where real quantiles are among simulated ones, at the level of rest."""
    level = cfg.states.levels.stationary
    rows = simulated(cfg, n, "combined", (level,))
    print(f"{n} circuits at ACh {level}, {cfg.simulation.duration_s:g} s\n")
    print("| statistic | real 5 / 50 / 95 % | simulated 5 / 50 / 95 % |", end="")
    print(" real points at simulated percentiles | contained |")
    print("|---|---|---|---|---|")
    for name, real in REAL.items():
        values = np.array([row[name] for row in rows])
        values = values[np.isfinite(values)]
        low, middle, high = np.percentile(values, [5, 50, 95])
        at = [100 * np.mean(values <= point) for point in real]
        held = at[0] >= 2.5 and at[2] <= 97.5 and 20 <= at[1] <= 80
        label = f"{name} (one unit)" if name in ONE_UNIT else name
        print(
            f"| {label} | {' / '.join(f'{point:g}' for point in real)} "
            f"| {low:.2f} / {middle:.2f} / {high:.2f} "
            f"| {at[0]:.0f} / {at[1]:.0f} / {at[2]:.0f} | {'yes' if held else 'no'} |"
        )
    print()


def print_regimes(cfg: Config, n: int) -> None:
    """Print how many circuits are silent, saturated, ... by size, mechanism, level."""
    levels = (0.0, cfg.states.levels.stationary, cfg.states.levels.running, 1.0)
    print(f"{n} circuits per row; % of circuits\n")
    print("| N | mechanism | ACh | silent | saturated | 1-20 Hz | irregular", end="")
    print(" | synchronous |\n|---|---|---|---|---|---|---|---|")
    for size in SIZES:
        for mechanism in MECHANISMS:
            rows = simulated(cfg, n, mechanism, levels, n_neurons=size)
            for level in levels:
                at = [row for row in rows if row["level"] == level]
                cells = " | ".join(f"{100 * share:.0f}" for share in regimes(at))
                print(f"| {size} | {mechanism} | {level:g} | {cells} |", flush=True)


def regimes(rows: list[dict]) -> list[float]:
    """Return the share of circuits in each regime.

    Silent: below 0.1 Hz; saturated: an outcome other than ok, or excitatory neurons
    above 40 Hz; irregular: CV of intervals above 0.8; synchronous: mean pairwise
    correlation above 0.3.
    """
    column = lambda name: np.array([row[name] for row in rows])  # noqa: E731
    rate = np.nan_to_num(column("mean_rate"))
    bad = np.isin(column("outcome"), [Outcome.RUNAWAY, Outcome.NOT_FINITE])
    return [
        float(np.mean(share))
        for share in (
            rate < 0.1,
            bad | (column("rate_exc") > 40),
            (rate >= 1) & (rate <= 20),
            column("cv_isi") > 0.8,
            column("pairwise_corr") > 0.3,
        )
    ]


if __name__ == "__main__":
    main()
