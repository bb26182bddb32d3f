"""Derivatives of a surrogate are those of what it says, in units of prior and noise."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from minicolumn.circuits.prior import parameter_rows
from minicolumn.config.mice import States
from minicolumn.identifiability.prior_units import movable, moved
from minicolumn.identifiability.sensitivity import Sensitivity, compared
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.scales import scaled
from minicolumn.surrogates.rows import inputs_of

STATES = States(stationary=0.2, running=0.8)
N = len(STATISTIC_NAMES)


def even(values):
    return scaled(values, STATISTIC_NAMES)


@pytest.fixture
def trained(cfg):
    """Return a surrogate that is a smooth function of standardized inputs."""
    names = (*cfg.prior, "level")
    weights = np.random.default_rng(1).normal(0, 0.1, (len(names), N))
    logs = np.array([n in cfg.prior and cfg.prior[n].scale == "log" for n in names])
    center = np.array([0.5 * (r.low + r.high) for r in cfg.prior.values()] + [0.5])
    sd = 0.3 * np.where(logs, 1.0, np.abs(center) + 0.1)

    def standardized(x):
        x = np.where(logs, np.log(np.where(logs, x, 1.0)), x)
        return (x - np.where(logs, np.log(np.where(logs, center, 1.0)), center)) / sd

    def predict(x):
        return 0.5 + 0.3 * np.tanh(standardized(x) @ weights)

    def derivatives(x):
        slope = 0.3 / np.cosh(standardized(x) @ weights) ** 2
        return slope[:, :, None] * weights.T

    scaling = SimpleNamespace(
        target_low=np.zeros(N), target_high=np.full(N, 9.0), input_sd=sd
    )
    surrogate = SimpleNamespace(
        predict=predict, derivatives=derivatives, scaling=scaling
    )
    return SimpleNamespace(
        input_names=names, surrogate=surrogate, architecture="toy", predict=predict
    )


@pytest.fixture
def circuits(cfg):
    rows = parameter_rows(cfg.prior, cfg.seed, range(3))
    return pa.Table.from_pylist(rows)


def test_a_derivative_is_what_a_small_step_of_the_prior_does(
    cfg, trained, circuits, noise
):
    found = Sensitivity.of(trained, circuits, cfg.prior, STATES, noise)
    used = noise.used
    for name in movable(cfg.prior):
        for row, parameters in enumerate(circuits.to_pylist()):
            value, steps = moved(cfg.prior[name], parameters[name], 1e-4)
            other = pa.Table.from_pylist([parameters | {name: value}])
            at = inputs_of(circuits, trained.input_names, 0.8)[row : row + 1]
            there = trained.predict(inputs_of(other, trained.input_names, 0.8))
            change = scaled(there, STATISTIC_NAMES) - scaled(
                trained.predict(at), STATISTIC_NAMES
            )
            slope = (change / noise.sd / steps)[0][used]
            place = found.parameters.index(name)
            derivative = found.derivative[row, 1, used, place]
            np.testing.assert_allclose(derivative, slope, rtol=0.03, atol=1e-3)


def test_what_the_level_alone_does_is_the_effect(cfg, trained, circuits, noise):
    found = Sensitivity.of(trained, circuits, cfg.prior, STATES, noise)
    at = [
        even(trained.predict(inputs_of(circuits, trained.input_names, level)))
        for level in (0.2, 0.8)
    ]
    np.testing.assert_allclose(found.effect, (at[1] - at[0]) / noise.sd)
    assert np.isnan(found.effect[:, ~noise.used]).all()


def test_each_derivative_is_beside_that_of_the_simulator(cfg, trained, circuits, noise):
    found = Sensitivity.of(trained, circuits, cfg.prior, STATES, noise)
    one = {"circuit_id": 1, "mechanism": "combined", "parameter": "burst_nA"}
    one |= {"level": 0.8, "statistic": "fano", "simulator": 2.0, "simulator_se": 0.1}
    table = compared({"combined": found}, pd.DataFrame([one]), STATES)
    assert len(table) == found.derivative.size
    [row] = table.dropna(subset=["simulator"]).to_dict("records")
    places = STATISTIC_NAMES.index("fano"), found.parameters.index("burst_nA")
    assert row["surrogate"] == found.derivative[1, 1, places[0], places[1]]
    assert row["state"] == "running"
