"""What a recording sees of a circuit: some of its neurons, and not all their spikes."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from minicolumn.keys import Stream, generator
from minicolumn.simulation.noise import BIN_MS
from minicolumn.simulation.simulate import Spikes
from minicolumn.statistics.presence import present
from minicolumn.statistics.trains import SpikeTrains
from minicolumn.statistics.windows import simulated_trains


class Seen(NamedTuple):
    """Spikes in order of time: bin (in ms) and unit of each, of ``n_units`` units."""

    ms: NDArray[np.int64]
    unit: NDArray[np.int64]
    n_units: int
    n_ms: int


def recorded(
    runs: Sequence[Spikes], at_least: int, duration_s: float, seed: int
) -> list[Seen]:
    """Return what the recording sees of each run of one circuit.

    The neurons are a random sample of ``at_least`` or more of those that fire in any of
    the runs, the same in all; if fewer fire, all of these. What the condition of a run
    says of recordings is applied to them.
    """
    circuit = runs[0].circuit
    counts = [np.bincount(run.unit, minlength=circuit.n_recorded) for run in runs]
    firing = np.flatnonzero(present(counts))
    rng = generator(seed, Stream.RECORDED_NEURONS, circuit.circuit_id)
    least = min(at_least, firing.size)
    n_seen = int(rng.integers(least, firing.size, endpoint=True))
    neurons = np.sort(rng.permutation(firing)[:n_seen])
    return [_seen(run, neurons, duration_s, seed) for run in runs]


def _seen(
    spikes: Spikes, neurons: NDArray[np.int64], duration_s: float, seed: int
) -> Seen:
    circuit_id, trial = spikes.circuit.circuit_id, spikes.run.trial
    seen = _of_neurons(spikes, neurons, duration_s)
    condition = spikes.run.conditions[spikes.place]
    if condition.poisson:
        seen = _poisson(seen, generator(seed, Stream.POISSON, circuit_id, trial))
    if condition.lost_spikes:
        rng = generator(seed, Stream.LOST_SPIKES, circuit_id, trial)
        kept = rng.random(seen.ms.size) >= condition.lost_spikes
        seen = seen._replace(ms=seen.ms[kept], unit=seen.unit[kept])
    return seen


def _of_neurons(spikes: Spikes, neurons: NDArray[np.int64], duration_s: float) -> Seen:
    place = np.full(spikes.circuit.n_recorded, -1)
    place[neurons] = np.arange(neurons.size)
    unit = place[spikes.unit]
    kept = unit >= 0
    ms = spikes.time_ms[kept].astype(np.int64)  # times are at the middle of a bin
    return Seen(ms, unit[kept], neurons.size, round(1000 * duration_s))


def _poisson(seen: Seen, rng: np.random.Generator) -> Seen:
    """Return independent Poisson trains of the same rates."""
    rate = np.bincount(seen.unit, minlength=seen.n_units) / seen.n_ms
    ms, unit = np.nonzero(rng.poisson(rate, (seen.n_ms, seen.n_units)))
    return seen._replace(ms=ms, unit=unit)


def windows_of(seen: Seen, n_windows: int) -> list[SpikeTrains]:
    """Return windows of equal length that follow each other."""
    length = seen.n_ms // n_windows
    edges = np.searchsorted(seen.ms, length * np.arange(n_windows + 1))
    windows = []
    for window, (first, last) in enumerate(pairwise(edges)):
        unit, ms = seen.unit[first:last], seen.ms[first:last] - window * length
        windows.append(
            simulated_trains(unit, ms + BIN_MS / 2, seen.n_units, length / 1e3)
        )
    return windows
