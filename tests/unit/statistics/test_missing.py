import numpy as np

from minicolumn.statistics.missing import log10, mean_over_members, ratio


def test_a_ratio_over_zero_is_missing():
    assert np.array_equal(
        ratio([1.0, 1.0, 0.0, 1.0], [2.0, 0.0, 0.0, np.nan]),
        [0.5, np.nan, np.nan, np.nan],
        equal_nan=True,
    )


def test_a_ratio_broadcasts():
    assert ratio(np.ones((2, 3)), np.array([[1], [2]])).tolist() == [[1] * 3, [0.5] * 3]


def test_the_logarithm_of_nothing_is_missing():
    found = log10(np.array([100.0, 0.0, np.nan]))
    assert np.array_equal(found, [2.0, np.nan, np.nan], equal_nan=True)


def test_members_without_a_value_are_left_out():
    values = np.array([1.0, np.nan, 3.0])
    members = np.array([[1, 1, 1], [0, 1, 1], [0, 1, 0], [0, 0, 0]], dtype=bool)
    assert np.array_equal(
        mean_over_members(values, members), [2.0, 3.0, np.nan, np.nan], equal_nan=True
    )
