import numpy as np
import pyarrow as pa
import pytest
from bare import INPUT_NAMES

from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.files.tables import COHORT
from minicolumn.inference.circuits.conditioning import (
    FEATURE_NAMES,
    AtRest,
    Features,
    RestingMice,
    resting_mice,
)
from minicolumn.sessions.session import N_STATISTICS
from minicolumn.statistics.names import STATISTIC_NAMES


def mice(epochs, ran=None):
    n = len(epochs)
    return RestingMice(
        inputs=np.zeros((n, len(INPUT_NAMES))),
        epochs=np.asarray(epochs, dtype=float),
        ran=np.ones(np.shape(epochs)[:2], dtype=bool) if ran is None else ran,
        mechanism=np.array([MECHANISMS[i % 3] for i in range(n)]),
        circuit_id=np.arange(n),
    )


def column(name):
    return FEATURE_NAMES.index(name)


def test_a_session_is_the_mean_over_the_epochs_that_define_a_statistic():
    """A statistic that is logged counts as undefined where it is zero."""
    epochs = np.tile(np.exp(np.arange(4.0))[:, None], N_STATISTICS)
    rate, undefined = STATISTIC_NAMES.index("mean_rate"), STATISTIC_NAMES.index("fano")
    epochs[0, rate] = 0.0
    epochs[:, undefined] = np.nan
    known = AtRest.of_epochs(epochs, ["synaptic"])
    power = STATISTIC_NAMES.index("spectral_power")
    assert known.mean[0, power] == pytest.approx(np.exp(np.arange(4.0)).mean())
    assert known.mean[0, rate] == pytest.approx(2.0)
    assert np.isnan(known.mean[0, undefined])
    np.testing.assert_array_equal(
        known.share[0, [power, rate, undefined]], [1, 0.75, 0]
    )


def test_a_session_without_epochs_is_an_error():
    with pytest.raises(ValueError, match="without a stationary epoch"):
        AtRest.of_epochs(np.empty((0, N_STATISTICS)), MECHANISMS)


def test_every_number_of_epochs_is_watched_alike_and_every_epoch_too():
    n, most = 8000, 4
    epochs = np.broadcast_to(np.eye(most)[:, :, None], (most, most, N_STATISTICS))
    # Statistic i of epoch j is 1 if i == j: the mean says which epochs were watched.
    marked = np.zeros((n, most, N_STATISTICS))
    marked[:, :, :most] = epochs[:, :, 0]
    known = mice(marked).watched(np.random.default_rng(0))
    counts = np.bincount(known.n_epochs, minlength=most + 1)[1:]
    assert (np.abs(counts - n / most) < 5 * np.sqrt(n / most)).all()
    watched = known.mean[:, :most] > 0
    np.testing.assert_array_equal(watched.sum(axis=1), known.n_epochs)
    assert np.ptp(watched.mean(axis=0)) < 0.05


def test_epochs_that_are_not_there_are_never_watched():
    ran = np.array([[True, False, True], [False, True, False]])
    epochs = np.where(ran[:, :, None], 1.0, 1e9) * np.ones(N_STATISTICS)
    for seed in range(20):
        known = mice(epochs, ran).watched(np.random.default_rng(seed), at_most=3)
        np.testing.assert_array_equal(known.n_epochs, [2, 1])
        np.testing.assert_array_equal(known.mean, 1.0)


def test_more_epochs_make_the_mean_surer():
    rng = np.random.default_rng(0)
    noise = mice(rng.standard_normal((3000, 9, N_STATISTICS)))
    for n_epochs in (1, 4, 9):
        mean = noise.watched(rng, at_most=n_epochs).mean
        assert mean.std() == pytest.approx(1 / np.sqrt(n_epochs), rel=0.03)


def features_of(known):
    rng = np.random.default_rng(0)
    training = mice(rng.normal(5.0, 2.0, (500, 4, N_STATISTICS))).watched(rng)
    return Features.fit(training).of(known)


