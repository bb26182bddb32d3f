"""The same circuit as a Jaxley network: slow, independent of the engine's batching.

Tests hold the engine to it. The membrane equations are shared objects; everything else
(connectivity, integration, synaptic sums) is Jaxley's own.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import jaxley as jx
import numpy as np
from jaxley.connect import connectivity_matrix_connect
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.dynamics import Dynamics, Pathway
from minicolumn.circuits.family import family
from minicolumn.config import Physics


def build_network(circuit: Circuit, physics: Physics) -> jx.Network:
    """Return the circuit as a network of single-compartment Jaxley cells."""
    dynamics = _dynamics(physics)
    compartment = jx.Compartment()
    for channel in dynamics.channels:
        compartment.insert(channel)
    cell = jx.Cell(jx.Branch(compartment, 1), parents=[-1])
    network = jx.Network([cell] * circuit.n)
    neurons, kinds = physics.neurons, dynamics.of_neurons(circuit.sizes)
    # A cylinder as long as it is wide has the area of a sphere: 4 pi r^2.
    radius = np.sqrt(dynamics.area_um2(neurons, kinds) / (4 * np.pi))
    network.set("radius", radius)
    network.set("length", 2 * radius)
    network.set("capacitance", dynamics.capacitance_uF_cm2)
    network.set("v", dynamics.v_init_mV)
    channels = dynamics.channel_parameters(neurons, kinds, circuit.g_M_scale)
    for name, value in channels.items():
        network.set(name, value)
    for pathway in dynamics.pathways(physics.synapses):
        _connect(network, circuit, pathway, physics)
    network.cell("all").branch(0).comp(0).record("v", verbose=False)
    network.init_states()
    return network


def _dynamics(physics: Physics) -> Dynamics:
    return family(physics.circuits.family).dynamics


def _connect(
    network: jx.Network, circuit: Circuit, pathway: Pathway, physics: Physics
) -> None:
    dynamics, synapses = _dynamics(physics), physics.synapses
    kinds = dynamics.of_neurons(circuit.sizes)
    pre = np.flatnonzero(np.isin(kinds, pathway.pre))
    post = np.flatnonzero(np.isin(kinds, pathway.post))
    connected: Any = circuit.weights_uS[np.ix_(pre, post)] > 0
    connectivity_matrix_connect(
        network.cell(list(pre)), network.cell(list(post)), pathway.synapse, connected
    )
    chosen = _edges(network, pathway)
    edges = network.edges.iloc[chosen]
    view = network.select(edges=chosen)
    weights = circuit.weights_uS[edges["pre_index"], edges["post_index"]]
    view.set(f"{pathway.name}_gS", weights * dynamics.strength(pathway, synapses))
    parameters: dict[str, Any] = dict(dynamics.parameters_of(pathway, synapses))
    parameters[f"{pathway.name}_decay"] *= circuit.decay_factor[edges["post_index"]]
    for name, value in parameters.items():
        view.set(name, value)


def _edges(network: jx.Network, pathway: Pathway) -> NDArray[np.int64]:
    return np.flatnonzero((network.edges["type"] == pathway.name).to_numpy())


def integrator(
    network: jx.Network, circuit: Circuit, physics: Physics, dt_ms: float
) -> Callable[[Sequence[Condition], NDArray[np.float64]], NDArray[np.float64]]:
    """Return a function that integrates the network under conditions.

    Parameters
    ----------
    network, circuit, physics
        The network, and what it was built from.
    dt_ms
        Time step.

    Returns
    -------
    Callable
        From L conditions, of which it knows release, depolarization and drive, and the
        current into each neuron without them in nA, (steps, N), to the voltage in mV
        after each step, (L, steps, N). Compiled on its first call.
    """
    network.to_jax()
    dynamics = _dynamics(physics)
    used = dynamics.pathways(physics.synapses)
    handles = [_utilization(network, pathway) for pathway in used]

    @jax.jit
    def run(utilization: list[jax.Array], current: jax.Array) -> jax.Array:
        stimuli: Any = network.cell("all").data_stimulate(current, None)
        return jx.integrate(
            network,
            param_state=[
                handle | {"val": jnp.full_like(handle["val"], value)}
                for handle, value in zip(handles, utilization, strict=True)
            ],
            data_stimuli=stimuli,
            delta_t=dt_ms,
            solver="crank_nicolson",
        )

    sizes = circuit.sizes
    leak = dynamics.leak_nS(physics.neurons, dynamics.of_neurons(sizes))

    def integrate(
        conditions: Sequence[Condition], background_nA: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        traces = []
        for condition in conditions:
            utilization = [
                dynamics.parameters_of(pathway, physics.synapses)[f"{pathway.name}_U"]
                * pathway.release(condition)
                for pathway in used
            ]
            shift, drive = (
                np.repeat(dynamics.shifts(values), sizes)
                for values in (condition.depolarization_mV, condition.drive_nA)
            )
            current = background_nA + 1e-3 * leak * shift + drive
            v = run([jnp.asarray(u) for u in utilization], jnp.asarray(current.T))
            traces.append(np.asarray(v).T[1 : len(background_nA) + 1])
        return np.stack(traces)

    return integrate


def _utilization(network: jx.Network, pathway: Pathway) -> dict[str, Any]:
    """Return Jaxley's handle on the utilization of all synapses of a pathway."""
    view = network.select(edges=_edges(network, pathway))
    name = f"{pathway.name}_U"
    values = jnp.asarray(view.edges[name].to_numpy())
    (handle,) = view.data_set(name, values, None)
    # Jaxley 0.14 cannot trace its own indices (jaxley#657): make them plain numpy.
    return handle | {"indices": np.asarray(handle["indices"])}
