"""Effect of the time step and of single precision on the statistics.

Each row is a change from the default: for each statistic the mean shift over circuits
and, after the slash, the SD of the shift of one circuit. The rows "another seed" show
the effect of chance alone. All other rows share one background.
"""

import argparse
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import yaml
from scipy.stats import norm

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.family import family
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Config, parse_config
from minicolumn.simulation import engine, equations, packing
from minicolumn.simulation.device import prepare
from minicolumn.simulation.runs import runs_at_levels
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.windows import describe_windows, simulated_trains

ROOT = Path(__file__).parents[1]
N_NEURONS, LEVELS, CHUNK = 50, (0.0, 0.5, 1.0), 8


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--circuits", type=int, default=64)
    n = parser.parse_args().circuits
    prepare()
    cfg = parse_config(yaml.safe_load((ROOT / "config.yaml").read_text()))
    default = described(cfg, n)
    print(f"{n} circuits of {N_NEURONS} at ACh {LEVELS}, ", end="")
    print(f"{cfg.simulation.duration_s:g} s; dt {cfg.simulation.dt_ms} ms, float32\n")
    print("| change | " + " | ".join(STATISTIC_NAMES) + " |")
    print("|---" * (len(STATISTIC_NAMES) + 1) + "|")
    mean = " | ".join(f"{value:.3g}" for value in np.nanmean(default, axis=0))
    print(f"| none: mean value | {mean} |", flush=True)
    with jax.enable_x64(True):
        row("float64", described(cfg, n, dtype=jnp.float64), default)
    for dt_ms in (0.05, 0.025, 0.0125):
        row(f"dt {dt_ms} ms", described(cfg, n, dt_ms=dt_ms), default)
    often = cfg.synapses.model_copy(update={"transmission_ms": 0.5})
    often = cfg.model_copy(update={"synapses": often})
    row("transmission every 0.5 ms", described(often, n), default)
    for trial in (1, 2):
        row("another seed", described(cfg, n, trial=trial), default)


def row(name: str, values: np.ndarray, default: np.ndarray) -> None:
    """Print one row; a star marks a mean shift that is significant at 1 %."""
    shift = values - default
    mean, sd = np.nanmean(shift, axis=0), np.nanstd(shift, axis=0, ddof=1)
    error = sd / np.sqrt(np.isfinite(shift).sum(axis=0))
    cells = [
        f"{m:+.2g} / {s:.2g}{'*' if abs(m) > norm.isf(0.005) * e else ''}"
        for m, s, e in zip(mean, sd, error, strict=True)
    ]
    print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def described(
    cfg: Config,
    n: int,
    *,
    dt_ms: float | None = None,
    trial: int = 0,
    dtype=jnp.float32,
) -> np.ndarray:
    """Return the statistics of each circuit, mean over levels, (n, 11)."""
    parameters = [
        row | {"n_neurons": N_NEURONS}
        for row in parameter_rows(cfg.prior, cfg.seed, range(n))
    ]
    circuits = build_circuits(parameters, cfg)
    padding = packing.padding_of(circuits[0])
    slots = packing.slots_of(circuits[0], padding)
    dynamics = family(cfg.circuits.family).dynamics
    warmup_ms = round(1e3 * cfg.simulation.warmup_s)
    n_ms = warmup_ms + round(1e3 * cfg.simulation.duration_s)
    program = equations.Program(
        dynamics,
        padding,
        n_ms,
        dt_ms or cfg.simulation.dt_ms,
        cfg.synapses.transmission_ms,
    )
    rows = []
    for start in range(0, n, CHUNK):
        members = circuits[start : start + CHUNK]
        runs = runs_at_levels(members, "combined", cfg, levels=LEVELS, trials=(trial,))
        counts, _ = engine.run(
            packing.pack(runs, padding, dynamics, cfg, dtype=dtype),
            packing.spread(runs, padding, dynamics, dtype=dtype),
            jax.random.key(cfg.seed),
            program,
        )
        kept = np.asarray(counts)[warmup_ms:][..., slots]
        for position, circuit in enumerate(members):
            levels = [
                statistics(kept[:, position, level], cfg, circuit.circuit_id)
                for level in range(len(LEVELS))
            ]
            rows.append(np.mean(levels, axis=0))
    return np.array(rows)


def statistics(counts: np.ndarray, cfg: Config, circuit_id: int) -> list[float]:
    """Return the 11 statistics of spike counts (ms, neuron)."""
    ms, unit = np.nonzero(counts)
    trains = simulated_trains(unit, ms + 0.5, counts.shape[1], len(counts) / 1e3)
    few = cfg.statistics.model_copy(update={"n_subsets": 5})
    (found,) = describe_windows([trains], ["alone"], few, cfg.seed, circuit_id)
    return [found[name] for name in STATISTIC_NAMES]


if __name__ == "__main__":
    main()
