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

from minicolumn.circuits.ei.membrane import (
    CAPACITANCE_UF_CM2,
    CHANNELS,
    V_INIT_MV,
    V_SPIKE_MV,
)
from minicolumn.circuits.ei.synapses import RECEPTORS, Nmda, Pathway
from minicolumn.simulation import noise
from minicolumn.simulation.packing import Batch, Levels, Padding

States = dict[str, Array]

# Every turn of a compiled loop copies some of its state: a tenth of a step's time.
STEPS_UNROLLED = 5


def initial_state(
    batch: Batch, n_levels: int, padding: Padding
) -> tuple[Array, States]:
    """Return voltage (C, L, N), and gates and synapses at rest."""
    n_circuits, _, n = batch.per_area.shape
    v = jnp.full((n_circuits, n_levels, n), V_INIT_MV, batch.per_area.dtype)
    states: States = {}
    for channel in CHANNELS:
        states.update(channel.init_state(states, v, batch.channels, 0.0))
    for receptor, pathways in _receptors(batch):
        states[receptor] = jnp.zeros_like(v)
        for pathway in pathways:
            like = v[..., padding.block(pathway.pre)]
            for key in ("u", "x"):
                name = f"{pathway.name}_{key}"
                value = pathway.synapse.synapse_states[name]
                states[name] = jnp.full_like(like, value)
    return v, states


def _receptors(batch: Batch) -> list[tuple[str, tuple[Pathway, ...]]]:
    return [
        (receptor, pathways)
        for receptor, pathways in RECEPTORS.items()
        if pathways[0].name in batch.weights
    ]


def with_release(batch: Batch, levels: Levels) -> Batch:
    """Return the batch with utilization as each level leaves it, (L, 1)."""
    scaled = {
        f"{pathway.name}_U": batch.synapses[f"{pathway.name}_U"]
        * levels.release[pathway.site]
        for _, pathways in _receptors(batch)
        for pathway in pathways
    }
    return batch._replace(synapses=batch.synapses | scaled)


def transmit(batch: Batch, padding: Padding, states: States, spiked: Array) -> States:
    """Let the neurons that ``spiked``, (C, L, N), raise their targets' conductances."""
    states = dict(states)
    for receptor, pathways in _receptors(batch):
        arriving = []
        for pathway in pathways:
            u, x = (f"{pathway.name}_{key}" for key in ("u", "x"))
            states[u], states[x], amplitude = pathway.synapse.transmit(
                states[u],
                states[x],
                spiked[..., padding.block(pathway.pre)],
                batch.synapses,
            )
            arriving.append(
                jnp.einsum(
                    "clj,cji->cli",
                    amplitude,
                    batch.weights[pathway.name],
                    precision=lax.Precision.HIGHEST,
                )
            )
        states[receptor] += jnp.concatenate(arriving, axis=-1)
    return states


def step(
    batch: Batch, v: Array, states: States, current_nA: Array, dt_ms: float
) -> tuple[Array, States]:
    """Advance voltage, gates and conductances by one step."""
    states = dict(states)
    for channel in CHANNELS:
        states.update(channel.update_states(states, dt_ms, v, batch.channels))

    def membrane_current(u: Array) -> Array:
        currents = (ch.compute_current(states, u, batch.channels) for ch in CHANNELS)
        return sum(currents, start=jnp.zeros_like(u))

    # Every current is linear in voltage: its slope, and its value at 0 mV.
    zero, one = jnp.zeros_like(v), jnp.ones_like(v)
    at_zero, slope = jax.jvp(membrane_current, (zero,), (one,))
    conductance, pull = _synaptic(batch, v, states, dt_ms)
    # Channels give mA/cm2, synapses and background nA.
    per_area = 1e-3 * batch.per_area
    stiffness = slope + per_area * conductance
    inward = per_area * (pull + current_nA) - at_zero
    dt_over_c = 1e3 * dt_ms / CAPACITANCE_UF_CM2
    outward = stiffness * v - inward
    return v - dt_over_c * outward / (1 + 0.5 * dt_over_c * stiffness), states


def _synaptic(
    batch: Batch, v: Array, states: States, dt_ms: float
) -> tuple[Array, Array]:
    """Let conductances in ``states`` decay; return their sum, and that times reversal.

    Both are (C, L, N), in uS and nA.
    """
    conductance = pull = jnp.zeros(())
    for receptor, pathways in _receptors(batch):
        first = pathways[0]
        kept = [p.synapse.kept("decay", dt_ms, batch.synapses) for p in pathways]
        states[receptor] = part = states[receptor] * jnp.concatenate(kept, axis=-1)
        if isinstance(first.synapse, Nmda):
            magnesium = batch.synapses[f"{first.name}_magnesium"]
            part = part * first.synapse.unblocked(v, magnesium)
        conductance += part
        pull += part * batch.synapses[f"{first.name}_e_syn"]
    return conductance, pull


@partial(jax.jit, static_argnames=("padding", "n_ms", "dt_ms", "transmission_ms"))
def run(
    batch: Batch,
    levels: Levels,
    root: Array,
    *,
    padding: Padding,
    n_ms: int,
    dt_ms: float,
    transmission_ms: float,
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
    shift_nA = 1e-3 * batch.leak_nS * levels.depolarization_mV
    steps_per_draw = round(noise.DRAW_MS / dt_ms)
    transmissions = round(noise.BIN_MS / transmission_ms)

    def one_step(state, current_nA):
        v, states, spiked = state
        advanced, states = step(batch, v, states, current_nA, dt_ms)
        spiked |= (v < V_SPIKE_MV) & (advanced >= V_SPIKE_MV)
        return advanced, states, spiked

    def one_draw(carry, deviate):
        state, slow_nA, fast = carry
        fast, current_nA = noise.fast_current(batch.background, fast, deviate)
        current_nA += slow_nA
        state = lax.fori_loop(
            0,
            steps_per_draw,
            lambda _, s: one_step(s, current_nA),
            state,
            unroll=STEPS_UNROLLED,
        )
        return (state, slow_nA, fast), None

    def one_transmission(carry, draws):
        (v, states, spiked), slow_nA, fast = carry
        states = transmit(batch, padding, states, spiked)
        carry = (v, states, jnp.zeros_like(spiked)), slow_nA, fast
        carry, _ = lax.scan(one_draw, carry, draws)
        return carry, carry[0][2]

    def one_bin(carry, ms):
        state, background = carry
        drawn = deviates(ms)
        background, slow_nA = noise.slow_current(batch.background, background, drawn)
        carry = state, slow_nA + shift_nA, background.fast
        fast = drawn.fast.reshape(transmissions, -1, *drawn.fast.shape[1:])
        (state, _, fast), spiked = lax.scan(one_transmission, carry, fast)
        counts = spiked.sum(axis=0, dtype=jnp.uint8)
        return (state, background._replace(fast=fast)), counts

    v, states = initial_state(batch, levels.depolarization_mV.shape[1], padding)
    carry = (v, states, v > V_SPIKE_MV), noise.initial(deviates(jnp.uint32(0)))
    milliseconds = jnp.arange(1, n_ms + 1, dtype=jnp.uint32)
    (((v, *_), _), counts) = lax.scan(one_bin, carry, milliseconds)
    return counts, v
