"""Circuits simulated with one parameter changed, under the same background."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.circuits.acetylcholine import condition_of
from minicolumn.circuits.circuit import build_circuits
from minicolumn.config import Physics, Statistics
from minicolumn.config.mice import States
from minicolumn.config.theory import Perturbed
from minicolumn.identifiability.prior_units import movable, moved
from minicolumn.identifiability.sampling import SamplingNoise
from minicolumn.outcomes import Outcome
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import Spikes, simulate
from minicolumn.states import STATES
from minicolumn.statistics.describe import describe_matched, draw_members, subset_rng
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.presence import present
from minicolumn.statistics.scales import scaled
from minicolumn.statistics.trains import stacked
from minicolumn.statistics.windows import simulated_trains

Floats = NDArray[np.floating]
Change = tuple[str, float]
"""The parameter that is changed, and by how many SD of its prior."""

CHECKED = "combined"
"""The mechanism under which derivatives are checked: all others are part of it."""


def perturbed_rows(
    circuits: Sequence[Mapping[str, float]],
    states: States,
    settings: Perturbed,
    matching: Statistics,
    physics: Physics,
) -> Iterator[dict[str, Any]]:
    """Yield rows of `tables.PERTURBED_STATISTICS`, by circuit, parameter and side.

    ``circuits`` are rows of the ``circuits`` table. Each keeps its background, and the
    random numbers of its wiring, when a parameter changes: so both sides of it differ
    by what the parameter does. A parameter at the edge of its range moves less.
    """
    levels = [getattr(states, state) for state in STATES]
    changes: dict[Run, Change] = {}
    for row in circuits:
        for change, parameters in _changed(row, physics, settings.step):
            circuit = build_circuits([parameters], physics)[0]
            ach = physics.acetylcholine.at_dose(circuit.max_mV)
            conditions = tuple(condition_of(CHECKED, one, ach) for one in levels)
            for trial in range(settings.trials):
                changes[Run(circuit, trial, conditions)] = change
    waiting: dict[Run, list[Spikes]] = {}
    for spikes in simulate(list(changes), physics):
        together = waiting.setdefault(spikes.run, [])
        together.append(spikes)
        if len(together) == len(levels):
            run = spikes.run
            described = _described(waiting.pop(run), matching, physics)
            for one, values in zip(together, described, strict=True):
                yield {
                    "circuit_id": run.circuit.circuit_id,
                    "parameter": changes[run][0],
                    "step": changes[run][1],
                    "mechanism": CHECKED,
                    "level": levels[one.place],
                    "trial": run.trial,
                    "outcome": str(one.outcome),
                    **dict(zip(STATISTIC_NAMES, values, strict=True)),
                }


def _changed(
    row: Mapping[str, float], physics: Physics, step: float
) -> Iterator[tuple[Change, dict[str, float]]]:
    for name in movable(physics.prior):
        for side in (-step, step):
            value, steps = moved(physics.prior[name], row[name], side)
            yield (name, steps), {**row, name: value}


def _described(
    together: Sequence[Spikes], matching: Statistics, physics: Physics
) -> Floats:
    """Return the statistics of a run in each condition, (conditions, 11)."""
    undefined = np.full((len(together), len(STATISTIC_NAMES)), np.nan)
    if any(one.outcome == Outcome.NOT_FINITE for one in together):
        return undefined
    circuit = together[0].circuit
    windows = [
        simulated_trains(
            one.unit,
            one.time_ms,
            circuit.n_recorded,
            physics.simulation.duration_s,
        )
        for one in together
    ]
    firing = present([one.counts for one in windows])
    if firing.sum() < matching.n_units:
        return undefined
    rng = subset_rng(physics.seed, circuit.circuit_id)
    members = draw_members(firing, matching.n_units, matching.n_subsets, rng)
    values = describe_matched(stacked(windows).rounded_to_ms(), members)
    return np.stack([values[name] for name in STATISTIC_NAMES], axis=1)


def differences(perturbed: pa.Table, noise: SamplingNoise) -> pd.DataFrame:
    """Return derivatives by differences, and their standard errors over trials.

    One row per circuit, mechanism, parameter, level and statistic, in SD of the noise
    of one epoch per SD of the prior; none where fewer than two trials define both.
    ``perturbed`` is a table of the kind `tables.PERTURBED_STATISTICS`.
    """
    frame = perturbed.to_pandas()
    names = list(STATISTIC_NAMES)
    frame[names] = scaled(frame[names].to_numpy(float), names) / noise.sd
    key = ["circuit_id", "mechanism", "parameter", "level", "trial"]
    frame = frame.sort_values([*key, "step"]).set_index(key)
    # Each was changed to either side.
    change = frame[["step", *names]].iloc[1::2] - frame[["step", *names]].iloc[::2]
    slopes = change[names].div(change["step"].where(change["step"] > 0), axis=0)
    by_trial = slopes.groupby(level=key[:-1])
    n = by_trial.count()
    mean, sem = by_trial.mean().where(n > 1), by_trial.sem().where(n > 1)
    columns = {"simulator": mean, "simulator_se": sem}
    stacks = {
        name: one.rename_axis(columns="statistic").stack()
        for name, one in columns.items()
    }
    return pd.DataFrame(stacks).dropna().reset_index()
