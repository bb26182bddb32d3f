"""What is called noise is what epochs of one mouse differ by, and nothing else."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.identifiability.sampling import SamplingNoise
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES
from minicolumn.statistics.scales import SCALES, scaled

N = len(STATISTIC_NAMES)


def cohort(epochs):
    """Return a table of mice at rest; epochs are (mice, epochs, 11), or ragged."""
    rows = []
    for mouse, own in enumerate(epochs):
        about = {"circuit_id": mouse, "truth": "none", "causes": ""}
        about |= {"rise": 1.0, "max_mV": 0.0, "strength": np.nan}
        for values in own:
            every = dict.fromkeys(ALL_NAMES, np.nan)
            every |= dict(zip(STATISTIC_NAMES, values, strict=True))
            rows.append(about | {"state": "stationary"} | every)
            rows.append(about | {"state": "running"} | dict.fromkeys(ALL_NAMES, 1e3))
    return pa.table({name: [row[name] for row in rows] for name in rows[0]})


def drawn(covariance, n_mice=300, n_epochs=4, seed=3):
    """Return epochs with this covariance on even scales; mice differ by far more."""
    rng = np.random.default_rng(seed)
    mice = rng.normal(0, 3, (n_mice, 1, N))
    within = rng.multivariate_normal(np.zeros(N), covariance, (n_mice, n_epochs))
    even = mice + within
    scales = np.array([SCALES[name] for name in STATISTIC_NAMES])
    roots = np.where(scales == "sqrt", even * np.abs(even), even)
    return np.where(scales == "log", np.exp(even), roots)


def test_the_noise_is_that_within_mice_whatever_lies_between_them():
    sd = np.linspace(0.1, 0.5, N)
    correlation = np.full((N, N), 0.3) + 0.7 * np.eye(N)
    found = SamplingNoise.of(cohort(drawn(correlation * np.outer(sd, sd))))
    assert found.used.all()
    np.testing.assert_allclose(found.sd, sd, rtol=0.12)
    np.testing.assert_allclose(found.correlation, correlation, atol=0.08)


def test_a_statistic_that_few_epochs_define_is_not_used():
    epochs = drawn(0.01 * np.eye(N), n_mice=20)
    epochs[:, 1:, 8] = np.nan
    found = SamplingNoise.of(cohort(epochs))
    assert found.used.tolist() == [place != 8 for place in range(N)]
    assert found.correlation[8].tolist() == np.eye(N)[8].tolist()
    with pytest.raises(ValueError, match="simulate more mice"):
        SamplingNoise.of(cohort(epochs[:, :1]))


def test_noise_in_original_units_is_finite_at_zero_and_local_elsewhere(noise):
    def at(value):
        return dict(zip(STATISTIC_NAMES, noise.sd_at(np.full(N, value)), strict=True))

    ones, zeros = at(1.0), at(0.0)
    assert ones["mean_rate"] == pytest.approx(np.sinh(0.2))
    assert at(5.0)["mean_rate"] == pytest.approx(5 * np.sinh(0.2))
    assert ones["burst_fraction"] == pytest.approx(2 * 0.2)
    assert zeros["burst_fraction"] == zeros["pairwise_corr"] == pytest.approx(0.04)
    assert np.isnan(zeros["mean_rate"])
    assert ones["spectral_power"] == pytest.approx(0.2)
    floor = replace(noise, floor=np.full(N, 0.5)).sd_at(np.zeros(N))
    assert floor[STATISTIC_NAMES.index("pairwise_corr")] == pytest.approx(2 * 0.1)
    # A small change is as many SD on either scale.
    x, dx = np.full(N, 2.0), 1e-6
    even = (scaled(x + dx, STATISTIC_NAMES) - scaled(x, STATISTIC_NAMES)) / noise.sd
    known = noise.used
    np.testing.assert_allclose((dx / noise.sd_at(x))[known], even[known], rtol=0.01)


def test_whitened_noise_is_independent_and_undefined_statistics_are_left_out(noise):
    white = noise.whiten(np.linalg.cholesky(noise.correlation))
    np.testing.assert_allclose(white @ white.T, np.eye(N - 1), atol=1e-12)
    values = np.ones((N, 2))
    values[3, 1] = np.nan
    assert noise.whiten(values).shape == (N - 2, 2)
