"""What a fit did to connections, counted from the circuits before and after."""

from dataclasses import replace

import numpy as np
import pytest
from bare import bare_circuit

from minicolumn.tuning.drift import drifts
from minicolumn.tuning.fit import FitOutcome, Fits

WEIGHTS = np.diag([1.0, 2.0, 4.0, 8.0, 0.0, 0.0])


def drift_to(weights):
    start = replace(bare_circuit(4, 2), weights_uS=WEIGHTS)
    end = replace(start, weights_uS=weights)
    steps = np.zeros((1, 1))
    fits = Fits([start], [end], [FitOutcome.FITTED], steps, steps, steps)
    (found,) = drifts({3: "too few epochs", 7: fits})
    return found


def test_a_circuit_that_stays_has_not_moved():
    found = drift_to(WEIGHTS)
    assert (found.session_id, found.start, found.n) == (7, 0, 4)
    assert (found.n_lost, found.n_flipped, found.moved) == (0, 0, 0.0)
    assert found.correlation == pytest.approx(1.0)


def test_a_common_factor_moves_all_alike():
    found = drift_to(3 * WEIGHTS)
    assert found.moved == pytest.approx(np.log(3))
    assert found.correlation == pytest.approx(1.0)
    assert found.sd_after == pytest.approx(found.sd_before)


def test_lost_and_flipped_connections_are_counted_and_not_correlated():
    found = drift_to(np.diag([0.0, -2.0, 4.0, 8.0, 0.0, 0.0]))
    assert (found.n_lost, found.n_flipped) == (1, 1)
    assert found.correlation == pytest.approx(1.0)
    assert np.isnan(drift_to(0 * WEIGHTS).correlation)
