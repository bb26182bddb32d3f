"""One circuit made from its parameters: connections, weights, background."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minicolumn.config.physics import Background, Wiring
from minicolumn.keys import Stream, generator

# Conductances are stated for a circuit of 50 neurons and scaled by 1/sqrt(N), so that
# the fluctuations of the recurrent input do not grow with the in-degree.
REFERENCE_SIZE = 50


@dataclass(frozen=True)
class Circuit:
    """A circuit of ``n`` neurons, the ``n_exc`` excitatory ones first.

    Attributes
    ----------
    circuit_id
        Identity, from which its background noise is drawn.
    n_exc, n_inh
        Number of excitatory and inhibitory neurons.
    weights_uS
        Peak conductance of each connection, (pre, post), 0 where there is none.
    drive_nA
        Mean background current, (n,).
    noise_fast_nA, noise_slow_nA
        SD of the fast and slow background current, (n,).
    tau_fast_ms, tau_slow_ms
        Correlation times of the two.
    common_fraction
        Share of the fast background's variance that all neurons receive together.
    burst_rate_hz, burst_nA
        Rate of brief strong inputs, and the current each adds at its start, (n,).
    g_M_scale
        Factor on the M conductance of its neurons.
    decay_factor
        Factor on the decay time of the synapses each neuron receives, (n,).
    """

    circuit_id: int
    n_exc: int
    n_inh: int
    weights_uS: NDArray[np.float64]
    drive_nA: NDArray[np.float64]
    noise_fast_nA: NDArray[np.float64]
    noise_slow_nA: NDArray[np.float64]
    tau_fast_ms: float
    tau_slow_ms: float
    common_fraction: float
    burst_rate_hz: float
    burst_nA: NDArray[np.float64]
    g_M_scale: float
    decay_factor: NDArray[np.float64]

    @property
    def n(self) -> int:
        """Number of neurons."""
        return self.n_exc + self.n_inh


def build_circuit(
    circuit_id: int,
    parameters: Mapping[str, float],
    wiring: Wiring,
    background: Background,
    seed: int,
) -> Circuit:
    """Wire one circuit.

    Connections are drawn independently (no autapses), weights are log-normal around
    their class mean, and the mean background current is Gaussian across neurons.
    """
    rng = generator(seed, Stream.WIRING, circuit_id)
    n = int(parameters["n_neurons"])
    n_exc = round(wiring.excitatory_fraction * n)
    excitatory = np.arange(n) < n_exc
    background_scale = np.where(excitatory, 1.0, background.inhibitory_scale)
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
