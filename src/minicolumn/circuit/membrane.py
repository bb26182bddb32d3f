"""The equations of the neuron: Jaxley's channels, with guarded rates and cheaper gates.

These classes are the only place where they stand: the fast engine and the Jaxley
reference network both call the objects below.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxley.channels import pospischil
from jaxley.solver_gate import save_exp
from numpy.typing import NDArray

from minicolumn.config.physics import Neurons


def step_gate(x: Array, dt_ms: float, opening: Array, closing: Array) -> Array:
    """Advance a gate by one step, its rates (per ms) held.

    The solution relaxes by ``exp(-h)``, ``h = dt (opening + closing)``. Here it relaxes
    by ``1 / (1 + h + h^2 / 2)``: second order like the scheme around it, between 0 and
    1 for every ``h`` like the exponential, and cheaper, since neither the exponential
    nor the time constant is needed.
    """
    h = dt_ms * (opening + closing)
    half = 1.0 + 0.5 * h
    return (x + dt_ms * opening * half) / (1.0 + h * half)


def _x_over_expm1(x: Array) -> Array:
    """Return ``x / (exp(x) - 1)``, finite at its removable singularity.

    Jaxley divides 0 by 0 there, which float32 meets in about one 2 s simulation of a
    hundred; near 0 three Taylor terms are exact to float32 precision.
    """
    near = jnp.abs(x) < 1e-2
    safe = jnp.where(near, 1.0, x)
    series = 1.0 - 0.5 * x + x * x / 12.0
    return jnp.where(near, series, safe / (save_exp(safe) - 1.0))


# Dictionaries are invariant: what upstream may return, ours must not promise.
# pyright: reportIncompatibleMethodOverride=false


class Na(pospischil.Na):
    """Sodium channel of Pospischil et al. 2008."""

    def update_states(self, states, dt, v, params):
        """Return the gates m and h after ``dt`` ms at voltage ``v``."""
        m, h = states[f"{self.name}_m"], states[f"{self.name}_h"]
        return {
            f"{self.name}_m": step_gate(m, dt, *self.m_gate(v, params["vt"])),
            f"{self.name}_h": step_gate(h, dt, *self.h_gate(v, params["vt"])),
        }

    @staticmethod
    def m_gate(v, vt):
        """Return the opening and closing rates of the m gate, per ms."""
        opening = 0.32 * _x_over_expm1(-0.25 * (v - vt - 13.0)) / 0.25
        closing = 0.28 * _x_over_expm1(0.2 * (v - vt - 40.0)) / 0.2
        return opening, closing


class K(pospischil.K):
    """Delayed-rectifier channel of Pospischil et al. 2008."""

    def update_states(self, states, dt, v, params):
        """Return the gate n after ``dt`` ms at voltage ``v``."""
        n = states[f"{self.name}_n"]
        return {f"{self.name}_n": step_gate(n, dt, *self.n_gate(v, params["vt"]))}

    @staticmethod
    def n_gate(v, vt):
        """Return the opening and closing rates of the n gate, per ms."""
        opening = 0.032 * _x_over_expm1(-0.2 * (v - vt - 15.0)) / 0.2
        closing = 0.5 * save_exp(-(v - vt - 10.0) / 40.0)
        return opening, closing


class Km(pospischil.Km):
    """Slow M current of Pospischil et al. 2008, started at its steady state."""

    def init_state(self, states, v, params, delta_t):
        """Return the steady state; Jaxley's own mistakes (p_inf, tau) for rates."""
        p_inf, _ = self.p_gate(v, params[f"{self.name}_taumax"])
        return {f"{self.name}_p": p_inf}

    def update_states(self, states, dt, v, params):
        """Return the gate p after ``dt`` ms at voltage ``v``.

        Steady state and time constant are functions of one exponential.
        """
        up = save_exp(0.05 * (v + 35.0))
        p_inf = up * up / (1.0 + up * up)
        rate = (3.3 * up * up + 1.0) / (up * params[f"{self.name}_taumax"])
        p = states[f"{self.name}_p"]
        return {f"{self.name}_p": step_gate(p, dt, p_inf * rate, (1 - p_inf) * rate)}


# Jaxley's hints say float where it takes arrays; hence Any.
CHANNELS: tuple[Any, ...] = (
    pospischil.Leak(name="Leak"),
    Na(name="Na"),
    K(name="K"),
    Km(name="Km"),
)

CAPACITANCE_UF_CM2 = 1.0  # Jaxley's default, and the textbook value
V_INIT_MV = -70.0
V_SPIKE_MV = 0.0  # an upward crossing is a spike


def channel_parameters(
    neurons: Neurons, excitatory: NDArray[np.bool_], g_M_scale: float = 1.0
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
    per_neuron["Km_gKm"] = g_M_scale * per_neuron["Km_gKm"]
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
