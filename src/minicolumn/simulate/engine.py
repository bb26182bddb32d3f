"""The fast engine: many circuits at many ACh levels in one compiled loop.

State has the shape (circuit C, level L, neuron N), padded as in `packing`. The order
of operations in a step is that of ``jaxley.Module.step`` with its Crank-Nicolson
solver: gates, currents, synapses, voltage; a test holds the two together. Gates and
synapses live half a step away from the voltage, so the scheme is of second order
(Hines 1984). Release depends on the presynaptic neuron and the type of its target, so
one set of states per neuron and a product with the weight matrix replace one per
connection.
"""

from functools import partial

import jax
import jax.numpy as jnp
from jax import Array, lax

from minicolumn.circuit.membrane import (
    CAPACITANCE_UF_CM2,
    CHANNELS,
    V_INIT_MV,
    V_SPIKE_MV,
)
from minicolumn.circuit.synapses import FAST, SLOW, Nmda
from minicolumn.simulate import noise
from minicolumn.simulate.packing import Batch, Levels, Padding

States = dict[str, Array]


def initial_state(
    batch: Batch, n_levels: int, padding: Padding
) -> tuple[Array, States]:
    """Return voltage (C, L, N), and gates and synapses at rest."""
    n_circuits, _, n = batch.per_area.shape
    v = jnp.full((n_circuits, n_levels, n), V_INIT_MV, batch.per_area.dtype)
    states: States = {}
    for channel in CHANNELS:
        states.update(channel.init_state(states, v, batch.channels, 0.0))
    for pathway in _pathways(batch):
        like = v[..., padding.block(pathway.pre)]
        for key in ("s", "u", "x", "above"):
            name = f"{pathway.name}_{key}"
            value = pathway.synapse.synapse_states[name]
            states[name] = jnp.full_like(like, value)
    return v, states


def _pathways(batch: Batch):
    return [pathway for pathway in FAST + SLOW if pathway.name in batch.weights]


def with_release(batch: Batch, levels: Levels) -> Batch:
    """Return the batch with utilisation as each level leaves it, (L, 1)."""
    scaled = {
        f"{pathway.name}_U": batch.synapses[f"{pathway.name}_U"]
        * levels.release[pathway.site]
        for pathway in _pathways(batch)
    }
    return batch._replace(synapses=batch.synapses | scaled)


def step(
    batch: Batch,
    padding: Padding,
    v: Array,
    states: States,
    current_nA: Array,
    dt_ms: float,
) -> tuple[Array, States]:
    """Advance voltage, gates and synapses by one step."""
    states = dict(states)
    for channel in CHANNELS:
        states.update(channel.update_states(states, dt_ms, v, batch.channels))

    def membrane_current(u: Array) -> Array:
        currents = (ch.compute_current(states, u, batch.channels) for ch in CHANNELS)
        return sum(currents, start=jnp.zeros_like(u))

    ionic, slope = jax.jvp(membrane_current, (v,), (jnp.ones_like(v),))
    conductance, pull = _synaptic(batch, padding, v, states, dt_ms)
    # Channels give mA/cm2, synapses and background nA: both to uA/cm2.
    outward = 1e3 * ionic + batch.per_area * (conductance * v - pull - current_nA)
    stiffness = 1e3 * slope + batch.per_area * conductance
    dt_over_c = dt_ms / CAPACITANCE_UF_CM2
    return v - dt_over_c * outward / (1 + 0.5 * dt_over_c * stiffness), states


def _synaptic(
    batch: Batch, padding: Padding, v: Array, states: States, dt_ms: float
) -> tuple[Array, Array]:
    """Advance the synapses in ``states``; return conductance, and that times reversal.

    Both are (C, L, N), in uS and nA.
    """
    conductance = {"exc": jnp.zeros(()), "inh": jnp.zeros(())}
    pull = dict(conductance)
    for pathway in _pathways(batch):
        synapse, name = pathway.synapse, pathway.name
        pre = v[..., padding.block(pathway.pre)]
        states.update(synapse.released(states, dt_ms, pre, batch.synapses))
        arriving = jnp.einsum(
            "clj,cji->cli",
            states[f"{name}_s"],
            batch.weights[name],
            precision=lax.Precision.HIGHEST,
        )
        if isinstance(synapse, Nmda):
            magnesium = batch.synapses[f"{name}_magnesium"]
            arriving *= synapse.unblocked(
                v[..., padding.cover(pathway.post)], magnesium
            )
        start = padding.cover(pathway.post).start or 0
        for kind in pathway.post:
            block = padding.block(kind)
            part = arriving[..., (block.start or 0) - start : block.stop - start]
            conductance[kind] += part
            pull[kind] += part * batch.synapses[f"{name}_e_syn"]
    blocks = ("exc", "inh")
    return (
        jnp.concatenate([conductance[kind] for kind in blocks], axis=-1),
        jnp.concatenate([pull[kind] for kind in blocks], axis=-1),
    )


@partial(jax.jit, static_argnames=("padding", "n_ms", "dt_ms"))
def run(
    batch: Batch,
    levels: Levels,
    root: Array,
    *,
    padding: Padding,
    n_ms: int,
    dt_ms: float,
) -> tuple[Array, Array]:
    """Simulate ``n_ms`` milliseconds of every circuit at every level.

    Unless ``levels.own_noise`` says otherwise, all levels of a circuit receive the same
    background (common random numbers), so the difference between levels is the effect
    of ACh and not of the noise.

    Returns
    -------
    counts
        Spikes per millisecond, (n_ms, C, L, N), uint8.
    v
        Final voltage in mV, (C, L, N): not finite where a simulation failed.
    """
    batch = with_release(batch, levels)
    deviates = noise.source(batch, levels, root, padding)
    shift_nA = 1e-3 * batch.leak_nS * levels.depolarisation_mV
    steps_per_draw = round(noise.DRAW_MS / dt_ms)

    def one_step(state, current_nA):
        v, states, counts = state
        advanced, states = step(batch, padding, v, states, current_nA, dt_ms)
        spiked = (v < V_SPIKE_MV) & (advanced >= V_SPIKE_MV)
        return advanced, states, counts + spiked.astype(jnp.uint8)

    def one_draw(carry, deviate):
        state, slow_nA, fast = carry
        fast, current_nA = noise.fast_current(batch.background, fast, deviate)
        current_nA += slow_nA
        state = lax.fori_loop(
            0, steps_per_draw, lambda _, s: one_step(s, current_nA), state, unroll=2
        )
        return (state, slow_nA, fast), None

    def one_bin(carry, ms):
        v, states, background = carry
        drawn = deviates(ms)
        background, slow_nA = noise.slow_current(batch.background, background, drawn)
        state = (v, states, jnp.zeros(v.shape, jnp.uint8))
        carry = (state, slow_nA + shift_nA, background.fast)
        ((v, states, counts), _, fast), _ = lax.scan(one_draw, carry, drawn.fast)
        return (v, states, background._replace(fast=fast)), counts

    v, states = initial_state(batch, levels.depolarisation_mV.shape[1], padding)
    carry = (v, states, noise.initial(deviates(jnp.uint32(0))))
    milliseconds = jnp.arange(1, n_ms + 1, dtype=jnp.uint32)
    (v, *_), counts = lax.scan(one_bin, carry, milliseconds)
    return counts, v
