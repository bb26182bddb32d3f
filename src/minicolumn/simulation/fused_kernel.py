"""The kernel of `fused`: one circuit under one condition, from first step to last."""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.experimental import pallas as pl

from minicolumn.simulation import equations, noise
from minicolumn.simulation.equations import Cells, Program, States
from minicolumn.simulation.packing import Background

NEURON_BITS = 8


class Inputs(NamedTuple):
    """What the kernel reads; arrays are (C or 1, L or 1, N or 1) unless stated."""

    cells: Cells
    background: Background
    shift_nA: Array
    keys: tuple[Array, Array]
    common_keys: tuple[Array, Array]
    weights: dict[str, Array]  # by receptor, (C, N, N)
    currents_nA: tuple[Array, ...]
    waveforms: tuple[Array, ...]  # (C, L, ms)


class How(NamedTuple):
    """How the kernel runs.

    Attributes
    ----------
    from_ms
        Spikes before this millisecond are no events; those after it count from there.
    capacity
        Events per simulation that there is room for; what comes later is counted only.
    warps
        Groups of 32 threads per simulation; 0 for a default by size. They change no
        spike.
    interpret
        Whether to interpret the kernel, on any device and very slowly.
    """

    from_ms: int
    capacity: int
    warps: int = 0
    interpret: bool = False


class _Targets(NamedTuple):
    """What spikes act on and where they are written."""

    program: Program
    weights: dict[str, Any]
    events: Any
    lane: Array
    how: How

    def of(self, kinds: tuple[str, ...]) -> Array:
        """Return which neurons are of these adjacent types."""
        block = self.program.block(*kinds)
        return (self.lane >= block.start) & (self.lane < block.stop)


def integrate(inputs, events, counts, final_v, *, program: Program, how: How):
    """Integrate one circuit under one condition; arguments are references."""
    read = jax.tree.map(
        lambda ref: ref[0] if ref.shape[0] == 1 else ref[:],
        inputs._replace(weights={}, waveforms=()),
    )
    n = inputs.shift_nA.shape[0]
    lane = jnp.arange(n, dtype=jnp.int32)
    targets = _Targets(
        program,
        inputs.weights,
        events,
        lane,
        how,
    )
    transmissions = round(noise.BIN_MS / program.transmission_ms)
    steps_per_draw = round(noise.DRAW_MS / program.dt_ms)
    draws_per_transmission = noise.DRAWS // transmissions
    threshold_mV = program.dynamics.v_spike_mV
    none = jnp.zeros((n,), jnp.int32)

    keys, common_keys = read.keys, read.common_keys

    def deviates(ms):
        private = noise.normals(keys[0], keys[1], ms)
        common = noise.normals(common_keys[0], common_keys[1], ms)
        return noise.deviates_of(private, common, read.background.common_fraction)

    def one_step(_, carry, current_nA):
        v, states, spiked = carry
        advanced, states = equations.step(program, read.cells, v, states, current_nA)
        crossed = (v < threshold_mV) & (advanced >= threshold_mV)
        return advanced, states, spiked | crossed.astype(jnp.int32)

    def one_ms(ms, carry):
        v, states, spiked, background, n_events = carry
        drawn = deviates((ms + 1).astype(jnp.uint32))
        background, slow_nA = noise.slow_current(read.background, background, drawn)
        slow_nA = slow_nA + read.shift_nA
        for amplitude_nA, waveform in zip(
            read.currents_nA, inputs.waveforms, strict=True
        ):
            slow_nA = slow_nA + amplitude_nA * waveform[ms]
        fast, each = background.fast, iter(drawn.fast)
        for part in range(transmissions):
            # Spikes before the first transmission of a millisecond are of the last one.
            at = ms - 1 if part == 0 else ms
            states, n_events = _transmit(
                targets, read.cells, states, spiked, at, n_events
            )
            spiked = none
            for _ in range(draws_per_transmission):
                fast, fast_nA = noise.fast_current(read.background, fast, next(each))
                v, states, spiked = lax.fori_loop(
                    0,
                    steps_per_draw,
                    partial(one_step, current_nA=slow_nA + fast_nA),
                    (v, states, spiked),
                )
        return v, states, spiked, background._replace(fast=fast), n_events

    v, states = _initial(program, read.cells, n)
    carry = v, states, none, noise.initial(deviates(jnp.uint32(0))), jnp.int32(0)
    carry = lax.fori_loop(0, program.n_ms, one_ms, carry)
    v, states, spiked, _, n_events = carry
    last = jnp.int32(program.n_ms - 1)
    _, n_events = _transmit(targets, read.cells, states, spiked, last, n_events)
    counts[0] = n_events
    final_v[:] = v


def _initial(program: Program, cells: Cells, n: int) -> tuple[Array, States]:
    """Return voltage (N,), and gates and synapses at rest."""
    v = jnp.full((n,), program.dynamics.v_init_mV, jnp.float32)
    states = equations.at_rest(program, cells, v, lambda _: v)
    return v, {name: jnp.broadcast_to(state, v.shape) for name, state in states.items()}


def _transmit(
    targets: _Targets,
    cells: Cells,
    states: States,
    spiked: Array,
    ms: Array,
    n_events: Array,
) -> tuple[States, Array]:
    """Let the neurons that spiked act on their targets, one after the other."""
    states, lane, n = dict(states), targets.lane, targets.lane.size
    spiked = spiked > 0
    receptors = targets.program.dynamics.receptors
    amplitudes = {}
    for receptor in cells.kept:
        for pathway in receptors[receptor]:
            u, x = (f"{pathway.name}_{key}" for key in ("u", "x"))
            acting = spiked & targets.of(pathway.pre)
            states[u], states[x], amplitudes[pathway.name] = pathway.synapse.transmit(
                states[u], states[x], acting, cells.synapses
            )

    def next_after(neuron):
        return jnp.min(jnp.where(spiked & (lane > neuron), lane, n))

    def act(carry):
        neuron, conductances, n_events = carry
        here = lane == neuron
        raised = {}
        for receptor, conductance in conductances.items():
            arriving = jnp.zeros_like(conductance)
            for pathway in receptors[receptor]:
                amplitude = jnp.sum(jnp.where(here, amplitudes[pathway.name], 0.0))
                arriving = jnp.where(targets.of(pathway.post), amplitude, arriving)
            row = targets.weights[receptor][neuron, :]
            raised[receptor] = conductance + arriving * row

        @pl.when(recorded & (n_events < targets.how.capacity))
        def _():
            targets.events[n_events] = (since << NEURON_BITS) | neuron

        return next_after(neuron), raised, n_events + recorded.astype(jnp.int32)

    since = ms - targets.how.from_ms
    recorded = since >= 0
    conductances = {receptor: states[receptor] for receptor in cells.kept}
    _, conductances, n_events = lax.while_loop(
        lambda carry: carry[0] < n,
        act,
        (next_after(jnp.int32(-1)), conductances, n_events),
    )
    return states | conductances, n_events
