"""A derivative by differences is what the parameter does, and not the background."""

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Physics
from minicolumn.config.theory import Perturbed
from minicolumn.files.tables import PERTURBED_STATISTICS
from minicolumn.identifiability.perturbed import differences, perturbed_rows
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.scales import SCALES

SETTINGS = Perturbed(circuits=1, trials=2, step=0.5)


@pytest.fixture(scope="module")
def physics(cfg):
    short = cfg.simulation.model_copy(update={"duration_s": 1.0, "warmup_s": 0.2})
    small = Physics(**cfg.physics()).model_copy(update={"simulation": short})
    points = {
        name: one.model_copy(update={"low": one.high})
        for name, one in small.prior.items()
        if name not in ("drive_exc_nA", "n_neurons")
    }
    few = small.prior["n_neurons"].model_copy(update={"low": 30.0, "high": 31.0})
    prior = small.prior | points | {"n_neurons": few}
    return small.model_copy(update={"prior": prior})


def test_a_circuit_is_simulated_on_both_sides_in_every_trial(physics, cfg):
    circuits = parameter_rows(physics.prior, physics.seed, [3])
    few = cfg.statistics.model_copy(update={"n_units": 5, "n_subsets": 2})
    given = cfg.states.levels, SETTINGS, few, physics
    rows = list(perturbed_rows(circuits, *given))
    assert len(rows) == 2 * 2 * 2  # sides, trials, states
    assert {row["parameter"] for row in rows} == {"drive_exc_nA"}
    assert {row["level"] for row in rows} == {0.2, 0.8}
    assert sorted(PERTURBED_STATISTICS.names) == sorted(rows[0])
    rate = {
        side: {
            (row["trial"], row["level"]): row["mean_rate"]
            for row in rows
            if row["step"] * side > 0
        }
        for side in (-1, 1)
    }
    # Trials differ by more than sides do; under one background it is the drive alone.
    assert all(rate[1][key] > rate[-1][key] for key in rate[1])


def table(step, even, n_trials=3):
    """Return a table in which statistics on even scales are a function of the step."""
    back = {"log": np.exp, "sqrt": lambda x: x * abs(x), "linear": float}
    rows = [
        {"circuit_id": 1, "parameter": "g_ee_nS", "step": side, "outcome": "ok"}
        | {"mechanism": "combined", "level": 0.2, "trial": trial}
        | {name: float(back[SCALES[name]](even(side, trial))) for name in SCALES}
        for trial in range(n_trials)
        for side in step
    ]
    return pa.Table.from_pylist(rows, schema=PERTURBED_STATISTICS.arrow())


def test_differences_find_the_slope_of_what_is_linear(noise):
    """The offset of a trial, which both sides share, is no part of it."""
    found = differences(table((-0.5, 0.3), lambda x, trial: 3 * x + trial), noise)
    assert set(found["statistic"]) == set(np.array(STATISTIC_NAMES)[noise.used])
    np.testing.assert_allclose(found["simulator"], 3 / 0.2)
    np.testing.assert_allclose(found["simulator_se"], 0, atol=1e-9)
    noisy = differences(table((-0.5, 0.5), lambda x, trial: x * trial), noise)
    np.testing.assert_allclose(noisy["simulator"], 1 / 0.2)
    np.testing.assert_allclose(noisy["simulator_se"], 1 / 0.2 / np.sqrt(3))


def test_what_does_not_move_or_is_not_defined_has_no_slope(noise):
    assert differences(table((0.0, 0.0), lambda x, trial: x), noise).empty
    assert differences(table((-0.5, 0.5), lambda x, trial: x, 1), noise).empty
    none = PERTURBED_STATISTICS.arrow().empty_table()
    assert differences(none, noise).empty
