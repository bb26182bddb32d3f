import numpy as np
import pytest
from scipy import stats

from minicolumn.files.store import columns_of, read_table, write_table
from minicolumn.files.tables import OBSERVED_CHANGES
from minicolumn.scoring.reliability import (
    observe_changes,
    redrawn_changes,
    reliabilities,
    undecided,
)
from minicolumn.scoring.resampling import Resampling
from minicolumn.sessions.session import sessions_of
from minicolumn.statistics.names import STATISTIC_NAMES

N = len(STATISTIC_NAMES)
REDRAW = Resampling(seed=1, n_resamples=1000)


def repeated(values):
    return np.repeat(np.asarray(values, dtype=float)[:, None], N, axis=1)


def observe(recorded, stationary, running, least=3):
    table = recorded(
        {(1, "stationary"): repeated(stationary), (1, "running"): repeated(running)}
    )
    return observe_changes(sessions_of(table), least, REDRAW)[0]


def test_a_large_change_is_certain_and_noise_is_not(recorded):
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(2, 12))
    certain = observe(recorded, noise[0], noise[1] + 50)
    assert certain["p_sign"] == 1.0
    assert certain["change"] > 2 * certain["se"]
    doubtful = observe(recorded, noise[0], noise[1])
    assert 0.3 < doubtful["p_sign"] < 1.0


def test_the_standard_error_is_that_of_two_medians():
    rng = np.random.default_rng(0)
    found = [
        np.std(redrawn_changes(3 * running, stationary, REDRAW))
        for running, stationary in rng.normal(size=(12, 2, 400))
    ]
    # The median of n normal values has a variance of pi / 2 * sd^2 / n.
    expected = np.sqrt(np.pi / 2 * (9 + 1) / 400)
    assert np.mean(found) == pytest.approx(expected, rel=0.1)


def test_standard_errors_leave_few_false_decisions():
    """Of sessions that do not change, about 5 % are further than 2 SE from zero."""
    rng = np.random.default_rng(0)
    few = Resampling(seed=1, n_resamples=400)
    decided = 0
    for running, stationary in zip(
        rng.normal(size=(300, 12)), rng.normal(size=(300, 6)), strict=True
    ):
        se = np.std(redrawn_changes(running, stationary, few))
        change = np.array(np.median(running) - np.median(stationary))
        decided += not undecided(change, np.array(se), np.array(16), 2.0)
    assert 0.01 < decided / 300 < 0.10


@pytest.mark.parametrize("n", [3, 4])
def test_few_epochs_decide_no_more_directions_than_many(n):
    """Of normal epochs without a change, 8 % (n = 3) are over 2 SE, and not 4.6 %."""
    rng = np.random.default_rng(0)
    epochs = rng.standard_normal((2, 4000, 1, n))
    drawn = rng.integers(n, size=(2, 4000, 100, n))
    redrawn = np.subtract(*np.median(np.take_along_axis(epochs, drawn, -1), axis=-1))
    change = np.subtract(*np.median(epochs, axis=-1))[:, 0]
    few, many = (
        ~undecided(change, redrawn.std(axis=1, ddof=1), np.full(4000, df), 2.0)
        for df in (2 * n - 2, 10_000)
    )
    assert few.mean() < 0.046 < many.mean()


def test_two_scored_epochs_have_no_standard_error(recorded):
    """They are on one side of the truth in half of all sessions."""
    found = observe(recorded, [0, 1, 0, 2], [5, 6, 7])
    assert found["change"] == 4.5
    assert np.isnan(found["se"])
    assert found["df"] == 3


def test_early_and_late_rest_are_compared_and_no_other_epochs(recorded):
    # Every second epoch (the 0s) is known to predictions; the rest drifts by 5.
    found = observe(recorded, [0, 10, 0, 10, 0, 15, 0, 15], [20] * 5)
    assert found["sham_change"] == 5.0
    assert found["change"] == 20 - 12.5


def test_states_exchanged_turn_the_sign_and_keep_its_probability(recorded):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 6))
    # Predictions know every second stationary epoch: they are left out on both sides.
    one = observe(recorded, np.repeat(y, 2), x)
    other = observe(recorded, np.repeat(x, 2), y)
    assert one["change"] == -other["change"]
    assert one["p_sign"] == pytest.approx(other["p_sign"], abs=0.05)
    assert one["se"] == pytest.approx(other["se"], rel=0.15)


@pytest.mark.parametrize(
    ("stationary", "running"), [([1, 2, 3], [4, 5, 6]), ([1, 2], [4, 5, 6])]
)
def test_one_epoch_has_no_error_and_too_few_have_no_change(
    recorded, stationary, running
):
    """Of three stationary epochs one is left to be scored."""
    found = observe(recorded, stationary, running)
    assert np.isnan([found["se"], found["p_sign"], found["sham_change"]]).all()
    assert np.isnan(found["change"]) == (len(stationary) < 3)
    assert (found["n_stationary"], found["n_running"]) == (len(stationary), 3)


def test_undefined_rows_are_null_in_the_table(recorded, tmp_path):
    values = repeated([1, 2, 3, 4, 5, 6])
    values[:, 0] = np.nan
    table = recorded({(1, "stationary"): values, (1, "running"): repeated(range(6))})
    rows = observe_changes(sessions_of(table), 3, REDRAW)
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
    rows = observe_changes(sessions_of(table), 3, few)
    p_sign = np.array([row["p_sign"] for row in rows])
    halves = np.sign([row["half_change_1"] * row["half_change_2"] for row in rows])
    assert p_sign.mean() == pytest.approx(0.74, abs=0.04)
    assert stats.binomtest(int((halves > 0).sum()), len(halves)).pvalue > 0.001
