"""The equations of a circuit, for any engine: what a step and a transmission do.

State has the shape (circuit C, condition L, neuron N), padded as in `packing`. The
order of operations in a step is that of ``jaxley.Module.step`` with its Crank-Nicolson
solver: gates, currents, synapses, voltage; a test holds the two together. Gates and
synapses live half a step away from the voltage, so the scheme is of second order
(Hines 1984). Release depends on the presynaptic neuron and the type of its target, so
one set of states per neuron and a product with the weight matrix replace one per
connection.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Self

import jax
import jax.numpy as jnp
from jax import Array

from minicolumn.circuits.circuit import Kind
from minicolumn.circuits.dynamics import Dynamics, Pathway
from minicolumn.config import Physics
from minicolumn.simulation.arrivals import spread_out
from minicolumn.simulation.packing import Batch, Differences, Padding

States = dict[str, Array]


@dataclass(frozen=True)
class Program:
    """What one compiled loop depends on besides the shapes of its arrays.

    Attributes
    ----------
    dynamics
        Hooks of the family of the circuits.
    padding
        Sizes of the blocks of neurons.
    n_ms
        Length of the runs.
    dt_ms, transmission_ms
        Time step, and the grid on which spikes are transmitted.
    """

    dynamics: Dynamics
    padding: Padding
    n_ms: int
    dt_ms: float
    transmission_ms: float

    @classmethod
    def of(
        cls, dynamics: Dynamics, padding: Padding, n_ms: int, physics: Physics
    ) -> Self:
        """Return the program for this configuration."""
        dt_ms, transmission_ms = (
            physics.simulation.dt_ms,
            physics.synapses.transmission_ms,
        )
        return cls(dynamics, padding, n_ms, dt_ms, transmission_ms)

    def block(self, *kinds: Kind) -> slice:
        """Return the positions of the neurons of adjacent types."""
        return self.dynamics.block(self.padding, *kinds)

    def receptors(self, batch: Batch) -> list[tuple[str, tuple[Pathway, ...]]]:
        """Return the receptors that a batch has, and their pathways."""
        return [
            (receptor, pathways)
            for receptor, pathways in self.dynamics.receptors.items()
            if pathways[0].name in batch.weights
        ]


class Cells(NamedTuple):
    """What a step needs of the neurons, of any shapes that broadcast.

    Attributes
    ----------
    channels, synapses
        Parameters by name.
    per_area
        uA/cm2 for each nA into the neuron.
    kept
        By receptor: share of its conductance that is left after a step.
    """

    channels: dict[str, Array]
    synapses: dict[str, Array]
    per_area: Array
    kept: dict[str, Array]

    @classmethod
    def of(cls, program: Program, batch: Batch) -> Self:
        """Return the neurons of a batch."""
        kept = {
            receptor: jnp.concatenate(
                [
                    p.synapse.kept("decay", program.dt_ms, batch.synapses)
                    for p in pathways
                ],
                axis=-1,
            )
            for receptor, pathways in program.receptors(batch)
        }
        return cls(batch.channels, batch.synapses, batch.per_area, kept)


def initial_state(
    program: Program, batch: Batch, n_conditions: int
) -> tuple[Array, States]:
    """Return voltage (C, L, N), and gates and synapses at rest."""
    n_circuits, _, n = batch.per_area.shape
    shape = n_circuits, n_conditions, n
    v = jnp.full(shape, program.dynamics.v_init_mV, batch.per_area.dtype)

    def block(kinds: tuple[Kind, ...]) -> Array:
        return v[..., program.block(*kinds)]

    return v, at_rest(program, Cells.of(program, batch), v, block)


def at_rest(
    program: Program,
    cells: Cells,
    v: Array,
    presynaptic: Callable[[tuple[Kind, ...]], Array],
) -> States:
    """Return gates and synapses at rest at the voltage ``v``.

    States of release have the shape of ``presynaptic`` of the types that release.
    """
    states: States = {}
    for channel in program.dynamics.channels:
        states.update(channel.init_state(states, v, cells.channels, 0.0))
    for receptor in cells.kept:
        states[receptor] = jnp.zeros_like(v)
        for pathway in program.dynamics.receptors[receptor]:
            for key in ("u", "x"):
                name = f"{pathway.name}_{key}"
                value = pathway.synapse.synapse_states[name]
                states[name] = jnp.full_like(presynaptic(pathway.pre), value)
    return states


def with_release(program: Program, batch: Batch, differences: Differences) -> Batch:
    """Return the batch with utilization as each condition leaves it, (C, L, 1)."""
    scaled = {
        f"{pathway.name}_U": batch.synapses[f"{pathway.name}_U"]
        * differences.release[pathway.name]
        for _, pathways in program.receptors(batch)
        for pathway in pathways
    }
    return batch._replace(synapses=batch.synapses | scaled)


def shift(batch: Batch, differences: Differences) -> Array:
    """Return what each condition adds to the mean background current, (C, L, N) nA."""
    depolarizing_nA = 1e-3 * batch.leak_nS * differences.depolarization_mV
    return depolarizing_nA + differences.drive_nA


def transmit(program: Program, batch: Batch, states: States, spiked: Array) -> States:
    """Let the neurons that ``spiked``, (C, L, N), raise their targets' conductances."""
    states = dict(states)
    for receptor, pathways in program.receptors(batch):
        arriving = []
        for pathway in pathways:
            u, x = (f"{pathway.name}_{key}" for key in ("u", "x"))
            states[u], states[x], amplitude = pathway.synapse.transmit(
                states[u],
                states[x],
                spiked[..., program.block(*pathway.pre)],
                batch.synapses,
            )
            arriving.append(spread_out(amplitude, batch.weights[pathway.name]))
        states[receptor] += jnp.concatenate(arriving, axis=-1)
    return states


