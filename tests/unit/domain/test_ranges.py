import numpy as np
import pytest

from minicolumn.domain.ranges import Margin, statistics_outside
from minicolumn.sessions.session import Session
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES

RANGE = np.arange(1001) / 10.0


def test_a_margin_counts_defined_epochs_outside_the_simulated_range():
    epochs = [np.array([0.4, 0.5, 50.0]), np.array([np.nan, 99.6])]
    found = Margin.of("fano", "running", RANGE, epochs)
    assert found.simulated == pytest.approx((0.5, 5.0, 50.0, 95.0, 99.5))
    assert (found.n_epochs, found.n_defined, found.n_outside) == (5, 4, 2)
    assert found.session_medians == (0.5, 99.6)


def test_an_undefined_statistic_has_no_margin():
    nothing = np.array([np.nan])
    found = Margin.of("fano", "running", nothing, [nothing, nothing])
    assert found.simulated is None
    assert found.n_outside is None
    assert found.spread is None
    assert found.session_medians == ()


def test_a_session_is_outside_by_the_median_of_its_defined_epochs():
    margins = [
        Margin.of(name, state, RANGE, [])
        for state in ("stationary", "running")
        for name in ("mean_rate", "fano", "lv")
    ]
    values = np.full((2, 3, len(ALL_NAMES)), 50.0)
    values[0, :, STATISTIC_NAMES.index("fano")] = [99.9, 99.9, 50.0]
    values[1, :, STATISTIC_NAMES.index("fano")] = 99.9
    values[1, :, STATISTIC_NAMES.index("lv")] = [99.9, 50.0, np.nan]
    values[1, :, STATISTIC_NAMES.index("mean_rate")] = np.nan
    assert statistics_outside(margins, Session(1, *values)) == ["fano"]
