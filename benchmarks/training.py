"""How long the 12 surrogates train at published size, and the effect of the schedule.

The rows are SYNTHETIC, not simulated. Inputs are drawn from the prior; each statistic
is a smooth random function of them with noise (signal share 0.3 to 0.9), so that
validation losses level off as they do on simulations. All times are CPU seconds of one
thread, which other load disturbs less than wall time; `snakemake --cores 2` trains two
surrogates at a time, each on one thread.
"""

import argparse
import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pyarrow as pa
import torch
import yaml
from torch.nn.attention import SDPBackend, sdpa_kernel

from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Config, parse_config
from minicolumn.files.store import columns_of
from minicolumn.files.tables import SIMULATED_STATISTICS
from minicolumn.learning.splits import SplitRule
from minicolumn.learning.training import Descent
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates import neural
from minicolumn.surrogates.dataset import Dataset, build
from minicolumn.surrogates.models import fit
from minicolumn.surrogates.names import ARCHITECTURES, TRAINING_SETS
from minicolumn.surrogates.networks import CircuitTransformer

ROOT = Path(__file__).parents[1]
N_HIDDEN = 24
MISSING = 0.05


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--circuits", type=int, default=5000)
    parser.add_argument(
        "--share",
        type=float,
        default=1.0,
        help="time this share of max_epochs and n_trees, and extrapolate to all",
    )
    parser.add_argument(
        "--schedule-circuits", type=int, default=1000, help="0: no second table"
    )
    parser.add_argument(
        "--steps", type=int, default=5, help="rounds of single steps; 0: no such table"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cfg = parse_config(yaml.safe_load((ROOT / "config.yaml").read_text()))
    if arguments.circuits:
        print_times(cfg, synthetic(cfg, arguments.circuits), arguments.share)
    if arguments.steps:
        print_steps(cfg, arguments.steps)
    if arguments.schedule_circuits:
        print_schedules(cfg, synthetic(cfg, arguments.schedule_circuits))


def synthetic(cfg: Config, n_circuits: int) -> Dataset:
    """Return SYNTHETIC rows in the shape of one mechanism's simulations."""
    drawn = columns_of(parameter_rows(cfg.prior, cfg.seed, range(n_circuits)))
    levels = np.array(cfg.acetylcholine.levels)
    ids = np.repeat(np.arange(n_circuits), len(levels))
    level = np.tile(levels, n_circuits)
    columns = {
        "circuit_id": ids,
        "mechanism": ["combined"] * len(ids),
        "level": level,
        "outcome": ["ok"] * len(ids),
        "duration_s": np.full(len(ids), cfg.simulation.duration_s),
        "n_units": np.full(len(ids), cfg.statistics.n_units),
        **dict(zip(STATISTIC_NAMES, truth(drawn, ids, level).T, strict=True)),
    }
    arrow = SIMULATED_STATISTICS.arrow()
    arrays = [pa.array(columns[f.name], f.type, from_pandas=True) for f in arrow]
    return build(
        pa.table(drawn),
        pa.Table.from_arrays(arrays, schema=arrow),
        "combined",
        cfg.prior,
        SplitRule(cfg.seed, **cfg.surrogates.split()),
    )


def truth(drawn: dict[str, Any], ids: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Return noisy smooth functions of ranks of parameters and level, (rows, 11)."""
    ranks = [np.argsort(np.argsort(drawn[name])) for name in PARAMETER_NAMES]
    unit = np.column_stack(ranks) / len(ranks[0]) * 4 - 2
    inputs = np.column_stack([unit[ids], 4 * level - 2])
    rng = np.random.default_rng(1)
    values = []
    for share in np.linspace(0.9, 0.3, len(STATISTIC_NAMES)):
        weights = rng.normal(size=(inputs.shape[1], N_HIDDEN)) / 3
        signal = np.tanh(inputs @ weights) @ rng.normal(size=N_HIDDEN)
        noise = rng.normal(size=len(ids)) * signal.std() * np.sqrt(1 / share - 1)
        values.append(signal + noise)
    found = np.column_stack(values)
    found[rng.random(found.shape) < MISSING] = np.nan
    return found


def print_times(cfg: Config, dataset: Dataset, share: float) -> None:
    """Print the cost of one surrogate of each kind, and of all."""
    print(f"SYNTHETIC rows: {dataset.counts().rows}\n")
    if share < 1:
        print(
            f"Extrapolated from {share:.0%} of max_epochs and n_trees to all: at most"
        )
    print("| surrogate | ran | CPU s for one | for all four |")
    print("|---|---|---|---|", flush=True)
    total = 0.0
    for name in ARCHITECTURES:
        settings = cfg.surrogates.settings_of(name)
        limit = "max_epochs" if "max_epochs" in settings else "n_trees"
        full = settings[limit]
        timed = settings | {limit: max(1, round(share * full))}
        surrogate, seconds = cpu_seconds(
            lambda n=name, s=timed: fitted(dataset, n, s, cfg.seed)
        )
        if share < 1:
            seconds *= full / timed[limit]
        total += len(TRAINING_SETS) * seconds
        done = ran(surrogate.learning)
        cells = f"{name} | {done} | {seconds:.0f} | {len(TRAINING_SETS) * seconds:.0f}"
        print(f"| {cells} |", flush=True)
    print(f"| all 12 | | | {total:.0f} |")
    print(f"\nOn two cores, two at a time: {total / 2 / 60:.0f} min\n")


def fitted(dataset: Dataset, name: str, settings: dict[str, Any], seed: int) -> Any:
    """Train one surrogate on one thread."""
    return fit(name, dataset.train, dataset.validation, settings, seed, threads=1)


def ran(learning: Mapping[str, Any]) -> str:
    """Return how many epochs ran, or trees were kept."""
    if "validation" in learning:
        return f"{len(learning['validation'])} epochs"
    return f"{sum(learning['trees'].values())} trees"


def cpu_seconds(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what ``work`` returns and the CPU seconds it took."""
    started = time.process_time()
    result = work()
    return result, time.process_time() - started


def print_steps(cfg: Config, rounds: int) -> None:
    """Print the CPU time of one training step of the Transformer, by variant."""
    ways: dict[str, tuple[int, Callable[[], Any]]] = {
        f"batch of {size}": (size, contextlib.nullcontext)
        for size in (64, 128, 256, 512, 1024)
    }
    ways["256, attention by two matrix products"] = (
        256,
        lambda: sdpa_kernel(SDPBackend.MATH),
    )
    ways["256, bfloat16"] = (256, lambda: torch.autocast("cpu", dtype=torch.bfloat16))
    n_inputs = len(PARAMETER_NAMES) + 1
    network = CircuitTransformer(cfg.surrogates.transformer, n_inputs)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4, fused=True)
    times = {name: [] for name in ways}
    for _ in range(rounds + 1):  # the first round warms up
        for name, (size, manner) in ways.items():
            inputs = torch.randn(size, n_inputs)
            targets = torch.randn(size, len(STATISTIC_NAMES))
            step = partial(one_step, network, optimizer, inputs, targets, manner)
            times[name].append(cpu_seconds(step)[1] / size * 1e3)
    reference = np.median(times["batch of 256"][1:])
    print("| one step of the Transformer | CPU ms per row | ratio |\n|---|---|---|")
    for name, found in times.items():
        middle = np.median(found[1:])
        print(f"| {name} | {middle:.2f} | {middle / reference:.2f} |", flush=True)
    print()


def one_step(
    network: Any, optimizer: Any, inputs: Any, targets: Any, manner: Callable[[], Any]
) -> None:
    """Fit one batch, with the forward pass in the given context."""
    with manner():
        predicted = network(inputs)
    optimizer.zero_grad()
    neural.masked_mse(predicted.float(), targets).backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), neural.GRADIENT_NORM)
    optimizer.step()


