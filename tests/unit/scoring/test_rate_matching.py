"""A change of rate must not be called a change of correlation."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from cox import cox_trains
from hypothesis import given, strategies as st
from scipy import signal, stats

from minicolumn.config import ComparedStates, Statistics
from minicolumn.files.tables import (
    RATE_MATCHING,
    RECORDED_STATISTICS,
    SIMULATED_STATISTICS,
)
from minicolumn.scoring.rate_matching import (
    BOTH_VERSIONS,
    N_TESTS,
    Change,
    Finding,
    check_rate_matching,
    difference,
    finding,
    mean_change,
    session_changes,
)
from minicolumn.statistics.names import ALL_NAMES, MATCHED_NAMES, raw_name
from minicolumn.statistics.windows import describe_windows

STATES = ComparedStates.model_validate(
    {
        "by": "speed",
        "less_ach": "stationary",
        "more_ach": "running",
        "levels": {"stationary": 0.2, "running": 0.8},
    }
)
MATCHING = Statistics(n_units=25, n_subsets=2, n_thinnings=2)
N_UNITS, EPOCHS = 30, 8
values = st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=20).filter(
    lambda v: np.std(v) > 1e-3
)


@given(values, values)
def test_intervals_are_those_of_welch_and_student(running, stationary):
    running, stationary = np.array(running), np.array(stationary)
    welch = stats.ttest_ind(running, stationary, equal_var=False)
    expected = welch.confidence_interval(1 - 0.05 / 4)
    found = difference(running, stationary, n_tests=4)
    assert (found.low, found.high) == pytest.approx(tuple(expected))
    expected = stats.ttest_1samp(running, 0).confidence_interval(1 - 0.05 / 4)
    found = mean_change(np.append(running, np.nan), n_tests=4)
    assert (found.low, found.high) == pytest.approx(tuple(expected))
    assert found.n == running.size


def test_too_few_values_are_no_change_of_zero():
    one, two = np.array([1.0, np.nan]), np.array([1.0, 2.0, np.nan])
    assert mean_change(two, 1) is None
    assert difference(one, two, n_tests=1) is None
    assert difference(two, one, n_tests=1) is None


def test_constant_bouts_have_an_interval_without_width():
    found = difference(np.full(3, 2.0), np.full(4, 1.5), 9)
    assert (found.mean, found.low, found.high) == (0.5, 0.5, 0.5)


def unchanged(seed, n_bouts, epochs_per_bout, lag_1):
    """A session whose epochs are alike if they are neighbors, whatever the state."""
    n = n_bouts * epochs_per_bout
    noise = np.random.default_rng(seed).standard_normal((100 + n, len(BOTH_VERSIONS)))
    values = signal.lfilter([1.0], [1.0, -lag_1], noise, axis=0)[100:]
    states = np.where(np.arange(n) // epochs_per_bout % 2, "running", "stationary")
    return pd.DataFrame(values, columns=BOTH_VERSIONS).assign(state=states)


@pytest.mark.parametrize(("lag_1", "by_epochs"), [(0.0, 0), (0.3, 0.25), (0.6, 0.56)])
def test_neighboring_epochs_are_not_independent_so_bouts_are_the_unit(lag_1, by_epochs):
    """In how many sessions a change of any statistic is called, where there is none."""
    by_bout, by_epoch = [], []
    for seed in range(60):
        epochs = unchanged(seed, 4, 8, lag_1)
        found = session_changes(epochs, least=3)
        by_bout.append(any(found[raw_name(m)].sign != 0 for m in MATCHED_NAMES))
        running, rest = (
            epochs[epochs["state"] == state] for state in ("running", "stationary")
        )
        names = map(raw_name, MATCHED_NAMES)
        pairs = ((running[name].to_numpy(), rest[name].to_numpy()) for name in names)
        by_epoch.append(any(difference(*one, N_TESTS).sign != 0 for one in pairs))
    assert sum(by_bout) <= stats.binom.ppf(0.99, 60, 0.05)
    assert sum(by_epoch) >= stats.binom.ppf(0.01, 60, by_epochs)


def test_a_statistic_needs_enough_epochs_and_two_bouts_of_each_state():
    epochs = unchanged(0, 4, 2, 0.0)
    assert session_changes(epochs, least=4)["fano"].n == 4
    assert session_changes(epochs, least=5)["fano"] is None
    assert session_changes(epochs[:6], least=2)["fano"] is None  # runs once
    epochs.loc[[0, 1], "fano"] = np.nan
    assert session_changes(epochs, least=2)["fano"] is None
    assert session_changes(epochs, least=2)["fano_matched"].n == 4


UP, DOWN, OPEN = (Change(0, *bounds, 9) for bounds in ((1, 2), (-2, -1), (-1, 1)))


@pytest.mark.parametrize(
    ("raw", "matched", "expected"),
    [
        (UP, UP, Finding.SURVIVES),
        (UP, DOWN, Finding.REVERSES),
        (DOWN, OPEN, Finding.RATE),
        (OPEN, UP, Finding.HIDDEN),
        (OPEN, OPEN, Finding.NONE),
        (UP, None, Finding.UNTESTED),
        (None, UP, Finding.UNTESTED),
    ],
)
def test_a_finding_needs_both_versions(raw, matched, expected):
    assert finding(raw, matched) == expected


def table(schema, rows):
    missing = dict.fromkeys(schema.names)
    return pa.Table.from_pylist([missing | row for row in rows], schema.arrow())


def described(values):
    return {k: None if np.isnan(v) else v for k, v in values.items()}


def rate_only_session(session_id, running_sd):
    """Rest and running of Cox units whose rates change, each by a factor of its own."""
    rng = np.random.default_rng([11, session_id])
    rates_hz = rng.lognormal(np.log(5.0), 0.6, N_UNITS)
    gain = rng.lognormal(np.log(1.6), 0.4, N_UNITS)
    states = ["stationary", "running"] * EPOCHS
    windows = [
        cox_trains(rng, rates_hz * gain, running_sd)
        if state == "running"
        else cox_trains(rng, rates_hz, 0.6)
        for state in states
    ]
    rows = describe_windows(windows, states, MATCHING, 1, session_id)
    return [
        {"session_id": session_id, "state": state} | described(row)
        for state, row in zip(states, rows, strict=True)
    ]


def cohort(n_sessions, running_sd):
    rows = [row for i in range(n_sessions) for row in rate_only_session(i, running_sd)]
    recorded = table(RECORDED_STATISTICS, rows)
    simulated = SIMULATED_STATISTICS.arrow().empty_table()
    found = check_rate_matching(recorded, simulated, STATES, per_state_at_least=3)
    assert set(found) == set(RATE_MATCHING.names)
    return pa.table(found).to_pylist()


CORRELATED = ("pairwise_corr", "synchrony_index", "fano", "spectral_power")


@pytest.mark.slow
def test_a_change_of_rate_alone_is_not_called_a_change_of_correlation():
    rows = cohort(80, running_sd=0.6)
    sessions = [row for row in rows if row["source"] == "session"]
    assert len(sessions) == 80 * len(MATCHED_NAMES)
    raw, false = (
        [
            any(r["session_id"] == i and r["finding"] in calls for r in sessions)
            for i in range(80)
        ]
        for calls in (
            (Finding.RATE, Finding.SURVIVES, Finding.REVERSES),
            (Finding.SURVIVES, Finding.REVERSES, Finding.HIDDEN),
        )
    )
    # Raw statistics change in most sessions; at matched rates any of them is called
    # in at most 5 %, up to chance in 80 draws (binomial, 99 %).
    assert np.mean(raw) > 0.8
    assert sum(false) <= stats.binom.ppf(0.99, 80, 0.05)
    # Nor is there a bias that many sessions would add up to.
    for row in (row for row in rows if row["source"] == "cohort"):
        if row["statistic"] in CORRELATED:
            assert row["raw_low"] > 0
            assert row["finding"] == Finding.RATE


@pytest.mark.slow
def test_a_change_of_correlation_survives_whatever_the_rate_does():
    rows = cohort(12, running_sd=0.3)
    found = {row["statistic"]: row for row in rows if row["source"] == "cohort"}
    for name in CORRELATED:
        assert found[name]["matched_high"] < 0
        assert found[name]["finding"] in (
            Finding.SURVIVES,
            Finding.HIDDEN,
            Finding.REVERSES,
        )


def test_mechanisms_are_checked_on_their_own_circuits():
    rng = np.random.default_rng(1)
    rows = [
        {"circuit_id": circuit, "mechanism": mechanism, "level": level}
        | {name: rng.normal(level * slope, 0.01) for name in ALL_NAMES}
        for mechanism, slope in (("synaptic", 1), ("combined", 0))
        for circuit in range(20)
        for level in (0.0, 0.2, 0.8)
    ]  # fmt: skip
    found = check_rate_matching(
        RECORDED_STATISTICS.arrow().empty_table(),
        table(SIMULATED_STATISTICS, rows),
        STATES,
        3,
    )
    by_source = {}
    for source, name, mean, verdict in zip(
        *(found[k] for k in ("source", "statistic", "matched_mean", "finding")),
        strict=True,
    ):
        by_source.setdefault(source, {})[name] = mean, verdict
    assert list(by_source) == ["cohort", "synaptic", "depolarizing", "combined"]
    mean, verdict = by_source["synaptic"]["fano"]
    assert mean == pytest.approx(0.6, abs=0.01)
    assert verdict == Finding.SURVIVES
    assert by_source["combined"]["fano"][1] == Finding.NONE
    assert by_source["cohort"]["fano"] == (None, Finding.UNTESTED)
    assert set(by_source["synaptic"]) == {raw_name(name) for name in MATCHED_NAMES}
