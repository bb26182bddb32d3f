import numpy as np
import pyarrow as pa
import pytest

from minicolumn.files.tables import SESSIONS
from minicolumn.sessions.session import Observed, scored, sessions_of
from minicolumn.statistics.names import STATISTIC_NAMES

N = len(STATISTIC_NAMES)
FANO = STATISTIC_NAMES.index("fano")


def observed_sessions(table, per_state_at_least):
    return [Observed.of(one, per_state_at_least) for one in sessions_of(table)]


def epochs(*values):
    return np.repeat(np.array(values, dtype=float)[:, None], N, axis=1)


def test_the_change_is_running_minus_stationary_median(recorded):
    table = recorded(
        {(1, "running"): epochs(4, 5, 90), (1, "stationary"): epochs(1, 2, 3)}
    )
    (session,) = observed_sessions(table, per_state_at_least=3)
    np.testing.assert_array_equal(session.change, np.full(N, 3.0))
    np.testing.assert_array_equal(session.evaluation, np.full(N, 2.0))


def test_states_exchanged_give_the_opposite_change(recorded):
    one, other = epochs(4, 5, 9), epochs(1, 2, 4)
    (session,) = observed_sessions(
        recorded({(1, "running"): one, (1, "stationary"): other}), 3
    )
    (swapped,) = observed_sessions(
        recorded({(1, "running"): other, (1, "stationary"): one}), 3
    )
    np.testing.assert_array_equal(swapped.change, -session.change)


@pytest.mark.parametrize("state", ["running", "stationary"])
def test_too_few_defined_epochs_drop_the_statistic_alone(recorded, state):
    values = {(1, "running"): epochs(4, 5, 6), (1, "stationary"): epochs(1, 2, 3)}
    values[1, state][0, FANO] = np.nan
    (session,) = observed_sessions(recorded(values), per_state_at_least=3)
    assert np.isnan(session.change[FANO])
    assert np.isfinite(np.delete(session.change, FANO)).all()
    counts = {"running": session.n_running, "stationary": session.n_stationary}
    assert counts[state][FANO] == 2
    (session,) = observed_sessions(recorded(values), per_state_at_least=2)
    assert np.isfinite(session.change[FANO])


def test_a_session_without_running_has_no_change_but_is_listed(recorded):
    table = recorded({(1, "stationary"): epochs(1, 2, 3)})
    (session,) = observed_sessions(table, per_state_at_least=3)
    assert np.isnan(session.change).all()
    np.testing.assert_array_equal(session.evaluation, np.full(N, 2.0))
    assert (session.n_running == 0).all()


def test_sessions_are_kept_apart_and_in_order(recorded):
    table = recorded(
        {
            (9, "running"): epochs(5),
            (9, "stationary"): epochs(1, 1),
            (2, "running"): epochs(1),
            (2, "stationary"): epochs(3, 3),
        }
    )
    sessions = observed_sessions(table, per_state_at_least=1)
    assert [s.identity for s in sessions] == [2, 9]
    assert [s.change[0] for s in sessions] == [-2, 4]


def test_sessions_that_are_not_ok_are_not_scored(recorded):
    table = recorded({(1, "running"): epochs(5), (2, "running"): epochs(5)})
    sessions = pa.Table.from_pylist(
        [
            {"session_id": 1, "outcome": "too few units"},
            {"session_id": 2, "outcome": "ok"},
        ],
        schema=SESSIONS.arrow(),
    )
    kept = scored(table, sessions)
    assert kept["session_id"].to_pylist() == [2]


def test_prediction_and_change_share_no_stationary_epoch(recorded):
    table = recorded(
        {(1, "stationary"): epochs(1, 10, 3, 30), (1, "running"): epochs(0)}
    )
    (session,) = observed_sessions(table, per_state_at_least=1)
    assert session.conditioning[0] == 2
    assert session.evaluation[0] == 20
    assert session.change[0] == -20
