"""The circuit in Jaxley: jaxley_peer.py FILE RUN_MS BATCH shared|any.

``jx.integrate`` under ``jax.vmap``, over the ACh levels of ``BATCH`` runs. With
"shared" all runs have the same wiring. With "any" the wiring can differ: all neurons
are connected to all, with conductance 0 where there is no connection, and conductances
and decay times are mapped over too. Noise and spike detection are not timed: currents
come from the host, and the result is voltage.
"""

import dataclasses
import sys

import jax
import jax.numpy as jnp
import jaxley as jx
import numpy as np
from circuit_file import read, runs as runs_of
from serve import Run, Stopwatch, serve

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.ei.synapses import parameters_of, pathways
from minicolumn.config import Config
from minicolumn.simulation.device import prepare
from minicolumn.simulation.jaxley_network import build_network

ABSENT_US = 1e-9  # above 0, so that `build_network` makes the edge


def main(file: str, run_ms: str, batch: str, wiring: str) -> None:
    """Serve runs of ``run_ms`` milliseconds at all levels."""
    prepare()
    cfg, circuit = read(file)
    built = circuit if wiring == "shared" else all_to_all(circuit)
    network = build_network(built, cfg)
    network.to_jax()
    mapped = ("U",) if wiring == "shared" else ("U", "gS", "decay")
    handles = handles_of(network, cfg, mapped)
    n_levels = len(cfg.acetylcholine.levels)
    n_sims, steps = n_levels * int(batch), round(int(run_ms) / cfg.simulation.dt_ms)

    @jax.jit
    @jax.vmap
    def integrate(values: list[jax.Array], current_nA: jax.Array) -> jax.Array:
        stimuli = network.cell("all").data_stimulate(current_nA, None)
        return jx.integrate(
            network,
            param_state=[
                handle | {"val": value}
                for handle, value in zip(handles, values, strict=True)
            ],
            data_stimuli=stimuli,
            delta_t=cfg.simulation.dt_ms,
            solver="crank_nicolson",
        )

    values = [
        jnp.tile(v, (int(batch), 1)) for v in parameters(network, circuit, cfg, handles)
    ]

    def currents(seed: int) -> jax.Array:
        rng = np.random.default_rng(seed)
        noise = rng.standard_normal((n_sims, circuit.n, steps), np.float32)
        sd = np.hypot(circuit.noise_fast_nA, circuit.noise_slow_nA)[:, None]
        return jnp.asarray(circuit.drive_nA[:, None] + sd * noise, jnp.float32)

    def run(seed: int) -> Run:
        current_nA = currents(seed)
        with Stopwatch() as timed:
            integrate(values, current_nA).block_until_ready()
        return Run(n_sims * int(run_ms) / 1000, timed)

    run(0)  # compile
    serve(f"Jaxley {jx.__version__}", run)


def all_to_all(circuit: Circuit) -> Circuit:
    """Return the circuit with a connection, however weak, between any two neurons."""
    weights = np.maximum(circuit.weights_uS, ABSENT_US)
    np.fill_diagonal(weights, 0)
    return dataclasses.replace(circuit, weights_uS=weights)


def handles_of(network: jx.Network, cfg: Config, keys: tuple[str, ...]) -> list[dict]:
    """Return Jaxley's handle on each of these parameters of each pathway."""
    made = []
    for pathway in pathways(cfg.synapses):
        edges = np.flatnonzero((network.edges["type"] == pathway.name).to_numpy())
        view = network.select(edges=edges)
        for key in keys:
            name = f"{pathway.name}_{key}"
            value = jnp.asarray(view.edges[name].to_numpy(), jnp.float32)
            (handle,) = view.data_set(name, value, None)
            # Jaxley 0.14 cannot trace its own indices (jaxley#657): plain numpy.
            made.append(handle | {"indices": np.asarray(handle["indices"])})
    return made


def parameters(
    network: jx.Network, circuit: Circuit, cfg: Config, handles: list[dict]
) -> list[jax.Array]:
    """Return the value of each handle at each level, (L, edges)."""
    conditions = runs_of(cfg, circuit)[0].conditions
    ones = np.ones((len(conditions), 1))
    pathway_of = {pathway.name: pathway for pathway in pathways(cfg.synapses)}
    made = []
    for handle in handles:
        name, key = handle["key"].rsplit("_", 1)
        pathway = pathway_of[name]
        edges = network.edges[network.edges["type"] == name]
        pre, post = edges["pre_index"].to_numpy(), edges["post_index"].to_numpy()
        value = parameters_of(pathway, cfg.synapses).get(handle["key"], 0)
        factors = [pathway.release(one) for one in conditions]
        rows = {
            "U": np.outer(value * np.array(factors), np.ones(len(pre))),
            "gS": ones * circuit.weights_uS[pre, post],
            "decay": ones * value * circuit.decay_factor[post],
        }
        made.append(jnp.asarray(rows[key], jnp.float32))
    return made


if __name__ == "__main__":
    main(*sys.argv[1:])