@dataclass(frozen=True)
class Schedule:
    """A way to train: changes to the settings, and whether the rate cycles."""

    name: str
    changes: dict[str, float]
    cycles: bool


SCHEDULES = (
    Schedule("constant rate, stop early", {"max_epochs": 60, "patience": 8}, False),
    Schedule("one cycle (config.yaml)", {}, True),
    Schedule("one cycle, half as long", {"max_epochs": 0.5}, True),
    Schedule("one cycle, twice the batch", {"batch_size": 2}, True),
)


def print_schedules(cfg: Config, dataset: Dataset) -> None:
    """Print cost and validation loss of each schedule of the Transformer."""
    print(f"SYNTHETIC rows: {dataset.counts().rows}; CircuitTransformer\n")
    print("| schedule | ran | CPU s | ratio | best validation loss |")
    print("|---|---|---|---|---|", flush=True)
    first = None
    for schedule in SCHEDULES:
        settings = changed(cfg.surrogates.transformer.model_dump(), schedule.changes)
        maker = neural.one_cycle if schedule.cycles else constant_rate
        with mock.patch.object(neural, "one_cycle", maker):
            found, seconds = cpu_seconds(
                lambda s=settings: fitted(dataset, "transformer", s, cfg.seed)
            )
        first = first or seconds
        print(
            f"| {schedule.name} | {ran(found.learning)} | {seconds:.0f} "
            f"| {first / seconds:.1f}x | {min(found.learning['validation']):.4f} |",
            flush=True,
        )


def changed(settings: dict[str, Any], changes: dict[str, float]) -> dict[str, Any]:
    """Return settings with new values; below 1, and for batch_size, a factor."""
    update = {}
    for key, value in changes.items():
        old = settings[key]
        is_factor = key == "batch_size" or value < 1
        update[key] = int(old * value) if is_factor else int(value)
    return settings | update


def constant_rate(network: Any, n_examples: int, settings: Any) -> Descent:
    """Return an optimizer whose learning rate stays as it is."""
    optimizer = torch.optim.AdamW(
        network.parameters(),
        lr=settings.learning_rate,
        weight_decay=neural.WEIGHT_DECAY,
    )
    return Descent(
        optimizer,
        settings.max_epochs,
        settings.patience,
        gradient_norm=neural.GRADIENT_NORM,
    )


if __name__ == "__main__":
    main()
