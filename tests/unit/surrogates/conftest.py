"""A toy world whose statistics are known functions of the circuit and the ACh level."""

import math

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.circuits.prior import parameter_rows
from minicolumn.files.store import columns_of
from minicolumn.files.tables import SIMULATED_STATISTICS
from minicolumn.learning.splits import SplitRule
from minicolumn.statistics.names import STATISTIC_NAMES, STATISTICS
from minicolumn.surrogates.dataset import build

LEVELS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

TINY = {
    "transformer": dict(
        d_model=16,
        n_layers=1,
        n_heads=2,
        d_feedforward=32,
        d_head=32,
        learning_rate=5e-3,
        batch_size=64,
        max_epochs=25,
        patience=25,
    ),
    "mlp": dict(
        d_hidden=32, learning_rate=1e-2, batch_size=64, max_epochs=60, patience=60
    ),
    "xgboost": dict(
        n_trees=80, max_depth=4, learning_rate=0.2, subsample=0.8, patience=20
    ),
}


@pytest.fixture(scope="session")
def rule():
    return SplitRule(
        seed=7,
        validation_fraction=0.15,
        calibration_fraction=0.15,
        test_fraction=0.15,
    )


@pytest.fixture(scope="session")
def tiny():
    return TINY


def linear_truth(parameters, level):
    """Each statistic follows log conductance, drive and level, with its own weights.

    From 0 to 150, and put into the domain of those that have bounds.
    """
    low, high = np.log(0.2), np.log(3.0)
    conductance = (np.log(parameters["g_ee_nS"]) - low) / (high - low) - 0.5
    drive = parameters["drive_exc_nA"] / 0.2 - 0.5
    weight = np.arange(1, len(STATISTIC_NAMES) + 1)[:, None]
    truth = 10 * weight + conductance + weight * drive + (6 - weight) * (level - 0.5)
    bounded = {
        i: one.domain
        for i, one in enumerate(STATISTICS)
        if math.isfinite(one.domain[1])
    }
    for i, (low, high) in bounded.items():
        truth[i] = low + (high - low) * truth[i] / 150
    return truth


@pytest.fixture(scope="session")
def world(cfg):
    """Return a function that makes the two tables of a toy world."""

    def make(n_circuits, truth=linear_truth, missing=0.0, mechanism="combined"):
        drawn = columns_of(parameter_rows(cfg.prior, 3, range(n_circuits)))
        circuits = pa.table(drawn)
        ids = np.repeat(np.arange(n_circuits), len(LEVELS))
        level = np.tile(LEVELS, n_circuits)
        parameters = {name: np.asarray(drawn[name])[ids] for name in PARAMETER_NAMES}
        values = np.array(truth(parameters, level))
        rng = np.random.default_rng(11)
        values[rng.random(values.shape) < missing] = np.nan
        statistics = {
            "circuit_id": ids,
            "mechanism": [mechanism] * len(ids),
            "level": level,
            "outcome": ["ok"] * len(ids),
            "duration_s": np.full(len(ids), 10.0),
            "n_units": np.full(len(ids), 25, dtype=np.int32),
            **dict(zip(STATISTIC_NAMES, values, strict=True)),
        }
        arrow = SIMULATED_STATISTICS.arrow()
        # Surrogates learn the 11 statistics and none of the others.
        others = np.full(len(ids), np.nan)
        arrays = [
            pa.array(statistics.get(f.name, others), f.type, from_pandas=True)
            for f in arrow
        ]
        return circuits, pa.Table.from_arrays(arrays, schema=arrow)

    return make


@pytest.fixture(scope="session")
def dataset_of(world, cfg, rule):
    """Return a function that builds the dataset of a toy world."""

    def make(n_circuits, training_set="combined", **kwargs):
        tables = world(n_circuits, **kwargs)
        return build(*tables, training_set, cfg.prior, rule)

    return make


@pytest.fixture(scope="session")
def toy(dataset_of):
    """150 circuits, a fifth of the targets missing."""
    return dataset_of(150, missing=0.2)
