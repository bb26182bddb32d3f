import numpy as np
import pytest

from minicolumn.domain.ranges import Margin, statistics_outside
from minicolumn.sessions.session import Session
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES

RANGE = np.arange(1001) / 10.0
N = len(ALL_NAMES)


def test_a_margin_counts_defined_epochs_outside_the_simulated_range():
    epochs = [np.array([0.4, 0.5, 50.0]), np.array([np.nan, 99.6])]
    found = Margin.of("fano", "running", RANGE, epochs)
    assert found.simulated == pytest.approx((0.5, 5.0, 50.0, 95.0, 99.5))
    assert (found.n_epochs, found.n_defined, found.n_outside) == (5, 4, 2)


def test_an_undefined_statistic_has_no_margin():
    nothing = np.array([np.nan])
    found = Margin.of("fano", "running", nothing, [nothing, nothing])
    assert found.simulated is None
    assert found.n_outside is None
    assert found.spread is None


def mice(seed, n, n_epochs):
    """Mice whose epochs differ more than mice do."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 2, 1, N)) + 2 * rng.normal(size=(n, 2, n_epochs, N))
    return [Session(i, *one) for i, one in enumerate(values)]


def test_a_session_is_outside_by_the_median_of_its_defined_epochs():
    values = np.zeros((2, 3, N))
    values[0, :, STATISTIC_NAMES.index("fano")] = [99.9, 99.9, 0.0]
    values[1, :, STATISTIC_NAMES.index("fano")] = 99.9
    values[1, :, STATISTIC_NAMES.index("lv")] = [99.9, 0.0, 0.0]
    values[1, :, STATISTIC_NAMES.index("mean_rate")] = np.nan
    sessions = [Session(1, *values), Session(2, *np.zeros((2, 5, N)))]
    assert statistics_outside(sessions, mice(0, 400, 4)) == [["fano"], []]
    assert statistics_outside(sessions, []) == [[], []]
    assert statistics_outside([], mice(0, 4, 4)) == []


@pytest.mark.parametrize("n_epochs", [3, 8, 32])
def test_mice_are_out_of_range_as_often_whatever_their_number_of_epochs(n_epochs):
    """Two states have two chances of 1 % each."""
    found = statistics_outside(mice(1, 300, n_epochs), mice(0, 1000, 8))
    share = np.mean([len(one) for one in found]) / len(STATISTIC_NAMES)
    assert 0.01 < share < 0.03
