"""Each statistic on its own scale, whatever its place."""

import numpy as np
import pytest

from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES, raw_name
from minicolumn.statistics.scales import SCALES, scaled

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


def test_an_unknown_statistic_has_no_scale():
    with pytest.raises(KeyError, match="fanno"):
        scaled(np.ones(1), ["fanno"])
