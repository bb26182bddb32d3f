"""Coverage of predicted changes where the dose of ACh is unknown.

SYNTHETIC circuits of the prior, simulated at rest and while running under the mechanism
`depolarizing`. New circuits, each of its own dose, change as the prediction's interval
of 90 % says, or not: where the bank that a surrogate learns from has one dose for all
circuits, and where each circuit of it has its own and predictions integrate over it.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch
import yaml
from markdown_table import table

from minicolumn.circuits.distributions import at_quantile
from minicolumn.circuits.family import DOSE
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Config, parse_config
from minicolumn.config.base import Between
from minicolumn.config.circuits import Range
from minicolumn.config.mice import Level
from minicolumn.learning.splits import SplitRule
from minicolumn.prediction.push_forward import median_change, push_forward
from minicolumn.prediction.residuals import change_residuals
from minicolumn.simulation.device import prepare
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.windows import describe_simulations
from minicolumn.surrogates.dataset import Dataset, build
from minicolumn.surrogates.models import Surrogate, fit
from minicolumn.surrogates.rows import LEVEL, Rows

ROOT = Path(__file__).parents[1]
MECHANISM = "depolarizing"
DRAWS = 400


def main() -> None:
    """Print the coverage of each statistic, before and after, as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--circuits", type=int, default=1500)
    circuits = parser.parse_args().circuits
    torch.set_num_threads(1)
    prepare()
    cfg = parse_config(yaml.safe_load((ROOT / "config.yaml").read_text()))
    allowed = cfg.prior[DOSE]
    middle = float(at_quantile(allowed, 0.5))
    fixed = allowed.model_copy(update={"low": middle, "high": middle})
    one_dose, own_dose = (
        simulated(cfg.model_copy(update={"prior": cfg.prior | {DOSE: dose}}), circuits)
        for dose in (fixed, allowed)
    )
    before, after = (
        coverage(cfg, bank, own_dose.test, dose)
        for bank, dose in ((one_dose, fixed), (own_dose, allowed))
    )
    counts = own_dose.counts().circuits
    print(f"SYNTHETIC circuits: {counts}; {MECHANISM}; nominal coverage 0.90\n")
    rows = (
        [name, f"{one:.3f}", f"{other:.3f}"]
        for name, one, other in zip(STATISTIC_NAMES, before, after, strict=True)
    )
    header = ["statistic", f"bank of one dose, {middle:g} mV", "dose is an input"]
    print("\n".join(table(header, rows)))
    print(f"\nOver all: {np.nanmean(before):.3f} and {np.nanmean(after):.3f}.")


def simulated(cfg: Config, n_circuits: int) -> Dataset:
    """Return circuits in both states, split as those of a run."""
    from minicolumn.simulation.shard import simulate_shard

    states = cfg.states.levels.stationary, cfg.states.levels.running
    ach = cfg.acetylcholine.model_copy(update={"levels": states})
    physics = cfg.model_copy(update={"acetylcholine": ach})
    parameters = parameter_rows(cfg.prior, cfg.seed, range(n_circuits))
    described = [
        pa.table(describe_simulations(pa.table(part), cfg.statistics, cfg.seed))
        for part in simulate_shard(parameters, MECHANISM, physics)
    ]
    rule = SplitRule(cfg.seed, **cfg.surrogates.split())
    circuits = pa.Table.from_pylist(parameters)
    statistics = pa.concat_tables(described, promote_options="permissive")
    return build(circuits, statistics, MECHANISM, cfg.prior, rule)


def coverage(cfg: Config, bank: Dataset, new: Rows, dose: Range) -> np.ndarray:
    """Return the share of new circuits whose change lies within its interval, (11,).

    Parameters of new circuits are known but for the dose, which is drawn from ``dose``.
    """
    settings = cfg.surrogates.mlp.model_dump()
    surrogate = fit("mlp", bank.train, bank.validation, settings, cfg.seed)
    rest, running = cfg.states.levels.stationary, cfg.states.levels.running
    residuals = change_residuals(
        surrogate,
        bank.calibration,
        Level(low=rest, high=rest),
        Between(low=running - rest - 1e-6, high=running - rest + 1e-6),
        np.random.default_rng(0),
    )
    rng, column = np.random.default_rng(0), new.input_names.index(DOSE)
    inside = []
    for circuit in np.unique(new.circuit_id):
        own = new.circuit_id == circuit
        if own.sum() < 2:  # a state did not stay finite
            continue
        inputs = np.repeat(new.inputs[own], DRAWS, axis=0).reshape(2, DRAWS, -1)
        inputs[..., column] = at_quantile(dose, rng.random(DRAWS))
        changes = _change(surrogate, inputs)
        found = push_forward(changes, median_change, residuals, rng)
        observed = np.subtract(*new.targets[own][::-1])
        hit = (found.low <= observed) & (observed <= found.high)
        inside.append(np.where(np.isfinite(observed + found.low), hit, np.nan))
    return np.nanmean(inside, axis=0)


def _change(surrogate: Surrogate, inputs: np.ndarray) -> np.ndarray:
    """Return running minus rest; ``inputs`` are (2, draws, inputs), rest first."""
    assert (inputs[0, :, LEVEL] < inputs[1, :, LEVEL]).all()
    rest, running = map(surrogate.predict, inputs)
    return running - rest


if __name__ == "__main__":
    main()
