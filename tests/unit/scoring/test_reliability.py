from dataclasses import replace

import numpy as np
import pytest
from scipy import signal, stats

from minicolumn.files.store import columns_of, read_table, write_table
from minicolumn.files.tables import OBSERVED_CHANGES
from minicolumn.scoring.reliability import (
    Epochs,
    observe_changes,
    redrawn_errors,
    reliabilities,
    undecided,
)
from minicolumn.scoring.resampling import Resampling
from minicolumn.sessions.session import Session, bouts, sessions_of
from minicolumn.statistics.names import STATISTIC_NAMES

N = len(STATISTIC_NAMES)
REDRAW = Resampling(seed=1, n_resamples=1000)


def repeated(values):
    return np.repeat(np.asarray(values, dtype=float)[:, None], N, axis=1)


def observe(stationary, running, least=3, of_rest=None, of_running=None):
    """Return what is observed; epochs are bouts of their own unless given."""
    session = Session(1, repeated(stationary), repeated(running), of_rest, of_running)
    return observe_changes([session], least, REDRAW, "rest to run")[0]


def test_a_large_change_is_certain_and_noise_is_not():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(2, 12))
    certain = observe(noise[0], noise[1] + 50)
    assert certain["p_sign"] == 1.0
    assert certain["change"] > 2 * certain["se"]
    doubtful = observe(noise[0], noise[1])
    assert 0.3 < doubtful["p_sign"] < 1.0


def test_the_standard_error_is_that_of_two_medians():
    rng = np.random.default_rng(0)
    alone = np.arange(400)
    found = [
        redrawn_errors(Epochs(3 * running, alone), rest, rest, REDRAW)[1:]
        for running, rest in (
            (one, Epochs(other, alone)) for one, other in rng.normal(size=(12, 2, 400))
        )
    ]
    se, df = np.mean(found, axis=0)
    # The median of n normal values has a variance of pi / 2 * sd^2 / n.
    assert se == pytest.approx(np.sqrt(np.pi / 2 * (9 + 1) / 400), rel=0.1)
    assert df == pytest.approx(399 * 10**2 / (9**2 + 1), rel=0.1)  # Welch 1947


@pytest.mark.parametrize("sizes", [(1, 1, 1), (1, 4, 2), (3, 3)])
def test_redrawn_medians_are_those_of_whole_bouts(sizes):
    rng = np.random.default_rng(0)
    bout = np.repeat(np.arange(len(sizes)), sizes)
    values = rng.normal(size=bout.size)
    possible = {
        np.median(np.concatenate([values[bout == i] for i in drawn]))
        for drawn in np.ndindex(*[len(sizes)] * len(sizes))
    }
    found = set(Epochs(values, bout).redrawn(len(sizes), 2000, rng))
    assert sorted(found) == pytest.approx(sorted(possible))


def unchanged(rng, n_bouts, epochs_per_bout, lag_1):
    """A session whose epochs are alike if they are neighbors, whatever the state."""
    n = 2 * n_bouts * epochs_per_bout
    noise = rng.standard_normal((100 + n, N))
    values = signal.lfilter([1.0], [1.0, -lag_1], noise, axis=0)[100:]
    runs = np.arange(n) // epochs_per_bout % 2 == 1
    number = bouts(runs)
    return Session(1, values[~runs], values[runs], number[~runs], number[runs])


def share_decided(sessions):
    rows = observe_changes(
        sessions, 2, Resampling(seed=1, n_resamples=300), "rest to run"
    )
    values = [[row[name] for name in ("change", "se", "df")] for row in rows]
    assert np.isfinite(values).all()
    return np.mean(~undecided(*np.transpose(values), 2.0)), len(rows)


NOMINAL = 2 * stats.norm.sf(2.0)


@pytest.mark.parametrize("lag_1", [0.0, 0.3, 0.6])
@pytest.mark.parametrize(("n_bouts", "epochs"), [(2, 8), (4, 3), (4, 8), (8, 4)])
def test_correlated_neighbors_decide_no_direction_where_nothing_changes(
    lag_1, n_bouts, epochs
):
    rng = np.random.default_rng([n_bouts, epochs])
    sessions = [unchanged(rng, n_bouts, epochs, lag_1) for _ in range(60)]
    share, n = share_decided(sessions)
    assert share <= stats.binom.ppf(0.99, n, NOMINAL) / n


def test_epochs_as_units_would_decide_directions_where_nothing_changes():
    rng = np.random.default_rng(0)
    sessions = [unchanged(rng, 6, 8, 0.6) for _ in range(60)]
    unlike = [
        replace(one, stationary=one.evaluation.repeat(2, axis=0)) for one in sessions
    ]
    alone = [replace(one, stationary_bout=None, running_bout=None) for one in unlike]
    share, n = share_decided(alone)
    assert share > stats.binom.ppf(0.99, n, NOMINAL) / n


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_few_independent_epochs_decide_no_more_directions_than_many(n):
    """As many of each state are scored; the others are known to predictions."""
    rng = np.random.default_rng(n)
    sessions = [Session(1, *rng.normal(size=(2, 2 * n, N))) for _ in range(150)]
    sessions = [one.take(np.arange(2 * n), np.arange(n)) for one in sessions]
    share, total = share_decided(sessions)
    assert share <= stats.binom.ppf(0.99, total, NOMINAL) / total


