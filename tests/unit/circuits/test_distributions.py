"""Every distribution goes from quantiles to values and back."""

import numpy as np
import pytest

from minicolumn.circuits.distributions import at_quantile, quantile_of
from minicolumn.config import Range
from minicolumn.registry.lookup import entries

QUANTILES = np.linspace(0, 1, 1001)


@pytest.fixture(params=[one.name for one in entries("distribution")])
def allowed(request):
    return Range(low=2, high=9, scale=request.param, source="a test")


def test_values_rise_from_low_to_high(allowed):
    values = at_quantile(allowed, QUANTILES)
    assert (values[0], values[-1]) == pytest.approx((2, 9))
    assert (np.diff(values) >= 0).all()


def test_there_and_back(allowed):
    values = at_quantile(allowed, QUANTILES)
    back = quantile_of(allowed, values, np.random.default_rng(1))
    assert ((back >= -1e-9) & (back <= 1 + 1e-9)).all()
    np.testing.assert_allclose(at_quantile(allowed, back), values)


def test_only_a_whole_number_has_an_interval_of_quantiles(allowed):
    values = np.full(100, 4.0)
    place, again = (
        quantile_of(allowed, values, np.random.default_rng(seed)) for seed in (1, 2)
    )
    if allowed.scale == "integer":
        assert 2 / 8 <= place.min() < place.max() < 3 / 8
        assert (place != again).all()
    else:
        np.testing.assert_array_equal(place, again)
