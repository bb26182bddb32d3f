"""The domain gap: draws of the simulations are inside, and others are found."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats

from minicolumn.config.analysis import States
from minicolumn.domain.gap import BOTH, measure_domain_gap
from minicolumn.domain.position import Baseline
from minicolumn.domain.ranges import Margin
from minicolumn.domain.space import DomainSpace
from minicolumn.domain.two_sample import (
    classifier_two_sample,
    maximum_mean_discrepancy,
)
from minicolumn.files.store import read_table, write_json, write_table
from minicolumn.files.tables import DOMAIN, RECORDED_STATISTICS, SIMULATED_STATISTICS
from minicolumn.statistics.names import STATISTIC_NAMES

STATES = States(stationary=0.2, running=0.8)
D = len(STATISTIC_NAMES)
MIXING = np.random.default_rng(5).normal(size=(D, D)) / np.sqrt(D)


def windows(rng, n, shift=0.0, spread=1.0):
    """Correlated Gaussian statistics, one row per circuit."""
    values = shift + spread * rng.normal(size=(n, D)) @ MIXING
    frame = pd.DataFrame(values, columns=list(STATISTIC_NAMES))
    return frame.assign(circuit_id=np.arange(n))


def to_table(schema, frame):
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    missing = dict.fromkeys(schema.names)
    return pa.Table.from_pylist([missing | row for row in rows], schema.arrow())


def simulations(rng, n_circuits=150):
    parts = [
        windows(rng, n_circuits).assign(mechanism=name, level=level, outcome="ok")
        for name in ("synaptic", "depolarizing")
        for level in (0.2, 0.8)
    ]
    return to_table(SIMULATED_STATISTICS, pd.concat(parts))


def sessions(rng, n_sessions, shift=0.0, n_epochs=5):
    """Sessions are circuits: epochs differ less within one than between."""
    parts = [
        pd.DataFrame(
            centre + 0.1 * rng.normal(size=(n_epochs, D)) @ MIXING,
            columns=list(STATISTIC_NAMES),
        ).assign(session_id=session, epoch=np.arange(n_epochs) + first, state=state)
        for state, first in (("stationary", 0), ("running", n_epochs))
        for session, centre in enumerate(
            windows(rng, n_sessions, shift)[list(STATISTIC_NAMES)].to_numpy()
        )
    ]
    return to_table(RECORDED_STATISTICS, pd.concat(parts))


TESTS = (maximum_mean_discrepancy, classifier_two_sample)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize(("shift", "spread"), [(1.0, 1.0), (0.0, 0.3)])
def test_a_shifted_or_collapsed_cohort_is_told_from_simulations(test, shift, spread):
    rng = np.random.default_rng(1)
    space = DomainSpace.of(windows(rng, 200))
    foreign = space.place(windows(rng, 16, shift, spread))
    assert test(foreign, space.one_per_circuit(200, rng), rng).p < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("test", TESTS)
def test_p_of_a_cohort_of_simulations_is_uniform(test):
    p = []
    for seed in range(120):
        rng = np.random.default_rng([2, seed])
        space = DomainSpace.of(windows(rng, 60))
        own = space.place(windows(rng, 8))
        p.append(test(own, space.one_per_circuit(60, rng), rng).p)
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_mmd_is_its_definition():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(7, 3)), rng.normal(size=(9, 3))

    def kernel(a, b):
        both = np.vstack([x, y])
        pairs = np.linalg.norm(both[:, None] - both, axis=2)
        width = np.median(pairs[np.triu_indices(len(both), 1)])
        square = np.square(a[:, None] - b).sum(axis=2)
        return np.exp(-square / (2 * width**2)).mean()

    found = maximum_mean_discrepancy(x, y, rng).value
    assert found == pytest.approx(kernel(x, x) + kernel(y, y) - 2 * kernel(x, y))


def test_a_classifier_separates_what_is_far_apart_and_nothing_else():
    rng = np.random.default_rng(4)
    own, far = rng.normal(size=(2, 60, 4))
    assert classifier_two_sample(far + 9, own, rng).value == 1.0
    assert classifier_two_sample(far, own, rng).value == pytest.approx(0.5, abs=0.12)


def test_one_session_can_be_placed():
    rng = np.random.default_rng(5)
    space = DomainSpace.of(windows(rng, 80))
    for test in TESTS:
        one = test(space.place(windows(rng, 1, 9.0)), space.values, rng)
        assert 0 < one.p <= 1


@pytest.mark.parametrize("p", ["p_mahalanobis", "p_knn"])
def test_p_of_a_window_is_uniform_for_simulations(p):
    rng = np.random.default_rng(6)
    space = DomainSpace.of(windows(rng, 2000))
    positions = Baseline.of(space, rng).measure(space.place(windows(rng, 400)))
    assert stats.kstest(getattr(positions, p), "uniform").pvalue > 0.01


def test_mahalanobis_is_that_of_the_covariance():
    rng = np.random.default_rng(7)
    independent = pd.DataFrame(rng.normal(size=(20_000, D)), columns=[*STATISTIC_NAMES])
    space = DomainSpace.of(independent.assign(circuit_id=np.arange(20_000)))
    values = space.place(windows(rng, 50))
    found = Baseline.of(space, rng).measure(values).mahalanobis
    inverse = np.linalg.inv(np.cov(space.values.T))
    expected = np.sqrt(np.einsum("ni,ij,nj->n", values, inverse, values))
    limit = np.sqrt(stats.chi2.ppf(0.95, D))
    assert found == pytest.approx(expected / limit, rel=0.05)


def test_neighbors_find_a_hole_that_a_covariance_cannot_see():
    rng = np.random.default_rng(8)
    ring = rng.normal(size=(1000, D))
    ring *= 5 / np.linalg.norm(ring, axis=1, keepdims=True)
    frame = pd.DataFrame(ring, columns=list(STATISTIC_NAMES))
    space = DomainSpace.of(frame.assign(circuit_id=np.arange(1000)))
    centre = space.place(pd.DataFrame(np.zeros((1, D)), columns=list(STATISTIC_NAMES)))
    found = Baseline.of(space, rng).measure(centre)
    assert found.p_knn[0] < 0.01 < 0.99 < found.p_mahalanobis[0]
    assert found.p[0] == pytest.approx(2 * found.p_knn[0])


def measure(recorded, simulated):
    columns, cohort = measure_domain_gap(recorded, simulated, STATES, seed=1)
    return pd.DataFrame(columns), cohort


def test_sessions_of_the_prior_are_inside_and_shifted_ones_are_not(tmp_path):
    rng = np.random.default_rng(9)
    simulated = simulations(rng)
    _, own = measure(sessions(rng, 12), simulated)
    rows, foreign = measure(sessions(rng, 12, shift=2.0), simulated)
    assert own["p"] > 0.05 > 0.01 > foreign["p"]
    assert own["coverage"]["sessions"]["fraction"] > 0.8
    assert foreign["coverage"]["sessions"]["fraction"] < 0.5
    flagged = rows[rows["state"] == BOTH]
    assert len(flagged) == 12
    assert (flagged["inside"] == (flagged["p"] >= 0.05)).all()
    write_json(tmp_path / "domain.json", foreign)
    write_table(tmp_path / "domain.parquet", DOMAIN, rows.to_dict("list"))
    kept = read_table(tmp_path / "domain.parquet", DOMAIN)
    assert kept.num_rows == 12 * (2 * 5 + 2 + 1)


@pytest.mark.slow
def test_few_sessions_of_the_prior_are_called_foreign():
    p, inside = [], []
    for seed in range(40):
        rng = np.random.default_rng([10, seed])
        _, cohort = measure(sessions(rng, 10, n_epochs=3), simulations(rng, 60))
        p.append(cohort["p"])
        inside.append(cohort["coverage"]["sessions"]["n_inside"])
    assert np.mean(np.array(p) < 0.05) <= 0.05 + 2.33 * np.sqrt(0.05 * 0.95 / 40)
    assert np.mean(inside) / 10 > 0.93


def test_a_session_with_a_missing_statistic_is_not_judged():
    rng = np.random.default_rng(11)
    frame = sessions(rng, 3).to_pandas()
    frame.loc[(frame["session_id"] == 1) & (frame["state"] == "running"), "fano"] = None
    rows, cohort = measure(to_table(RECORDED_STATISTICS, frame), simulations(rng))
    joined = rows[rows["state"] == BOTH].set_index("session_id")["inside"]
    assert joined[1] is None
    assert joined[0] is not None
    assert cohort["coverage"]["sessions"]["n_judged"] == 2
    assert cohort["states"]["running"]["n_sessions"] == 2


def test_a_session_without_one_of_the_states_is_not_judged():
    rng = np.random.default_rng(12)
    frame = sessions(rng, 2).to_pandas()
    frame = frame[(frame["session_id"] == 0) | (frame["state"] == "running")]
    rows, _ = measure(to_table(RECORDED_STATISTICS, frame), simulations(rng))
    joined = rows[rows["state"] == BOTH].set_index("session_id")["inside"]
    assert joined[0] is not None
    assert joined[1] is None


def test_a_statistic_seldom_defined_does_not_span_the_space():
    rng = np.random.default_rng(13)
    frame = windows(rng, 100)
    frame.loc[:20, "peak_freq"] = np.nan
    space = DomainSpace.of(frame)
    assert space.names == tuple(n for n in STATISTIC_NAMES if n != "peak_freq")
    assert len(space.values) == 100


@pytest.mark.parametrize("n", [0, 5])
def test_too_few_simulations_say_so_instead_of_guessing(n):
    rng = np.random.default_rng(14)
    rows, cohort = measure(sessions(rng, 2), simulations(rng, n_circuits=n))
    assert rows["inside"].isna().all()
    assert rows["p"].isna().all()
    assert cohort["p"] is None
    assert cohort["coverage"]["epochs"]["fraction"] is None


def test_no_session_at_all():
    rng = np.random.default_rng(15)
    rows, cohort = measure(RECORDED_STATISTICS.arrow().empty_table(), simulations(rng))
    assert rows.empty
    assert list(rows) == DOMAIN.names
    assert cohort["p"] is None


def test_circuits_are_held_out_whole():
    frame = pd.concat([windows(np.random.default_rng(i), 40) for i in range(3)])
    space = DomainSpace.of(frame)
    fitted, held_out = space.halves(np.random.default_rng(0))
    assert len(fitted) == len(held_out) == 60
    circuits = {
        tuple(row): c for row, c in zip(space.values, space.circuit_id, strict=True)
    }
    first, second = ({circuits[tuple(r)] for r in half} for half in (fitted, held_out))
    assert not first & second
    one_each = space.one_per_circuit(25, np.random.default_rng(0))
    assert len({circuits[tuple(row)] for row in one_each}) == 25


def test_a_margin_counts_defined_epochs_outside_the_simulated_range():
    values = {"fano": np.arange(1001) / 10.0}
    epochs = pd.DataFrame(
        {"fano": [0.4, 0.5, 50.0, np.nan, 99.6], "session_id": [1, 1, 1, 2, 2]}
    )
    found = Margin.of("fano", "running", pd.DataFrame(values), epochs)
    assert found.simulated == pytest.approx((0.5, 5.0, 50.0, 95.0, 99.5))
    assert (found.n_epochs, found.n_defined, found.n_outside) == (5, 4, 2)
    assert found.session_medians == (0.5, 99.6)


def test_an_undefined_statistic_has_no_margin():
    nothing = pd.DataFrame({"fano": [np.nan, np.nan], "session_id": [1, 2]})
    found = Margin.of("fano", "running", nothing, nothing)
    assert found.simulated is None
    assert found.n_outside is None
    assert found.spread is None
    assert found.session_medians == ()
