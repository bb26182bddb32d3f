"""What fitted circuits do at rest, and when acetylcholine rises."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from minicolumn.circuits.acetylcholine import condition_of
from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config import Physics, Statistics
from minicolumn.config.circuits import Dosed
from minicolumn.config.mice import States
from minicolumn.keys import JUDGED_TRIALS
from minicolumn.outcomes import Outcome
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import Spikes, simulate
from minicolumn.states import STATES
from minicolumn.statistics.describe import describe_matched, draw_members, subset_rng
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.trains import BoolArray
from minicolumn.statistics.windows import simulated_trains
from minicolumn.tuning.fit import Fits

STATIONARY, RUNNING = STATES


def members_of(circuit: Circuit, matching: Statistics, seed: int) -> BoolArray:
    """Return the subsets over which a circuit is described wherever it is simulated.

    Of all its neurons: which of them fire changes with each step of a fit.
    """
    rng = subset_rng(seed, circuit.circuit_id)
    every = np.ones(circuit.n_recorded, dtype=bool)
    return draw_members(every, matching.n_units, matching.n_subsets, rng)


def answers(
    session_id: int,
    fits: Fits | str,
    states: States,
    n_trials: int,
    matching: Statistics,
    physics: Physics,
) -> Iterator[dict[str, Any]]:
    """Yield rows of `tables.TUNED_STATISTICS`: before and after the fit, in each state.

    A fit is made at rest, whatever the level of ACh there is: running is what a
    mechanism adds between the levels of the two ``states``. Backgrounds are others than
    those of the fit, and the same in all conditions, before and after. A sentence in
    place of ``fits`` says that there are none, and there are no rows.
    """
    if isinstance(fits, str):
        return

    def running(circuit: Circuit) -> list[Condition]:
        dosed = physics.acetylcholine.at_dose(circuit.max_mV)
        return [added(mechanism, states, dosed) for mechanism in MECHANISMS]

    for fitted, circuits in ((False, fits.starts), (True, fits.fitted)):
        runs = [
            Run(circuit, JUDGED_TRIALS[trial], (Condition(), *conditions))
            for circuit, conditions in ((one, running(one)) for one in circuits)
            for trial in range(n_trials)
        ]
        start_of = {one.circuit_id: k for k, one in enumerate(circuits)}
        for spikes in simulate(runs, physics):
            yield {
                "session_id": session_id,
                "start": start_of[spikes.circuit.circuit_id],
                "circuit_id": spikes.circuit.circuit_id,
                "fitted": fitted,
                "mechanism": MECHANISMS[spikes.place - 1] if spikes.place else None,
                "state": RUNNING if spikes.place else STATIONARY,
                "trial": spikes.run.trial - JUDGED_TRIALS.start,
                "outcome": str(spikes.outcome),
                **described(spikes, matching, physics),
            }


def added(mechanism: str, states: States, ach: Dosed) -> Condition:
    """Return what a mechanism adds between the ACh levels of rest and running."""
    rest, running = (
        condition_of(mechanism, level, ach)
        for level in (states.stationary, states.running)
    )
    return running.since(rest)


def described(
    spikes: Spikes, matching: Statistics, physics: Physics
) -> dict[str, float]:
    """Return the statistics of one run, over the subsets of `members_of`."""
    members = members_of(spikes.circuit, matching, physics.seed)
    return described_over(members, spikes, physics)


def described_over(
    members: BoolArray, spikes: Spikes, physics: Physics
) -> dict[str, float]:
    """Return the statistics of one run over subsets of its units, (subsets, n)."""
    if spikes.outcome == Outcome.NOT_FINITE:
        return dict.fromkeys(STATISTIC_NAMES, np.nan)
    trains = simulated_trains(
        spikes.unit,
        spikes.time_ms,
        spikes.circuit.n_recorded,
        physics.simulation.duration_s,
    )
    values = describe_matched(trains.rounded_to_ms(), members)
    return {name: float(values[name]) for name in STATISTIC_NAMES}
