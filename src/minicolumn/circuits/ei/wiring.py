"""One circuit made from its parameters: connections, weights, background."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit
from minicolumn.config.simulation import Physics
from minicolumn.keys import Stream, generator

# Conductances are stated for a circuit of 50 neurons and scaled by 1/sqrt(N), so that
# the fluctuations of the recurrent input do not grow with the in-degree.
REFERENCE_SIZE = 50


def build_circuit(
    circuit_id: int, parameters: Mapping[str, float], physics: Physics
) -> Circuit:
    """Wire one circuit.

    Connections are drawn independently (no autapses), weights are log-normal around
    their class mean, and the mean background current is Gaussian across neurons.
    """
    wiring, rng = physics.wiring, generator(physics.seed, Stream.WIRING, circuit_id)
    n = int(parameters["n_neurons"])
    n_exc = round(wiring.excitatory_fraction * n)
    excitatory = np.arange(n) < n_exc
    background_scale = np.where(excitatory, 1.0, physics.background.inhibitory_scale)
    drive = np.where(excitatory, parameters["drive_exc_nA"], parameters["drive_inh_nA"])
    spread = parameters["drive_spread_nA"] * background_scale
    weights_uS = _weights(rng, excitatory, parameters, wiring.weight_sigma)
    drive_nA = drive + spread * rng.standard_normal(n)
    return Circuit(
        circuit_id=circuit_id,
        n_exc=n_exc,
        n_inh=n - n_exc,
        weights_uS=weights_uS,
        drive_nA=drive_nA,
        noise_fast_nA=parameters["noise_fast_nA"] * background_scale,
        noise_slow_nA=parameters["noise_slow_nA"] * background_scale,
        tau_fast_ms=parameters["tau_fast_ms"],
        tau_slow_ms=parameters["tau_slow_ms"],
        common_fraction=parameters["common_fraction"],
        burst_rate_hz=parameters["burst_rate_hz"],
        burst_nA=parameters["burst_nA"] * background_scale,
        g_M_scale=parameters["g_M_scale"],
        decay_factor=rng.lognormal(-(wiring.decay_sigma**2) / 2, wiring.decay_sigma, n),
        max_mV=parameters["max_mV"],
    )


def _weights(
    rng: np.random.Generator,
    excitatory: NDArray[np.bool_],
    parameters: Mapping[str, float],
    sigma: float,
) -> NDArray[np.float64]:
    n = excitatory.size
    pre, post = excitatory[:, None], excitatory[None, :]
    probability = np.where(pre, parameters["p_exc"], parameters["p_inh"])
    mean_nS = np.where(
        pre,
        np.where(post, parameters["g_ee_nS"], parameters["g_ei_nS"]),
        np.where(post, parameters["g_ie_nS"], parameters["g_ii_nS"]),
    )
    connected = rng.random((n, n)) < probability
    np.fill_diagonal(connected, False)
    # The location -sigma^2/2 makes the mean of the log-normal factor 1.
    factor = rng.lognormal(-(sigma**2) / 2, sigma, (n, n))
    return connected * factor * mean_nS * np.sqrt(REFERENCE_SIZE / n) * 1e-3