def test_what_is_missing_is_no_value_of_its_own():
    """The mean replaces it, and the share says that it is not a measurement."""
    epochs = np.full((2, N_STATISTICS), 5.0)
    epochs[:, 2] = np.nan
    row = features_of(AtRest.of_epochs(epochs, ["combined"]))[0]
    name, other = STATISTIC_NAMES[2], STATISTIC_NAMES[1]
    assert row[column(name)] == 0.0
    assert row[column(f"{name} defined")] < row[column(f"{other} defined")] == 0.0
    assert np.isfinite(row).all()


def test_features_of_training_mice_have_mean_zero_and_unit_sd():
    rng = np.random.default_rng(0)
    training = mice(rng.normal(5.0, 2.0, (500, 4, N_STATISTICS))).watched(rng)
    rows = Features.fit(training).of(training)
    varies = [not name.endswith(" defined") for name in FEATURE_NAMES]
    np.testing.assert_allclose(rows.mean(axis=0), 0.0, atol=1e-5)
    np.testing.assert_allclose(rows[:, varies].std(axis=0), 1.0, atol=1e-5)


def test_features_name_the_mechanism():
    known = AtRest.of_epochs(np.ones((1, N_STATISTICS)), MECHANISMS)
    named = features_of(known)[:, -len(MECHANISMS) :]
    np.testing.assert_array_equal(named.argmax(axis=1), [0, 1, 2])


def test_an_outlier_counts_as_the_largest_training_value():
    outlier = AtRest.of_epochs(np.full((1, N_STATISTICS), 1e12), ["synaptic"])
    assert np.abs(features_of(outlier)[:, :N_STATISTICS]).max() < 5


def test_more_epochs_than_in_training_count_as_the_most_of_training():
    many, most = (
        features_of(AtRest.of_epochs(np.ones((n, N_STATISTICS)), ["synaptic"]))
        for n in (400, 4)
    )
    np.testing.assert_array_equal(many, most)


@pytest.fixture
def cohort():
    def make(rows):
        filled = [
            {
                "truth": "synaptic",
                "mechanism": "synaptic",
                "max_mV": 5.0,
                "outcome": "ok",
                "duration_s": 10.0,
                "n_units": 25,
                **dict.fromkeys(STATISTIC_NAMES, 1.0),
                **row,
            }
            for row in rows
        ]
        return pa.Table.from_pylist(filled, schema=COHORT.arrow())

    return make


def test_the_cohort_gives_its_mice_at_rest_with_their_own_circuits(cohort, cfg):
    from minicolumn.circuits.prior import sample_parameters

    table = cohort(
        [
            {"circuit_id": circuit, "state": state, "epoch": epoch, "level": level}
            for circuit in (12, 11)
            for state, level in (("running", 0.9), ("stationary", circuit / 100))
            for epoch in range(2)
        ]
    )
    found = resting_mice(table, cfg.prior, seed=4)
    np.testing.assert_array_equal(found.circuit_id, [11, 12])
    np.testing.assert_allclose(found.inputs[:, -1], [0.11, 0.12])
    own = sample_parameters(cfg.prior, 4, 12)
    np.testing.assert_array_equal(
        found.inputs[1, :-1], [own[name] for name in PARAMETER_NAMES]
    )
    assert found.ran.all()


def test_failed_epochs_are_not_there_and_failed_mice_are_left_out(cohort, cfg, caplog):
    keys = {"state": "stationary", "level": 0.1}
    table = cohort(
        [
            {"circuit_id": 1, "epoch": 0, "outcome": "not_finite", **keys},
            {"circuit_id": 1, "epoch": 1, "spectral_power": 7.0, **keys},
            {"circuit_id": 2, "epoch": 0, "outcome": "not_finite", **keys},
        ]
    )
    found = resting_mice(table, cfg.prior, seed=4)
    np.testing.assert_array_equal(found.circuit_id, [1])
    np.testing.assert_array_equal(found.ran, [[False, True]])
    assert found.epochs[0, 1, STATISTIC_NAMES.index("spectral_power")] == 7.0
    assert "1 mice have no statistics" in caplog.text


def test_a_cohort_without_rest_says_what_to_do(cohort, cfg):
    table = cohort([{"circuit_id": 1, "epoch": 0, "state": "running", "level": 0.9}])
    with pytest.raises(ValueError, match=r"none of the 1 rows.*mice_per_class"):
        resting_mice(table, cfg.prior, seed=4)
