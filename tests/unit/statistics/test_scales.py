"""Each statistic on its own scale, whatever its place."""

import numpy as np
import pytest

from minicolumn.statistics.describe import describe
from minicolumn.statistics.names import (
    ALL_NAMES,
    DESCRIBED_NAMES,
    STATISTIC_NAMES,
    raw_name,
)
from minicolumn.statistics.scales import DOMAINS, SCALES, scaled, within_domain
from minicolumn.statistics.trains import cut_window

BY_SCALE = {
    "linear": np.asarray,
    "log": lambda x: np.log(np.where(x > 0, x, np.nan)),
    "sqrt": lambda x: np.sign(x) * np.sqrt(np.abs(x)),
}


def test_each_column_is_on_its_scale_to_the_last_bit():
    values = np.random.default_rng(0).normal(size=(3, 50, len(ALL_NAMES)))
    values[0, :5] = np.nan
    values[1, :5] = 0.0
    found = scaled(values)
    for column, name in enumerate(ALL_NAMES):
        expected = BY_SCALE[SCALES[name]](values[..., column])
        np.testing.assert_array_equal(found[..., column], expected)


def test_the_order_of_names_is_the_callers():
    values = np.random.default_rng(1).uniform(size=(4, len(STATISTIC_NAMES)))
    backward = scaled(values[:, ::-1], STATISTIC_NAMES[::-1])
    np.testing.assert_array_equal(backward[:, ::-1], scaled(values, STATISTIC_NAMES))


def test_values_are_left_as_they_are():
    values = np.full(len(ALL_NAMES), np.e)
    scaled(values)
    assert (values == np.e).all()


def test_a_matched_statistic_has_the_scale_of_the_raw_one():
    for name in ALL_NAMES:
        assert SCALES[name] == SCALES[raw_name(name)]


@pytest.mark.parametrize("rate_hz", [0.0, 0.5, 5.0, 60.0])
@pytest.mark.parametrize("shared", [0.0, 0.5, 1.0])
def test_no_window_leaves_the_domain_of_a_statistic(rate_hz, shared):
    """Independent, partly and wholly synchronous units, silent and busy."""
    rng = np.random.default_rng(2)

    def poisson(hz):
        return rng.uniform(0, 10, rng.poisson(10 * hz))

    common = poisson(shared * rate_hz)
    units = [np.append(common, poisson((1 - shared) * rate_hz)) for _ in range(12)]
    values = describe(cut_window(list(map(np.sort, units)), 0.0, 10.0).rounded_to_ms())
    found = np.array([values[name] for name in DESCRIBED_NAMES])
    np.testing.assert_array_equal(within_domain(found, DESCRIBED_NAMES), found)
    matched = dict(zip(ALL_NAMES, map(raw_name, ALL_NAMES), strict=True))
    assert all(DOMAINS[name] == DOMAINS[raw] for name, raw in matched.items())


def test_an_unknown_statistic_has_no_scale():
    with pytest.raises(KeyError, match="fanno"):
        scaled(np.ones(1), ["fanno"])
