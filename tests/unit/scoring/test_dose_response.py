"""Whether a statistic follows acetylcholine within synthetic sessions of known dose."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.signal import lfilter
from scipy.stats import spearmanr

from minicolumn.config.ach_index import DoseResponse, Weights
from minicolumn.scoring.dose_response import (
    ALL_EPOCHS,
    ALPHA,
    SCOPES,
    WITHIN_STATES,
    ach_index,
    dose_responses,
    followed_in_session,
    indexed,
    states_and_drift,
    together,
)
from minicolumn.scoring.resampling import Resampling
from minicolumn.statistics.names import STATISTIC_NAMES

EVEN = Weights(pupil=0.5, speed=0.5)
SETTINGS = DoseResponse(weights=EVEN, epochs_at_least=10)
FEW = Resampling(1, 1000, 1000)


def slow(rng, n, lag_one=0.9):
    """Return noise of SD 1 whose neighbors correlate."""
    steps = rng.normal(size=n + 200)
    return lfilter([np.sqrt(1 - lag_one**2)], [1.0, -lag_one], steps)[200:]


def bouts(rng, n, mean=6):
    """Return states that last several epochs."""
    lengths = rng.geometric(1 / mean, n)
    return np.repeat(np.arange(n) % 2 == 0, lengths)[:n]


def session(rng, dose=0.0, step=0.0, n=60):
    """Return epochs of which one statistic follows ACh by ``dose``.

    Pupil and speed follow ACh, too, which is higher while running; ``step`` is what
    running does to the statistic by itself.
    """
    running = bouts(rng, n)
    ach = slow(rng, n) + 1.5 * running
    speed = np.where(running, np.exp(1.5 + 0.5 * ach), 0.2)
    speed *= np.exp(0.1 * rng.normal(size=n))
    statistic = dose * ach + step * running + slow(rng, n, 0.7)
    return running, ach + 0.3 * rng.normal(size=n), speed, statistic


def tables(sessions, name="mean_rate"):
    """Return sessions as epochs, and as statistics."""
    epochs, values = [], []
    for identity, (running, pupil, speed, statistic) in enumerate(sessions):
        state = np.where(running, "running", "stationary")
        number = np.arange(len(running))
        same = {"session_id": identity, "epoch": number, "state": state}
        epochs.append(
            pd.DataFrame({**same, "mean_pupil": pupil, "mean_speed_cm_s": speed})
        )
        missing = dict.fromkeys(STATISTIC_NAMES, np.nan)
        values.append(pd.DataFrame({**same, **missing, name: statistic}))
    return pd.concat(epochs), pa.Table.from_pandas(pd.concat(values))


def follow(sessions):
    epochs, recorded = tables(sessions)
    rows = dose_responses(recorded, indexed(epochs, EVEN), SETTINGS, "rest to run")
    found = together(rows, len(sessions), EVEN.model_dump(), FEW)
    return rows, {(one.scope, one.statistic): one for one in found.followed}


def test_the_index_is_the_sum_of_its_z_scores():
    rng = np.random.default_rng(0)
    pupil, speed = rng.normal(size=50), rng.exponential(size=50)
    pupil[3], speed[7] = np.nan, np.nan
    whole = ach_index(pupil, speed, Weights(pupil=1, speed=3))
    assert np.flatnonzero(np.isnan(whole)).tolist() == [3, 7]
    known = np.isfinite(whole)
    alone = ach_index(pupil, speed, Weights(pupil=1, speed=0))
    assert alone[known].mean() == pytest.approx(0, abs=1e-12)
    assert alone[known].std() == pytest.approx(1)
    moving = ach_index(pupil, speed, Weights(pupil=0, speed=1))
    np.testing.assert_allclose(whole, alone + 3 * moving)
    assert np.isnan(ach_index(np.ones(5), np.arange(5.0), EVEN)).all()
    # Of units of the pupil it does not depend.
    np.testing.assert_allclose(ach_index(5 + 9 * pupil, speed, EVEN),
                               ach_index(pupil, speed, EVEN))  # fmt: skip


def test_a_known_dose_is_found_in_single_sessions_and_in_all():
    rng = np.random.default_rng(1)
    rows, found = follow([session(rng, dose=0.8) for _ in range(10)])
    for scope in SCOPES:
        one = found[scope, "mean_rate"]
        assert one.n_sessions == one.n_testable == 10
        assert one.n_alone >= 6
        assert one.rho > 0.3
        assert one.interval[0] > 0.2
        assert one.p == one.p_max == pytest.approx(2 / 2**10)
    assert {row["n_epochs"] for row in rows} == {60}
    _, against = follow([session(rng, dose=-0.8) for _ in range(10)])
    assert against[WITHIN_STATES, "mean_rate"].interval[1] < -0.2


@pytest.mark.parametrize("scope", SCOPES)
def test_slow_noise_is_not_found_more_often_than_by_chance(scope):
    """Without shifts, every third such session or more would be a find."""
    rng = np.random.default_rng(2)
    told, naive = [], []
    for _ in range(400):
        index, values, running = slow(rng, 60), slow(rng, 60), bouts(rng, 60)
        design = states_and_drift(running) if scope == WITHIN_STATES else None
        _, p, z = followed_in_session(index, values, design)
        told.append((p < ALPHA, z))
        naive.append(spearmanr(index, values).pvalue < ALPHA)
    found, z = np.array(told).T
    assert found.mean() < 0.08
    assert np.mean(naive) > 0.3
    assert abs(z.mean()) < 0.15


def test_what_drifts_over_all_sessions_is_no_dose_response_within_states():
    rng = np.random.default_rng(6)
    trend = np.linspace(-2, 2, 60)
    cohorts = []
    for _ in range(25):
        mice = [session(rng) for _ in range(8)]
        drifting = [(r, p + trend, s, v + trend) for r, p, s, v in mice]
        cohorts.append(follow(drifting)[1])
    within, over_all = (
        np.array([one[scope, "mean_rate"].p for one in cohorts])
        for scope in (WITHIN_STATES, ALL_EPOCHS)
    )
    assert np.mean(within < ALPHA) <= 0.12
    assert np.mean(over_all < ALPHA) > 0.25


def test_sessions_too_short_for_a_p_value_are_not_counted_as_negative():
    rng = np.random.default_rng(7)
    _, found = follow([session(rng, dose=3.0, n=n) for n in (15, 20, 21, 60)])
    for scope in SCOPES:
        one = found[scope, "mean_rate"]
        assert (one.n_sessions, one.n_testable) == (4, 2)
        assert one.n_alone <= one.n_testable


def test_what_running_does_by_itself_is_no_dose_response_within_states():
    rng = np.random.default_rng(3)
    cohorts = [follow([session(rng, step=2.0, n=40) for _ in range(8)])[1]
               for _ in range(25)]  # fmt: skip
    within, over_all = (
        np.array([one[scope, "mean_rate"].p for one in cohorts])
        for scope in (WITHIN_STATES, ALL_EPOCHS)
    )
    assert np.mean(within < ALPHA) <= 0.12
    assert np.mean(over_all < ALPHA) > 0.9


def test_sessions_with_few_epochs_or_without_a_pupil_say_nothing():
    rng = np.random.default_rng(4)
    running, pupil, speed, statistic = session(rng, dose=1.0)
    statistic[9:] = np.nan
    scarce = (running, pupil, speed, statistic)
    blind = session(rng, dose=1.0)
    blind[1][:] = np.nan
    rows, found = follow([session(rng, dose=1.0), scarce, blind])
    assert {row["session_id"] for row in rows} == {0}
    assert found[ALL_EPOCHS, "mean_rate"].n_sessions == 1
    assert found[ALL_EPOCHS, "fano"].rho is None
    assert follow([blind]) == ([], {})


def test_a_statistic_that_never_changes_follows_nothing():
    index = np.random.default_rng(5).normal(size=30)
    for design in (None, states_and_drift(np.arange(30) > 20)):
        for constant in (1.0, 0.1):
            nothing = followed_in_session(index, np.full(30, constant), design)
            assert np.isnan(nothing).all()


def test_the_p_value_of_a_session_counts_its_shifts():
    """Of a clock with one tick, one shift of ten fits."""
    index = np.eye(10)[4]
    rho, p, _ = followed_in_session(index, index)
    assert (rho, p) == (1.0, 0.1)
