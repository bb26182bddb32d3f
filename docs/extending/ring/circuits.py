"""What circuits on a ring are: parameters, types of neuron, and how one is built."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.ei.parameters import KINDS, SITES, sizes_of
from minicolumn.circuits.family import DOSE, Family, Parameter
from minicolumn.config import Physics
from minicolumn.keys import Stream, generator

FAMILY = Family(
    name="ring",
    parameters=(
        Parameter("n_neurons", "neurons", "size of the circuit, 80 % excitatory", 10),
        Parameter(
            "reach", "1", "half of the share of the ring that is reached", 0, 0.5
        ),
        Parameter("g_exc_nS", "nS", "conductance of a connection, from excitatory", 0),
        Parameter("g_inh_nS", "nS", "conductance of a connection, from inhibitory", 0),
        Parameter("drive_nA", "nA", "mean background current"),
        Parameter("noise_nA", "nA", "SD of the background current", 0),
        Parameter(DOSE, "mV", "depolarization by ACh at its highest concentration", 0),
    ),
    kinds=KINDS,
    sites=SITES,
    sizes=sizes_of,
    builder=f"{__name__}:build_circuit",
    # Neurons and synapses are those of the family ei.
    dynamics_at="minicolumn.circuits.ei.dynamics:DYNAMICS",
    fast_spiking=("inh",),
    settings=Path(__file__).with_name("settings.yaml"),
)


def build_circuit(
    circuit_id: int, parameters: Mapping[str, float], physics: Physics
) -> Circuit:
    """Place neurons at random on a ring, and connect half of those within reach."""
    rng = generator(physics.seed, Stream.WIRING, circuit_id)
    n = int(parameters["n_neurons"])
    sizes = sizes_of(n, physics.wiring.excitatory_fraction)
    place = rng.random(n)
    apart = np.abs(place[:, None] - place)
    near = np.minimum(apart, 1 - apart) < parameters["reach"]
    connected = near & (rng.random((n, n)) < 0.5) & ~np.eye(n, dtype=bool)
    g_nS = np.repeat([parameters["g_exc_nS"], parameters["g_inh_nS"]], sizes)
    same = np.ones(n)
    return Circuit(
        circuit_id=circuit_id,
        sizes=sizes,
        weights_uS=1e-3 * connected * g_nS[:, None],
        drive_nA=parameters["drive_nA"] * same,
        noise_fast_nA=parameters["noise_nA"] * same,
        noise_slow_nA=0.3 * parameters["noise_nA"] * same,
        tau_fast_ms=5.0,
        tau_slow_ms=200.0,
        common_fraction=0.1,
        burst_rate_hz=0.0,
        burst_nA=0 * same,
        g_M_scale=1.0,
        decay_factor=same,
        max_mV=parameters[DOSE],
    )
