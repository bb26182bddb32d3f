import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, strategies as st

from minicolumn.inference.circuits.nearest import nearest
from minicolumn.sessions.session import Observed, sessions_of
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES

N = len(STATISTIC_NAMES)
ONES = np.ones(N)


def alike(first):
    """Circuits whose statistics at rest are all the same number."""
    return np.repeat(np.asarray(first, dtype=float)[:, None], N, axis=1)


def test_the_nearest_come_first():
    rows = nearest(alike([1.0, 50.0, 2.0, 3.0]), np.full(N, 2.1), ONES, 3)
    assert rows.tolist() == [2, 3, 0]


def test_undefined_statistics_of_the_session_do_not_count():
    rest = np.full(N, np.nan)
    rest[4] = 50.0
    assert nearest(alike([1.0, 2.0, 50.0]), rest, ONES, 1).tolist() == [2]


def test_a_session_without_defined_statistics_is_like_no_circuit():
    rows = nearest(alike([1.0, 2.0]), np.full(N, np.nan), ONES, 1)
    assert rows.tolist() == []


def test_what_circuits_do_not_define_judges_no_distance():
    circuits = alike([1.0, 50.0])
    circuits[:, 0] = np.nan
    assert nearest(circuits, np.full(N, 49.0), ONES, 1).tolist() == [1]


def test_a_circuit_that_defines_nothing_comes_last():
    circuits = alike([np.nan, 50.0, 1.0])
    assert nearest(circuits, np.full(N, 1.0), ONES, 3).tolist() == [2, 1, 0]


def test_a_statistic_without_a_scale_judges_no_distance():
    rest, scale = np.full(N, 1.0), np.ones(N)
    rest[0], scale[0] = 1e9, np.nan
    assert nearest(alike([50.0, 1.0]), rest, scale, 1).tolist() == [1]


def test_distance_is_in_units_of_the_scale():
    circuits = alike([0.0, 10.0])
    rest, scale = np.zeros(N), np.full(N, 1.0)
    rest[0] = 10.0
    assert nearest(circuits, rest, scale, 1).tolist() == [0]
    scale[0] = 0.01
    assert nearest(circuits, rest, scale, 1).tolist() == [1]


@given(unit=st.floats(1e-3, 1e3), shift=st.floats(-100, 100))
def test_units_of_a_statistic_do_not_matter(unit, shift):
    rng = np.random.default_rng(0)
    stationary, rest = rng.normal(size=(20, N)), rng.normal(size=N)
    scale = stationary.std(axis=0)
    before = nearest(stationary, rest, scale, 5)
    changed = stationary * unit + shift, rest * unit + shift, scale * unit
    np.testing.assert_array_equal(nearest(*changed, 5), before)


def test_more_neighbors_than_circuits_is_an_error():
    with pytest.raises(ValueError, match=r"nearest_circuits=3 exceeds the 2 training"):
        nearest(alike([1.0, 2.0]), np.zeros(N), ONES, 3)


def test_noise_alone_matches_at_chance():
    """No session changes, but circuits that start high are predicted to fall.

    Were a session's noise in both prediction and change, about two of three signs
    would match.
    """
    rng = np.random.default_rng(1)
    rest = rng.normal(size=(500, N))
    n_sessions, n_epochs = 400, 8
    rows = {"session_id": [], "state": []}
    values = rng.normal(size=(n_sessions * 2 * n_epochs, N))
    for session_id in range(n_sessions):
        rows["session_id"] += [session_id] * 2 * n_epochs
        rows["state"] += ["stationary"] * n_epochs + ["running"] * n_epochs
    columns = rows | dict.fromkeys(ALL_NAMES, np.zeros(len(values)))
    columns |= dict(zip(STATISTIC_NAMES, values.T, strict=True))
    matches = [
        np.sign(-0.5 * rest[nearest(rest, one.conditioning, ONES, 5)].mean(axis=0))
        == np.sign(one.change)
        for one in (Observed.of(s, 3) for s in sessions_of(pa.table(columns)))
    ]
    assert np.mean(matches) == pytest.approx(0.5, abs=0.03)