def test_large_changes_are_decided_in_few_bouts():
    rng = np.random.default_rng(0)
    sessions = [unchanged(rng, 4, 3, 0.3) for _ in range(60)]
    moved = [replace(one, running=one.running + 2.0) for one in sessions]
    assert share_decided(moved)[0] > 0.5


def test_one_bout_has_no_standard_error_and_one_that_is_scored_has_no_halves():
    found = observe([0, 0, 1, 3], [5, 6, 7], of_rest=[0, 0, 2, 2])
    assert (found["change"], found["sham_change"]) == (4, 2)
    assert np.isnan(found["half_change_1"])
    assert np.isfinite([found["se"], found["df"], found["p_sign"]]).all()
    for one in (
        observe([0, 0, 1, 3], [5, 6, 7], of_rest=[0] * 4),
        observe([0, 0, 1, 3], [5, 6, 7], of_running=[1] * 3),
    ):
        assert one["change"] > 0
        assert np.isnan([one["se"], one["df"], one["p_sign"]]).all()


def test_bouts_that_predictions_know_tell_of_the_error():
    """Two scored bouts alone would say that rest is known exactly."""
    found = observe([0, 5, 9, 5, 2], [6, 7, 8])
    assert found["se"] > 1


def test_halves_are_made_of_whole_bouts():
    found = observe(
        [0, 1, 5, 0, 7, 7],
        [10, 10, 30, 50],
        of_rest=[0, 2, 2, 4, 6, 6],
        of_running=[1, 1, 3, 5],
    )
    assert (found["half_change_1"], found["half_change_2"]) == (10 - 3, 30 - 7)


def test_early_and_late_rest_are_compared_and_no_other_epochs():
    # Every second epoch (the 0s) is known to predictions; the rest drifts by 5.
    found = observe([0, 10, 0, 10, 0, 15, 0, 15], [20] * 5)
    assert found["sham_change"] == 5.0
    assert found["change"] == 20 - 12.5


def test_states_exchanged_turn_the_sign_and_keep_its_probability():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 6))
    # Predictions know every second stationary epoch: they are left out on both sides.
    one = observe(np.repeat(y, 2), x)
    other = observe(np.repeat(x, 2), y)
    assert one["change"] == -other["change"]
    assert one["p_sign"] == pytest.approx(other["p_sign"], abs=0.05)
    assert one["se"] == pytest.approx(other["se"], rel=0.15)


def test_too_few_epochs_have_no_change_and_one_that_is_scored_no_sham():
    few, enough = observe([1, 2], [4, 5, 6]), observe([1, 2, 3], [4, 5, 6])
    assert np.isnan([few["change"], few["se"], enough["sham_change"]]).all()
    assert (few["n_stationary"], few["n_running"]) == (2, 3)
    assert enough["change"] == 3


def test_undefined_rows_are_null_in_the_table(recorded, tmp_path):
    values = repeated([1, 2, 3, 4, 5, 6])
    values[:, 0] = np.nan
    table = recorded({(1, "stationary"): values, (1, "running"): repeated(range(6))})
    rows = observe_changes(sessions_of(table), 3, REDRAW, "rest to run")
    write_table(tmp_path / "x.parquet", OBSERVED_CHANGES, columns_of(rows))
    read = read_table(tmp_path / "x.parquet", OBSERVED_CHANGES)
    assert read["change"].null_count == read["se"].null_count == 1
    assert read.num_rows == N


def test_undecided_is_near_zero_or_of_unknown_error():
    change = np.array([3.0, 1.9, -2.1, 0.0, 5.0, np.nan])
    se = np.array([1.0, 1.0, 1.0, 0.0, np.nan, 1.0])
    np.testing.assert_array_equal(
        undecided(change, se, np.full(6, 1000), 2.0),
        [False, True, False, True, True, False],
    )


def test_the_ceiling_is_the_mean_probability_of_a_right_sign(observed):
    table = observed({(s, "fano"): 1.0 for s in range(4)}, se=0.6)
    found = {one.statistic: one for one in reliabilities(table, 2.0)}
    assert found["fano"].ceiling == pytest.approx(0.9)
    assert (found["fano"].n, found["fano"].n_undecided) == (4, 4)
    assert (found["fano"].halves_agree.k, found["fano"].halves_agree.n) == (4, 4)
    assert found["lv"].ceiling is None
    assert found["lv"].halves_agree is None


def test_noise_has_a_ceiling_of_three_quarters_and_halves_that_agree_by_chance(
    recorded,
):
    """Why the ceiling is printed with the agreement of halves."""
    rng = np.random.default_rng(0)
    table = recorded(
        {
            (session, state): rng.normal(size=(12, N))
            for session in range(30)
            for state in ("stationary", "running")
        }
    )
    few = Resampling(seed=1, n_resamples=200)
    rows = observe_changes(sessions_of(table), 3, few, "rest to run")
    p_sign = np.array([row["p_sign"] for row in rows])
    halves = np.sign([row["half_change_1"] * row["half_change_2"] for row in rows])
    assert p_sign.mean() == pytest.approx(0.74, abs=0.04)
    assert stats.binomtest(int((halves > 0).sum()), len(halves)).pvalue > 0.001
