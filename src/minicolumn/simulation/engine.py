"""The engine for any device: many circuits under many conditions in one XLA loop."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from minicolumn.simulation import noise
from minicolumn.simulation.equations import (
    Cells,
    Program,
    States,
    initial_state,
    shift,
    step,
    transmit,
    with_release,
)
from minicolumn.simulation.packing import Batch, Differences

# Every turn of a compiled loop copies some of its state: a tenth of a step's time.
STEPS_UNROLLED = 5

State = tuple[Array, States, Array]
"""Voltage, gates and synapses, and whether each neuron spiked since transmission."""


def hold(program: Program, cells: Cells, state: State, current_nA: Array) -> State:
    """Advance with the background held for `noise.DRAW_MS`."""
    threshold_mV = program.dynamics.v_spike_mV

    def one_step(_, state):
        v, states, spiked = state
        advanced, states = step(program, cells, v, states, current_nA)
        spiked |= (v < threshold_mV) & (advanced >= threshold_mV)
        return advanced, states, spiked

    n = steps_per_draw(program)
    return lax.fori_loop(0, n, one_step, state, unroll=STEPS_UNROLLED)


def steps_per_draw(program: Program) -> int:
    """Return how many steps a draw of the fast background is held for."""
    return round(noise.DRAW_MS / program.dt_ms)


class Parts(NamedTuple):
    """What a loop is made of; `gradient` has another of each, with the same values.

    Attributes
    ----------
    hold
        Takes a state and a current to the state `noise.DRAW_MS` later.
    sent
        Takes who spiked in a transmission interval, or is said to have spiked there,
        and the voltage at its start, to the spikes that are transmitted.
    transmit
        Lets these raise the conductances of their targets.
    """

    hold: Callable[[Program, Cells, State, Array], State] = hold
    sent: Callable[[Array, Array], Array] = lambda spiked, v: spiked
    transmit: Callable[[Program, Batch, States, Array], States] = transmit


class Loop(NamedTuple):
    """State at time 0, and what advances it by a millisecond.

    ``one_bin`` takes a state, and one of `bins`. It returns the next state, and the
    spikes of each transmission interval, (intervals, C, L, N).
    """

    start: Any
    one_bin: Callable[[Any, Any], tuple[Any, Array]]


def loop(
    batch: Batch,
    differences: Differences,
    root: Array,
    program: Program,
    parts: Parts = Parts(),  # noqa: B008  # immutable
) -> Loop:
    """Return the loop of `run`, made of ``parts``."""
    batch = with_release(program, batch, differences)
    cells = Cells.of(program, batch)
    deviates = noise.source(batch, differences.own_noise, root, program.padding)
    shift_nA = shift(batch, differences)
    transmissions = round(noise.BIN_MS / program.transmission_ms)

    def one_draw(carry, deviate):
        state, slow_nA, fast = carry
        fast, current_nA = noise.fast_current(batch.background, fast, deviate)
        current_nA += slow_nA
        return (parts.hold(program, cells, state, current_nA), slow_nA, fast), None

    def one_transmission(carry, at):
        draws, given = at
        (v, states, sent), slow_nA, fast = carry
        states = parts.transmit(program, batch, states, sent)
        carry = (v, states, jnp.zeros(v.shape, bool)), slow_nA, fast
        ((advanced, states, spiked), _, fast), _ = lax.scan(one_draw, carry, draws)
        sent = parts.sent(spiked if given is None else given, v)
        return ((advanced, states, sent), slow_nA, fast), sent

    def one_bin(carry, at):
        ms, waveforms, given = at
        state, background = carry
        drawn = deviates(ms)
        background, slow_nA = noise.slow_current(batch.background, background, drawn)
        slow_nA += shift_nA
        for amplitude_nA, factor in zip(
            differences.currents_nA, waveforms, strict=True
        ):
            slow_nA += amplitude_nA * factor
        fast = jnp.stack(drawn.fast)
        fast = fast.reshape(transmissions, -1, *fast.shape[1:])
        carry = state, slow_nA, background.fast
        (state, _, fast), spiked = lax.scan(one_transmission, carry, (fast, given))
        return (state, background._replace(fast=fast)), spiked

    v, states = initial_state(program, batch, differences.depolarization_mV.shape[1])
    sent = parts.sent(v > program.dynamics.v_spike_mV, v)
    start = (v, states, sent), noise.initial(deviates(jnp.uint32(0)))
    return Loop(start, one_bin)


def bins(
    differences: Differences,
    start_ms: int,
    stop_ms: int,
    spikes: Array | None = None,
) -> Any:
    """Return what `Loop.one_bin` takes of the milliseconds ``start_ms`` and on.

    That is the number of each, 1 for the first of a run, the factors on currents in
    time, and ``spikes`` of the whole run (n_ms, intervals, C, L, N), if they are given
    in place of those that the voltage says.
    """
    milliseconds = jnp.arange(start_ms + 1, stop_ms + 1, dtype=jnp.uint32)
    given = None if spikes is None else spikes[start_ms:stop_ms]
    return (
        milliseconds,
        tuple(w[start_ms:stop_ms] for w in differences.waveforms),
        given,
    )


@partial(jax.jit, static_argnames=("program", "summed"))
def run(
    batch: Batch,
    differences: Differences,
    root: Array,
    program: Program,
    summed: bool = True,
) -> tuple[Array, Array]:
    """Simulate every circuit under every condition.

    Unless ``differences.own_noise`` says otherwise, all conditions of a circuit receive
    the same background (common random numbers), so the difference between them is the
    effect of the condition and not of the noise.

    Returns
    -------
    counts
        Spikes per millisecond, (n_ms, C, L, N), uint8; if not ``summed``, those of each
        transmission interval, (n_ms, intervals, C, L, N).
    v
        Final voltage in mV, (C, L, N): not finite where a simulation failed.
    """
    start, one_bin = loop(batch, differences, root, program)

    def counted(carry, at):
        carry, spiked = one_bin(carry, at)
        if not summed:
            return carry, spiked.astype(jnp.uint8)
        return carry, spiked.sum(axis=0, dtype=jnp.uint8)

    every = bins(differences, 0, program.n_ms)
    (((v, *_), _), counts) = lax.scan(counted, start, every)
    return counts, v
