"""The equations of neurons and synapses: Jaxley's classes, made safe for float32.

These are the only equations of the project: the fast engine and the Jaxley reference
network both call the objects below.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxley.channels import pospischil
from jaxley.solver_gate import save_exp
from jaxley.synapses import IonotropicSynapse
from numpy.typing import NDArray

from minicolumn.config.physics import Neurons


def _x_over_expm1(x: Array) -> Array:
    """Return ``x / (exp(x) - 1)``, finite at its removable singularity.

    Jaxley divides 0 by 0 there, which float32 meets in about one 2 s simulation of a
    hundred; near 0 the first two Taylor terms are exact to float32 precision.
    """
    near = jnp.abs(x) < 1e-3
    safe = jnp.where(near, 1.0, x)
    return jnp.where(near, 1.0 - 0.5 * x, safe / (save_exp(safe) - 1.0))


class Na(pospischil.Na):
    """Sodium channel of Pospischil et al. 2008 with guarded rates."""

    @staticmethod
    def m_gate(v, vt):
        """Return the opening and closing rates of the m gate, per ms."""
        alpha = 0.32 * _x_over_expm1(-0.25 * (v - vt - 13.0)) / 0.25
        beta = 0.28 * _x_over_expm1(0.2 * (v - vt - 40.0)) / 0.2
        return alpha, beta


class K(pospischil.K):
    """Delayed-rectifier channel of Pospischil et al. 2008 with guarded rates."""

    @staticmethod
    def n_gate(v, vt):
        """Return the opening and closing rates of the n gate, per ms."""
        alpha = 0.032 * _x_over_expm1(-0.2 * (v - vt - 15.0)) / 0.2
        beta = 0.5 * save_exp(-(v - vt - 10.0) / 40.0)
        return alpha, beta


# Jaxley's hints say float where it takes arrays; hence Any.
CHANNELS: tuple[Any, ...] = (
    pospischil.Leak(name="Leak"),
    Na(name="Na"),
    K(name="K"),
    pospischil.Km(name="Km"),
)
Synapse: Any = IonotropicSynapse  # AMPA and GABA-A differ in parameters only

CAPACITANCE_UF_CM2 = 1.0  # Jaxley's default, and the textbook value
V_INIT_MV = -70.0
V_SPIKE_MV = 0.0  # an upward crossing is a spike


def channel_parameters(
    neurons: Neurons, excitatory: NDArray[np.bool_]
) -> dict[str, NDArray[np.float64]]:
    """Return the channels' parameters under Jaxley's names, one value per neuron."""
    exc, inh = neurons.excitatory, neurons.inhibitory
    fields = {
        "Leak_gLeak": "g_leak_S_cm2",
        "Leak_eLeak": "reversal_leak_mV",
        "Na_gNa": "g_Na_S_cm2",
        "K_gK": "g_K_S_cm2",
        "Km_gKm": "g_M_S_cm2",
        "Km_taumax": "tau_M_max_ms",
        "vt": "threshold_mV",
    }
    per_neuron = {
        name: np.where(excitatory, getattr(exc, field), getattr(inh, field))
        for name, field in fields.items()
    }
    shared = {"eNa": neurons.reversal_Na_mV, "eK": neurons.reversal_K_mV}
    return per_neuron | {
        name: np.full(excitatory.shape, value) for name, value in shared.items()
    }


def area_um2(neurons: Neurons, excitatory: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the membrane area of each neuron in square micrometres."""
    return np.where(
        excitatory, neurons.excitatory.area_um2, neurons.inhibitory.area_um2
    )


def leak_nS(neurons: Neurons, excitatory: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the leak conductance of each whole neuron in nS."""
    exc, inh = neurons.excitatory.g_leak_S_cm2, neurons.inhibitory.g_leak_S_cm2
    nS_per_S, cm2_per_um2 = 1e9, 1e-8
    per_area = np.where(excitatory, exc, inh)
    return per_area * area_um2(neurons, excitatory) * cm2_per_um2 * nS_per_S
