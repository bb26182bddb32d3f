"""Sessions and cohorts of the simulations are inside, and others are found."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.config.mice import States
from minicolumn.domain.measure import (
    Coverage,
    DomainSummary,
    compare,
    measure_domain,
    together,
)
from minicolumn.domain.space import Windows
from minicolumn.files.documents import read_document, write_document
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import (
    COHORT,
    DOMAIN,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
    TYPICALITIES,
)
from minicolumn.sessions.session import sessions_of
from minicolumn.statistics.names import ALL_NAMES

LEVELS = {"stationary": 0.2, "running": 0.8}
STATES = States(**LEVELS)
S = len(ALL_NAMES)
MIXING = np.random.default_rng(5).normal(size=(S, S)) / np.sqrt(S)
FALSE_ALARM = 0.02


def to_table(schema, rows):
    missing = dict.fromkeys(schema.names)
    rows = [{k: None if v != v else v for k, v in row.items()} for row in rows]
    return pa.Table.from_pylist([missing | row for row in rows], schema.arrow())


def drawn(rng, n):
    """Correlated statistics around 10, so that every one has a logarithm."""
    return 10 + rng.normal(size=(n, S)) @ MIXING


def described(values):
    return dict(zip(ALL_NAMES, values.tolist(), strict=True))


def simulations(rng, n_circuits=150):
    rows = [
        {"circuit_id": i, "mechanism": name, "level": level, "outcome": "ok"}
        | described(values)
        for name in ("synaptic", "depolarizing")
        for level in LEVELS.values()
        for i, values in enumerate(drawn(rng, n_circuits))
    ]
    return to_table(SIMULATED_STATISTICS, rows)


def animals(rng, n, n_epochs=5, shift=0.0):
    """Yield identity, state, epoch and statistics: epochs differ less than animals."""
    for one in range(n):
        for state in LEVELS:
            (center,) = drawn(rng, 1) + shift
            for epoch in range(n_epochs):
                noise = 0.1 * rng.normal(size=S) @ MIXING
                yield one, state, epoch, described(center + noise)


def cohort(rng, n_per_class=60):
    return to_table(
        COHORT,
        [
            {"circuit_id": one, "truth": CLASSES[one % 4], "state": state} | values
            for one, state, _, values in animals(rng, 4 * n_per_class)
        ],
    )


def recordings(rng, n, **kwargs):
    return to_table(
        RECORDED_STATISTICS,
        [
            {"session_id": one, "state": state, "epoch": epoch} | values
            for one, state, epoch, values in animals(rng, n, **kwargs)
        ],
    )


def outcomes(*outcome):
    rows = [{"session_id": i, "outcome": one} for i, one in enumerate(outcome)]
    return to_table(SESSIONS, rows)


@pytest.fixture(scope="module")
def measure():
    """Return a function that measures recordings, all scored unless said otherwise."""
    rng = np.random.default_rng(0)
    mice, simulated = cohort(rng), simulations(rng)

    def measured(recorded, *outcome):
        n = len(set(recorded["session_id"].to_pylist()))
        sessions = outcomes(*(outcome or ["ok"] * n))
        return measure_domain(
            mice, simulated, recorded, sessions, STATES, FALSE_ALARM, 1
        )

    return measured


def test_sessions_of_the_prior_are_inside_and_shifted_ones_are_not(measure, tmp_path):
    rng = np.random.default_rng(9)
    _, own = measure(recordings(rng, 12))
    columns, shifted = measure(recordings(rng, 12, shift=6.0))
    assert own.p > 0.05 > 0.01 > shifted.p
    assert own.coverage.fraction > 0.8
    assert shifted.coverage.fraction == 0
    assert all(columns["outside"])
    write_document(tmp_path / "domain.json", shifted)
    assert read_document(tmp_path / "domain.json", DomainSummary) == shifted
    write_table(tmp_path / "domain.parquet", DOMAIN, columns)
    assert read_table(tmp_path / "domain.parquet", DOMAIN).num_rows == 12


def test_statistics_out_of_their_range_are_named_once(measure):
    table = recordings(np.random.default_rng(2), 2)
    lv = table["lv"].to_numpy().copy()
    lv[table["session_id"].to_numpy() == 1] = 99.0
    columns, _ = measure(
        table.set_column(table.column_names.index("lv"), "lv", pa.array(lv))
    )
    assert "lv" not in columns["outside"][0]
    assert columns["outside"][1].count("lv") == 1


def test_a_session_with_a_missing_statistic_is_not_judged(measure):
    table = recordings(np.random.default_rng(11), 3)
    fano = table["fano"].to_numpy().copy()
    running = np.array(table["state"].to_pylist()) == "running"
    fano[(table["session_id"].to_numpy() == 1) & running] = np.nan
    column = pa.array(fano, from_pandas=True)
    columns, summary = measure(
        table.set_column(table.column_names.index("fano"), "fano", column)
    )
    assert columns["inside"] == [True, None, True]
    assert np.isnan([columns[name][1] for name in TYPICALITIES]).all()
    assert (summary.coverage.n, summary.coverage.n_judged) == (3, 2)
    assert summary.states["running"].n_sessions == 2
    assert summary.states["stationary"].n_sessions == 3


def test_only_scored_sessions_are_judged_and_all_are_in_the_ranges(measure):
    table = recordings(np.random.default_rng(12), 3)
    columns, summary = measure(table, "ok", "too few running epochs", "ok")
    assert columns["session_id"] == [0, 2]
    assert summary.coverage.n == 2
    assert {margin.n_epochs for margin in summary.margins} == {15}


def test_no_session_at_all(measure):
    columns, summary = measure(RECORDED_STATISTICS.arrow().empty_table())
    assert list(columns) == DOMAIN.names
    assert not any(len(values) for values in columns.values())
    assert summary.p is None
    assert summary.coverage == Coverage(0, 0, 0, None, None)


@pytest.mark.parametrize("n", [0, 5])
def test_too_few_simulations_make_no_test(n):
    rng = np.random.default_rng(14)
    simulated, sessions = simulations(rng, n), sessions_of(recordings(rng, 2))
    windows = {s: Windows.at_level(simulated, level) for s, level in LEVELS.items()}
    found = compare(sessions, windows, LEVELS, seed=1)
    assert together(found) is None
    assert {one.n_circuits for one in found.values()} == {0}


def test_the_same_seed_gives_the_same_tests(measure):
    table = recordings(np.random.default_rng(15), 6)
    assert measure(table)[1] == measure(table)[1]


def test_the_cohort_is_corrected_for_all_its_tests(measure):
    _, summary = measure(recordings(np.random.default_rng(16), 8))
    tests = [t for one in summary.states.values() for t in (one.mmd, one.c2st)]
    assert summary.p == min(1.0, 4 * min(test.p for test in tests))
    half = {"running": summary.states["running"]}
    assert together({**half, "stationary": replace(*half.values(), mmd=None)}) > 0


def test_coverage_is_a_share_with_its_exact_interval():
    found = Coverage.of([True] * 9 + [False, None])
    assert (found.n, found.n_judged, found.n_inside, found.fraction) == (11, 10, 9, 0.9)
    exact = stats.binomtest(9, 10).proportion_ci(0.95)
    assert found.interval == pytest.approx((exact.low, exact.high))


@pytest.mark.slow
def test_few_sessions_of_the_prior_are_called_outside():
    p, inside = [], []
    for seed in range(25):
        rng = np.random.default_rng([10, seed])
        recorded = recordings(rng, 10, n_epochs=3)
        _, summary = measure_domain(
            cohort(rng), simulations(rng, 60), recorded, outcomes(*["ok"] * 10),
            STATES, FALSE_ALARM, 1,
        )  # fmt: skip
        p.append(summary.p)
        inside.append(summary.coverage.n_inside)
    assert np.mean(np.array(p) < 0.05) <= 0.05 + 2.33 * np.sqrt(0.05 * 0.95 / 25)
    assert np.mean(inside) / 10 > 0.93
