from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.config.analysis import States
from minicolumn.files.tables import SIMULATED_STATISTICS
from minicolumn.inference.circuits.nearest import change_nearest
from minicolumn.prediction.predict import EmulatedCircuits
from minicolumn.prediction.scales import change_scale, simulated_scale
from minicolumn.sessions.session import Observed, sessions_of
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES

N = len(STATISTIC_NAMES)
STATES = States(stationary=0.2, running=0.8)
ONES = np.ones(N)


@dataclass
class Line:
    """At rest a statistic is the first parameter; the level adds its square."""

    n_weights: int = 0
    learning: dict[str, Any] = field(default_factory=dict)

    def predict(self, inputs):
        first, level = inputs[:, 0], inputs[:, -1]
        return np.repeat((first + first**2 * (level - 0.2))[:, None], N, axis=1)


def emulated(first):
    parameters = np.zeros((len(first), len(PARAMETER_NAMES)))
    parameters[:, 0] = first
    return EmulatedCircuits.of(Line(), parameters, STATES)


def test_the_change_is_the_mean_over_the_nearest_circuits():
    change = change_nearest(emulated([1.0, 2.0, 3.0, 50.0]), np.full(N, 2.1), ONES, 3)
    np.testing.assert_allclose(change, 0.6 * (1 + 4 + 9) / 3)


def test_undefined_statistics_of_the_session_do_not_count():
    rest = np.full(N, np.nan)
    rest[4] = 50.0
    change = change_nearest(emulated([1.0, 2.0, 50.0]), rest, ONES, 1)
    np.testing.assert_allclose(change, 0.6 * 2500)


def test_a_session_without_defined_statistics_has_no_prediction():
    change = change_nearest(emulated([1.0, 2.0]), np.full(N, np.nan), ONES, 1)
    assert np.isnan(change).all()


def test_what_the_surrogate_has_not_learned_is_nan_and_judges_no_distance():
    circuits = emulated([1.0, 50.0])
    circuits.stationary[:, 0] = circuits.running[:, 0] = np.nan
    change = change_nearest(circuits, np.full(N, 49.0), ONES, 1)
    assert np.isnan(change[0])
    np.testing.assert_allclose(change[1:], 0.6 * 2500)


def test_a_statistic_without_a_scale_judges_no_distance():
    circuits = emulated([1.0, 50.0])
    rest, scale = np.full(N, 1.0), np.ones(N)
    rest[0], scale[0] = 1e9, np.nan
    np.testing.assert_allclose(change_nearest(circuits, rest, scale, 1), 0.6)


def test_distance_is_in_units_of_the_scale():
    circuits = emulated([0.0, 10.0])
    rest, scale = np.zeros(N), np.full(N, 1.0)
    rest[0] = 10.0
    np.testing.assert_allclose(change_nearest(circuits, rest, scale, 1), 0)
    scale[0] = 0.01
    np.testing.assert_allclose(change_nearest(circuits, rest, scale, 1), 60)


@given(unit=st.floats(1e-3, 1e3), shift=st.floats(-100, 100))
def test_units_of_a_statistic_do_not_matter(unit, shift):
    rng = np.random.default_rng(0)
    stationary, running = rng.normal(size=(2, 20, N))
    rest = rng.normal(size=N)
    scale = stationary.std(axis=0)
    before = change_nearest(EmulatedCircuits(stationary, running), rest, scale, 5)
    changed = EmulatedCircuits(stationary * unit + shift, running * unit + shift)
    after = change_nearest(changed, rest * unit + shift, scale * unit, 5)
    np.testing.assert_allclose(after / unit, before, rtol=1e-6, atol=1e-9 / unit)


def test_more_neighbors_than_circuits_is_an_error():
    with pytest.raises(ValueError, match=r"nearest_circuits=3 exceeds the 2 training"):
        change_nearest(emulated([1.0, 2.0]), np.zeros(N), ONES, 3)


