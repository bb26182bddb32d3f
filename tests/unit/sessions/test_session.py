import numpy as np
import pyarrow as pa
import pytest
from scipy import signal, stats

from minicolumn.files.tables import SESSIONS
from minicolumn.sessions.session import Observed, Session, bouts, scored, sessions_of
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES

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
    np.testing.assert_array_equal(session.evaluation, np.full(N, 3.0))
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


def in_states(letters):
    """Return the table of one session whose epochs are r(unning) or at rest: 0, 1..."""
    states = ["running" if one == "r" else "stationary" for one in letters]
    values = np.arange(float(len(letters)))
    return pa.table(
        {
            "session_id": np.ones(len(letters), int),
            "state": states,
            **dict.fromkeys(ALL_NAMES, values),
        }
    )


@pytest.mark.parametrize(
    ("letters", "conditioning", "evaluation"),
    [
        ("srsrsrsr", [0, 4], [2, 6]),
        ("ssrssrs", [0, 1, 6], [3, 4]),
        ("rsssssr", [1, 2, 3], [4, 5]),
        ("rs", [1], []),
    ],
)
def test_bouts_of_rest_are_known_or_scored_as_a_whole(
    letters, conditioning, evaluation
):
    (session,) = sessions_of(in_states(letters))
    assert session.conditioning[:, 0].tolist() == conditioning
    assert session.evaluation[:, 0].tolist() == evaluation
    assert len(session.evaluation_bout) == len(evaluation)


def test_windows_of_a_simulated_mouse_are_bouts_of_their_own():
    table = in_states("sssrrr").rename_columns({"session_id": "circuit_id"})
    (mouse,) = sessions_of(table, "circuit_id")
    assert mouse.bout("stationary").tolist() == mouse.bout("running").tolist()
    assert mouse.conditioning[:, 0].tolist() == [0, 2]


def test_some_epochs_of_a_session_keep_their_bouts():
    (session,) = sessions_of(in_states("ssrssrsr"))
    some = session.take(np.array([1, 2, 3]), np.array([0, 2]))
    assert some.stationary[:, 0].tolist() == [1, 3, 4]
    assert some.bout("stationary").tolist() == [0, 1, 1]
    assert some.bout("running").tolist() == [0, 1]


def share_right(n_bouts, epochs, lag_1, divided=False):
    """Return how often a fall is right to be guessed from high values at rest."""
    rng = np.random.default_rng([n_bouts, epochs])
    runs = np.arange(2 * n_bouts * epochs) // epochs % 2 == 1
    number, right = bouts(runs), []
    for noise in rng.standard_normal((250, 50 + runs.size, N)):
        values = signal.lfilter([1.0], [1.0, -lag_1], noise, axis=0)[50:]
        of_epochs = (None, None) if divided else (number[~runs], number[runs])
        one = Session(1, values[~runs], values[runs], *of_epochs)
        guess = -np.sign(np.median(one.conditioning, axis=0))
        right.append(guess == np.sign(Observed.of(one, 1).change))
    return np.mean(right), np.size(right)


@pytest.mark.parametrize("lag_1", [0.0, 0.3, 0.6])
@pytest.mark.parametrize(("n_bouts", "epochs"), [(8, 2), (4, 3), (2, 8)])
def test_a_guess_from_rest_is_at_chance_where_nothing_changes(lag_1, n_bouts, epochs):
    """Noise that neighbors share must not make it right."""
    share, n = share_right(n_bouts, epochs, lag_1)
    assert share <= stats.binom.ppf(0.99, n, 0.5) / n


def test_the_guess_would_be_right_if_bouts_were_divided():
    share, _ = share_right(2, 8, 0.6, divided=True)
    assert share == pytest.approx(0.65, abs=0.03)


def test_halves_of_one_bout_share_little_noise():
    """Every second epoch of it would make the guess right in two of three sessions."""
    share, _ = share_right(1, 16, 0.6)
    assert share < 0.57


def test_prediction_and_change_share_no_stationary_epoch(recorded):
    table = recorded(
        {(1, "stationary"): epochs(1, 10, 3, 30), (1, "running"): epochs(*[0] * 4)}
    )
    (session,) = observed_sessions(table, per_state_at_least=1)
    assert session.conditioning[0] == 2
    assert session.evaluation[0] == 20
    assert session.change[0] == -20
