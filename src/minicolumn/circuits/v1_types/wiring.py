"""One circuit made from its parameters: places, connections, weights, background."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.ei.wiring import REFERENCE_SIZE
from minicolumn.circuits.family import DOSE
from minicolumn.circuits.v1_types.cell_types import KINDS, sizes_of
from minicolumn.circuits.v1_types.measured import (
    PEAK_PROBABILITY,
    WIDTH_UM,
    relative_strength,
)
from minicolumn.config.simulation import Physics
from minicolumn.keys import Stream, generator


def build_circuit(
    circuit_id: int, parameters: Mapping[str, float], physics: Physics
) -> Circuit:
    """Wire one circuit.

    Neurons lie at random in a disk. Connections are drawn independently (no autapses)
    with the measured probability of their types, which falls off with distance. Weights
    are log-normal around the mean of their classes times the relative strength of
    their types. The background is as in the family `minicolumn.circuits.ei`.
    """
    wiring, rng = physics.wiring, generator(physics.seed, Stream.WIRING, circuit_id)
    sizes = sizes_of(int(parameters["n_neurons"]), wiring.excitatory_fraction)
    kind = np.repeat(np.arange(len(sizes)), sizes)
    probability = _probability(
        _distances_um(rng, len(kind), parameters), kind, parameters
    )
    mean_nS = class_means_nS(kind, parameters) * relative_strength()[np.ix_(kind, kind)]
    return Circuit(
        circuit_id=circuit_id,
        sizes=sizes,
        weights_uS=_weights_uS(rng, probability, mean_nS, wiring.weight_sigma),
        **background_of(rng, kind, parameters, physics),
    )


def background_of(
    rng: np.random.Generator,
    kind: NDArray[np.int64],
    parameters: Mapping[str, float],
    physics: Physics,
) -> dict[str, Any]:
    """Return all of a circuit but its connections: background, synapses, dose.

    ``kind`` is the place of each neuron's type in `KINDS`.
    """
    n, decay_sigma = len(kind), physics.wiring.decay_sigma
    scale = np.where(kind == 0, 1.0, physics.background.inhibitory_scale)
    drive_nA = np.array([parameters[f"drive_{name}_nA"] for name in KINDS])[kind]
    spread_nA = parameters["drive_spread_nA"] * scale
    same = ("tau_fast_ms", "tau_slow_ms", "common_fraction", "burst_rate_hz")
    return {
        **{name: parameters[name] for name in (*same, "g_M_scale", DOSE)},
        "drive_nA": drive_nA + spread_nA * rng.standard_normal(n),
        "noise_fast_nA": parameters["noise_fast_nA"] * scale,
        "noise_slow_nA": parameters["noise_slow_nA"] * scale,
        "burst_nA": parameters["burst_nA"] * scale,
        "decay_factor": rng.lognormal(-(decay_sigma**2) / 2, decay_sigma, n),
    }


def class_means_nS(
    kind: NDArray[np.int64], parameters: Mapping[str, float]
) -> NDArray[np.float64]:
    """Return the sampled conductance of the classes of both neurons, (N, N)."""
    of_class = np.array(
        [
            [parameters["g_ee_nS"], parameters["g_ei_nS"]],
            [parameters["g_ie_nS"], parameters["g_ii_nS"]],
        ]
    )
    inhibitory = (kind > 0).astype(int)
    return of_class[np.ix_(inhibitory, inhibitory)]


def _distances_um(
    rng: np.random.Generator, n: int, parameters: Mapping[str, float]
) -> NDArray[np.float64]:
    radius_um = parameters["radius_um"] * np.sqrt(rng.random(n))
    place = radius_um * np.exp(2j * np.pi * rng.random(n))
    return np.abs(place[:, None] - place)


def _probability(
    distance_um: NDArray[np.float64],
    kind: NDArray[np.int64],
    parameters: Mapping[str, float],
) -> NDArray[np.float64]:
    of_types = np.ix_(kind, kind)
    falls = np.exp(-((distance_um / WIDTH_UM[of_types]) ** 2) / 2)
    peak = parameters["p_scale"] * PEAK_PROBABILITY[of_types]
    return np.minimum(peak, 1.0) * falls


def _weights_uS(
    rng: np.random.Generator,
    probability: NDArray[np.float64],
    mean_nS: NDArray[np.float64],
    sigma: float,
) -> NDArray[np.float64]:
    n = len(mean_nS)
    connected = rng.random((n, n)) < probability
    np.fill_diagonal(connected, False)
    # The location -sigma^2/2 makes the mean of the log-normal factor 1.
    factor = rng.lognormal(-(sigma**2) / 2, sigma, (n, n))
    return connected * factor * mean_nS * np.sqrt(REFERENCE_SIZE / n) * 1e-3
