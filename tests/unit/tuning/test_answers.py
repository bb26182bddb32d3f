"""Running is what a mechanism adds to rest, whatever ACh does there."""

from dataclasses import replace

import numpy as np
import pytest

from minicolumn.circuits.acetylcholine import condition_of
from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Physics
from minicolumn.config.mice import States
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.tuning.answers import added, answers
from minicolumn.tuning.fit import FitOutcome, Fits


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_what_is_added_to_rest_makes_running(cfg, mechanism):
    states, ach = cfg.states.levels, cfg.acetylcholine.at_dose(7.5)
    rest = condition_of(mechanism, states.stationary, ach)
    both, running = (
        rest.plus(added(mechanism, states, ach)),
        condition_of(mechanism, states.running, ach),
    )
    assert both.release == pytest.approx(running.release)
    assert both.depolarization_mV == pytest.approx(running.depolarization_mV)


def test_without_a_change_of_ach_nothing_changes(cfg):
    physics = Physics(**cfg.physics())
    short = physics.simulation.model_copy(update={"duration_s": 1.0})
    physics = physics.model_copy(update={"simulation": short})
    start = build_circuits(parameter_rows(physics.prior, physics.seed, [2]), physics)[0]
    fitted = replace(start, drive_nA=start.drive_nA + 0.05)
    steps = np.zeros((1, 2))
    fits = Fits([start], [fitted], [FitOutcome.FITTED], steps, steps, steps)
    states = States(stationary=0.4, running=0.4)
    rows = list(answers(5, fits, states, 1, cfg.statistics, physics))
    assert len(rows) == 2 * (1 + len(MECHANISMS))
    by = {(row["fitted"], row["mechanism"]): row for row in rows}
    for fitted in (False, True):
        rest = by[fitted, None]
        assert rest["state"] == "stationary"
        for mechanism in MECHANISMS:
            one = by[fitted, mechanism]
            np.testing.assert_equal(
                [one[name] for name in STATISTIC_NAMES],
                [rest[name] for name in STATISTIC_NAMES],
            )
    assert by[True, None]["mean_rate"] > by[False, None]["mean_rate"]
    assert not list(answers(5, "no fits", states, 1, cfg.statistics, physics))
