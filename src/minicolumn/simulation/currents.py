"""Currents in time, such as a light would make, for the engine."""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jax import Array

from minicolumn.circuits.conditions import Current
from minicolumn.simulation.packing import Differences, Padding, slots_of
from minicolumn.simulation.runs import Run


def with_currents(
    differences: Differences,
    runs: Sequence[Run],
    padding: Padding,
    warmup_ms: int,
    n_ms: int,
) -> Differences:
    """Return the differences with the currents of all conditions.

    Raises
    ------
    ValueError
        If a current is not for as many neurons as its circuit has.
    """
    dtype = differences.drive_nA.dtype
    most = max(len(c.currents) for run in runs for c in run.conditions)
    amplitudes = np.zeros((most, *differences.drive_nA.shape))
    waveforms = np.zeros((most, n_ms, *amplitudes.shape[1:3], 1))
    for at, run in enumerate(runs):
        for place, condition in enumerate(run.conditions):
            for which, current in enumerate(condition.currents):
                _check_size(current, run)
                slots = slots_of(run.circuit, padding)
                amplitudes[which, at, place, slots] = current.amplitude_nA
                shape = current.waveform[: n_ms - warmup_ms]
                waveforms[which, warmup_ms : warmup_ms + len(shape), at, place, 0] = (
                    shape
                )
    return differences._replace(
        currents_nA=_each(amplitudes, dtype), waveforms=_each(waveforms, dtype)
    )


def _each(values: np.ndarray, dtype: np.dtype) -> tuple[Array, ...]:
    return tuple(jnp.asarray(one, dtype) for one in values)


def _check_size(current: Current, run: Run) -> None:
    if len(current.amplitude_nA) != run.circuit.n:
        raise ValueError(
            f"a current has {len(current.amplitude_nA)} amplitudes, and circuit "
            f"{run.circuit.circuit_id} has {run.circuit.n} neurons: give one for each"
        )