def step(
    program: Program, cells: Cells, v: Array, states: States, current_nA: Array
) -> tuple[Array, States]:
    """Advance voltage, gates and conductances by one step."""
    return advance(program, cells, *gated(program, cells, v, states), current_nA)


def gated(
    program: Program, cells: Cells, v: Array, states: States
) -> tuple[Array, States]:
    """Return voltage and states with gates after one step at voltage ``v``.

    The voltage is ``v``, or what a channel resets it to.
    """
    states = dict(states)
    for channel in program.dynamics.channels:
        new = channel.update_states(states, program.dt_ms, v, cells.channels)
        v = new.pop("v", v)
        states.update(new)
    return v, states


def advance(
    program: Program, cells: Cells, v: Array, states: States, current_nA: Array
) -> tuple[Array, States]:
    """Advance voltage and conductances by one step, with gates as they are."""
    states, channels = dict(states), program.dynamics.channels

    def membrane_current(u: Array) -> Array:
        currents = (ch.compute_current(states, u, cells.channels) for ch in channels)
        return sum(currents, start=jnp.zeros_like(u))

    # Every current is linear in voltage: its slope, and its value at 0 mV.
    zero, one = jnp.zeros_like(v), jnp.ones_like(v)
    at_zero, slope = jax.jvp(membrane_current, (zero,), (one,))
    conductance, pull = _synaptic(program, cells, v, states)
    # Channels give mA/cm2, synapses and background nA.
    per_area = 1e-3 * cells.per_area
    stiffness = slope + per_area * conductance
    inward = per_area * (pull + current_nA) - at_zero
    dt_over_c = 1e3 * program.dt_ms / program.dynamics.capacitance_uF_cm2
    outward = stiffness * v - inward
    return v - dt_over_c * outward / (1 + 0.5 * dt_over_c * stiffness), states


def _synaptic(
    program: Program, cells: Cells, v: Array, states: States
) -> tuple[Array, Array]:
    """Let conductances in ``states`` decay; return what they do to the membrane.

    That is a conductance in uS, and the current at 0 mV in nA.
    """
    conductance = pull = jnp.zeros_like(v)
    for receptor, kept in cells.kept.items():
        first = program.dynamics.receptors[receptor][0]
        states[receptor] = states[receptor] * kept
        part, current = first.synapse.acting(states[receptor], v, cells.synapses)
        conductance += part
        pull += current
    return conductance, pull
