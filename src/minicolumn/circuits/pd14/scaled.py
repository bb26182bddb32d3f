"""One column made from its parameters, smaller in neurons and in-degree.

Fewer inputs per neuron, ``k`` times the published number, are stronger by
``1 / sqrt(k)``, so that the fluctuations of the recurrent current remain; what its mean
then lacks is a constant current (van Albada, Helias & Diesmann 2015, and the
implementation of Potjans and Diesmann for NEST).
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.family import DOSE
from minicolumn.circuits.pd14 import constants, full_column
from minicolumn.circuits.pd14.populations import EXCITATORY, FULL_SIZES, KINDS, sizes_of
from minicolumn.config.simulation import Physics
from minicolumn.keys import Stream, generator

_FULL = np.array(list(FULL_SIZES.values()), float)
_IS_EXCITATORY = np.array([of == "exc" for of in KINDS.values()])
# The engine renews the fast background so often, and holds it in between.
_HELD_MS = 0.5
PUBLISHED = {"p_scale": 1.0, "psp_mV": 0.15, "g": 4.0}


def build_circuit(
    circuit_id: int, parameters: Mapping[str, float], physics: Physics
) -> Circuit:
    """Wire one circuit.

    Synapses are drawn with replacement, as many between two populations as their sizes
    and the published probability say. The background is the Gaussian of the mean and
    variance of the published Poisson inputs, filtered by their synapses.
    """
    rng = generator(physics.seed, Stream.WIRING, circuit_id)
    sizes = sizes_of(int(parameters["n_neurons"]), 0.0)
    current_nA = currents_nA(parameters)
    mean_nA, sd_nA = background_nA(parameters, current_nA)
    n = sum(sizes)
    n_recorded = min(int(parameters["n_recorded"]), n)
    recorded = rng.choice(n, n_recorded, replace=False)
    same = np.ones(n)
    return Circuit(
        circuit_id=circuit_id,
        sizes=sizes,
        weights_uS=_weights_uS(rng, sizes, parameters, physics),
        drive_nA=np.repeat(mean_nA + compensation_nA(parameters["in_degree"]), sizes),
        noise_fast_nA=np.repeat(sd_nA, sizes),
        noise_slow_nA=0.0 * same,
        tau_fast_ms=constants.TAU_SYN_MS,
        tau_slow_ms=1.0,
        common_fraction=0.0,
        burst_rate_hz=0.0,
        burst_nA=0.0 * same,
        g_M_scale=1.0,
        decay_factor=same,
        max_mV=parameters[DOSE],
        excitatory_types=len(EXCITATORY),
        recorded=tuple(np.sort(recorded).tolist()),
    )


def currents_nA(parameters: Mapping[str, float]) -> NDArray[np.float64]:
    """Return the peak current of a connection at full size, (pre, post) populations."""
    per_mV = 1e-3 * full_column.current_per_psp(
        constants.TAU_SYN_MS, constants.TAU_M_MS, constants.C_PF
    )
    sign = np.where(_IS_EXCITATORY, 1.0, -parameters["g"])[:, None]
    return parameters["psp_mV"] * per_mV * sign * full_column.PSP_FACTOR


def in_degrees(parameters: Mapping[str, float]) -> NDArray[np.float64]:
    """Return the inputs of a neuron at full size, (pre, post) populations."""
    probability = np.minimum(parameters["p_scale"] * full_column.PROBABILITY, 0.99)
    return full_column.synapses(probability) / _FULL


def background_nA(
    parameters: Mapping[str, float], current_nA: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and SD of the background current of each population (Campbell).

    The SD is that of a current held for 0.5 ms which has the spectrum of the filtered
    inputs at low frequencies.
    """
    rate_hz = np.where(
        _IS_EXCITATORY, parameters["background_exc_hz"], parameters["background_inh_hz"]
    )
    per_ms = 1e-3 * rate_hz * full_column.EXTERNAL_INPUTS
    strength_nA, tau_ms = current_nA[0, 0], constants.TAU_SYN_MS
    half = _HELD_MS / (2 * tau_ms)
    variance = per_ms * (strength_nA * tau_ms) ** 2 / _HELD_MS * np.tanh(half)
    return per_ms * strength_nA * tau_ms, np.sqrt(variance)


def compensation_nA(in_degree: float) -> NDArray[np.float64]:
    """Return the current that replaces the mean of omitted inputs, by population.

    It is that of the published column, whose rates are known, whatever the parameters.
    """
    per_ms = 1e-3 * full_column.RATE_HZ[:, None] * in_degrees(PUBLISHED)
    full_nA = (per_ms * currents_nA(PUBLISHED) * constants.TAU_SYN_MS).sum(axis=0)
    return (1 - np.sqrt(in_degree)) * full_nA


def _weights_uS(
    rng: np.random.Generator,
    sizes: tuple[int, ...],
    parameters: Mapping[str, float],
    physics: Physics,
) -> NDArray[np.float64]:
    k, n = parameters["in_degree"], np.array(sizes)
    synapses = np.rint(k * in_degrees(parameters) * n).astype(int)
    mean_nA = charge_factor(physics) * currents_nA(parameters) / np.sqrt(k)
    mean_uS = mean_nA / driving_mV(physics)[:, None]
    ends = np.cumsum([0, *sizes])
    weights_uS = np.zeros((ends[-1], ends[-1]))
    for pre, post in np.ndindex(synapses.shape):
        block = weights_uS[ends[pre] : ends[pre + 1], ends[post] : ends[post + 1]]
        block[:] = mean_uS[pre, post] * _summed(
            rng, int(synapses[pre, post]), block.shape, physics.wiring.weight_sigma
        )
    return weights_uS


def _summed(
    rng: np.random.Generator, n: int, shape: tuple[int, int], sigma: float
) -> NDArray[np.float64]:
    """Return the summed strength of ``n`` synapses, 1 in the mean, between neurons."""
    n_pairs = shape[0] * shape[1]
    places = rng.integers(0, n_pairs, n)
    strength = rng.lognormal(-(sigma**2) / 2, sigma, n)
    return np.asarray(np.bincount(places, strength, n_pairs), float).reshape(shape)


def driving_mV(physics: Physics) -> NDArray[np.float64]:
    """Return the driving force at rest of connections from each population."""
    of = physics.synapses
    exc, inh = (one.reversal_mV - constants.E_L_MV for one in (of.ampa, of.gaba_a))
    return np.where(_IS_EXCITATORY, exc, inh)


def charge_factor(physics: Physics) -> float:
    """Return the factor at which currents in the engine carry the charge they should.

    The engine holds a current over a step at what is left of it at the end.
    """
    steps = physics.simulation.dt_ms / constants.TAU_SYN_MS
    return float(np.expm1(steps) / steps)