def simulated(values, outcome="ok"):
    n = len(values)
    columns = {
        "circuit_id": np.arange(n),
        "mechanism": ["synaptic"] * n,
        "level": np.zeros(n),
        "outcome": [outcome] * n,
        "duration_s": np.full(n, 10.0),
        "n_units": np.full(n, 25),
        **dict.fromkeys(STATISTIC_NAMES, values),
    }
    arrow = SIMULATED_STATISTICS.arrow()
    columns = dict.fromkeys(arrow.names, np.full(len(values), np.nan)) | columns
    arrays = [pa.array(columns[f.name], f.type, from_pandas=True) for f in arrow]
    return pa.Table.from_arrays(arrays, schema=arrow)


def test_scale_is_the_sd_without_the_extremes():
    values = np.random.default_rng(0).normal(scale=3.0, size=5000)
    np.testing.assert_allclose(simulated_scale(simulated(values)), 3.0, rtol=0.05)
    values[0] = 1e6
    np.testing.assert_allclose(simulated_scale(simulated(values)), 3.0, rtol=0.05)


def test_missing_and_failed_simulations_leave_the_scale_alone():
    values = np.random.default_rng(0).normal(size=100)
    alone = simulated_scale(simulated(values))
    more = pa.concat_tables(
        [simulated(values), simulated([np.nan] * 9), simulated([7.0], "not_finite")]
    )
    np.testing.assert_array_equal(simulated_scale(more), alone)


@pytest.mark.parametrize("values", [[np.nan] * 5, [2.0] * 5, [2.0]])
def test_what_does_not_vary_has_no_scale(values):
    assert np.isnan(simulated_scale(simulated(values))).all()


def paired(mechanism, rest, change):
    """Statistics of circuits at levels 0, 0.3 and 0.7; the outer one is a decoy."""
    n = len(rest)
    parts = [simulated(rest * 0 + 1e3), simulated(rest), simulated(rest + change)]
    for level, table in zip((0.0, 0.3, 0.7), parts, strict=True):
        for name, values in (("level", [level] * n), ("mechanism", [mechanism] * n)):
            place = table.schema.get_field_index(name)
            field = table.schema.field(place)
            table = table.set_column(place, field, pa.array(values, field.type))
        yield table


def test_the_scale_of_a_change_is_its_spread_within_mechanisms():
    rng = np.random.default_rng(0)
    rest = rng.normal(scale=50.0, size=2000)  # how circuits differ must not count
    tables = [
        *paired("synaptic", rest, rng.normal(-30, 2.0, 2000)),
        *paired("depolarizing", rest, rng.normal(30, 2.0, 2000)),
    ]
    scale = change_scale(pa.concat_tables(tables), STATES)
    np.testing.assert_allclose(scale, 2.0, rtol=0.05)


def test_a_change_that_never_varies_has_no_scale():
    tables = list(paired("synaptic", np.arange(9.0), np.full(9, 0.5)))
    assert np.isnan(change_scale(pa.concat_tables(tables), STATES)).all()


def test_noise_alone_matches_at_chance():
    """No session changes, but circuits that start high are predicted to fall.

    Were a session's noise in both prediction and change, about two of three signs
    would match.
    """
    rng = np.random.default_rng(1)
    rest = rng.normal(size=(500, N))
    circuits = EmulatedCircuits(rest, 0.5 * rest)
    n_sessions, n_epochs = 400, 8
    rows = {"session_id": [], "state": []}
    values = rng.normal(size=(n_sessions * 2 * n_epochs, N))
    for session_id in range(n_sessions):
        rows["session_id"] += [session_id] * 2 * n_epochs
        rows["state"] += ["stationary"] * n_epochs + ["running"] * n_epochs
    columns = rows | dict.fromkeys(ALL_NAMES, np.zeros(len(values)))
    columns |= dict(zip(STATISTIC_NAMES, values.T, strict=True))
    matches = [
        np.sign(change_nearest(circuits, one.conditioning, ONES, 5))
        == np.sign(one.change)
        for one in (Observed.of(s, 3) for s in sessions_of(pa.table(columns)))
    ]
    assert np.mean(matches) == pytest.approx(0.5, abs=0.03)
