"""The same circuit as a Jaxley network: slow, independent of the engine's batching.

Tests hold the engine to it. The membrane equations are shared objects; everything else
(connectivity, integration, synaptic sums) is Jaxley's own.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import jaxley as jx
import numpy as np
from jaxley.connect import connectivity_matrix_connect
from numpy.typing import NDArray

from minicolumn.circuit.acetylcholine import AchEffect
from minicolumn.circuit.membrane import (
    CAPACITANCE_UF_CM2,
    CHANNELS,
    V_INIT_MV,
    Synapse,
    area_um2,
    channel_parameters,
    leak_nS,
)
from minicolumn.circuit.wiring import Circuit
from minicolumn.config.physics import Neurons, Synapses


def build_network(circuit: Circuit, neurons: Neurons, synapses: Synapses) -> jx.Network:
    """Return the circuit as a network of single-compartment Jaxley cells."""
    compartment = jx.Compartment()
    for channel in CHANNELS:
        compartment.insert(channel)
    cell = jx.Cell(jx.Branch(compartment, 1), parents=[-1])
    network = jx.Network([cell] * circuit.n)
    excitatory = np.arange(circuit.n) < circuit.n_exc
    # A cylinder as long as it is wide has the area of a sphere: 4 pi r^2.
    radius = np.sqrt(area_um2(neurons, excitatory) / (4 * np.pi))
    network.set("radius", radius)
    network.set("length", 2 * radius)
    network.set("capacitance", CAPACITANCE_UF_CM2)
    network.set("v", V_INIT_MV)
    for name, value in channel_parameters(neurons, excitatory).items():
        network.set(name, value)
    for name, members, receptor in (
        ("AMPA", excitatory, synapses.ampa),
        ("GABAa", ~excitatory, synapses.gaba_a),
    ):
        pre = np.flatnonzero(members)
        connected: Any = circuit.weights_uS[pre] > 0
        connectivity_matrix_connect(
            network.cell(list(pre)), network.cell("all"), Synapse(name=name), connected
        )
        chosen = _edges(network, name)
        edges = network.edges.iloc[chosen]
        weights = circuit.weights_uS[edges["pre_index"], edges["post_index"]]
        view = network.select(edges=chosen)
        view.set(f"{name}_gS", weights)
        view.set(f"{name}_e_syn", receptor.reversal_mV)
        view.set(f"{name}_k_minus", 1 / receptor.decay_ms)
        view.set(f"{name}_v_th", synapses.release_threshold_mV)
        view.set(f"{name}_delta", synapses.release_slope_mV)
        view.set(f"{name}_s", 0.0)
    network.cell("all").branch(0).comp(0).record("v", verbose=False)
    network.init_states()
    return network


def _edges(network: jx.Network, name: str) -> NDArray[np.int64]:
    return np.flatnonzero((network.edges["type"] == name).to_numpy())


def integrator(
    network: jx.Network, circuit: Circuit, neurons: Neurons, dt_ms: float
) -> Callable[[AchEffect, NDArray[np.float64]], NDArray[np.float64]]:
    """Return a function that integrates the network at every ACh level.

    Parameters
    ----------
    network, circuit, neurons
        The network, and what it was built from.
    dt_ms
        Time step.

    Returns
    -------
    Callable
        From what ACh does at each of L levels and the current into each neuron without
        ACh in nA, (steps, N), to the voltage in mV after each step, (L, steps, N).
        Compiled on its first call.
    """
    network.to_jax()
    excitatory = np.arange(circuit.n) < circuit.n_exc
    chosen = _edges(network, "AMPA")
    edges = network.edges.iloc[chosen]
    weights = circuit.weights_uS[edges["pre_index"], edges["post_index"]]
    to_exc = excitatory[edges["post_index"]]
    handle = network.select(edges=chosen).data_set(
        "AMPA_gS", jnp.asarray(weights), None
    )
    # Jaxley 0.14 cannot trace its own indices (jaxley#657): make them plain numpy.
    handle = [handle[0] | {"indices": np.asarray(handle[0]["indices"])}]

    @jax.jit
    def run(conductance: jax.Array, current: jax.Array) -> jax.Array:
        stimuli: Any = network.cell("all").data_stimulate(current, None)
        return jx.integrate(
            network,
            param_state=[handle[0] | {"val": conductance}],
            data_stimuli=stimuli,
            delta_t=dt_ms,
        )

    def integrate(
        effect: AchEffect, background_nA: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        traces = []
        for exc, inh, shift in zip(
            effect.to_exc, effect.to_inh, effect.depolarisation_mV, strict=True
        ):
            scaled = jnp.asarray(weights * np.where(to_exc, exc, inh))
            extra = 1e-3 * leak_nS(neurons, excitatory) * shift
            v = run(scaled, jnp.asarray((background_nA + extra).T))
            traces.append(np.asarray(v).T[1 : len(background_nA) + 1])
        return np.stack(traces)

    return integrate
