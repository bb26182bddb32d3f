"""Jaxley's channels with guarded rates and cheaper gates, for engine and reference."""

import math
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from jaxley.channels import pospischil
from numpy.typing import NDArray

from minicolumn.config.circuits import Neurons


class Rates(NamedTuple):
    """Opening and closing rates of a gate per ms, over a common denominator.

    A division costs as much as five multiplications: so a step of a gate has only one.
    """

    opening: Array
    closing: Array
    under: Array | float = 1.0

    def values(self) -> tuple[Array, Array]:
        """Return both rates."""
        return self.opening / self.under, self.closing / self.under


def step_gate(x: Array, dt_ms: float, rates: Rates) -> Array:
    """Advance a gate by one step, its rates held.

    The solution relaxes by ``exp(-h)``, ``h = dt (opening + closing)``. Here it relaxes
    by ``1 / (1 + h + h^2 / 2)``: second order like the scheme around it, between 0 and
    1 for every ``h``, and cheaper.
    """
    opening, closing, under = rates
    h = dt_ms * opening + dt_ms * closing
    half = under + 0.5 * h
    square = under * under
    return (x * square + dt_ms * opening * half) / (square + h * half)


def _exponentials(u: Array) -> tuple[Array, Array, Array, Array]:
    """Return ``exp(-u / k)`` for k = 40, 20, 5 and 4 mV, from one exponential.

    An exponential costs as much as twenty multiplications. The bound, at 72 mV below
    threshold, keeps products of rates finite in float32. It comes after the
    exponential: the compiler turns a product of bare exponentials into another one.
    """
    e40 = jnp.minimum(jnp.exp(u * (-1 / 40)), math.exp(72 / 40))
    e20 = e40 * e40
    e10 = e20 * e20
    e5 = e10 * e10
    return e40, e20, e5, e5 * e20


def _linear(x: Array, exp_x: Array) -> tuple[Array, Array]:
    """Return ``x / (exp(x) - 1)`` as a fraction, finite at its removable singularity.

    Jaxley divides 0 by 0 there, which float32 meets in about one 2 s simulation of a
    hundred. The series is exact to 2e-7, and spares the difference its cancellation.
    """
    near = jnp.abs(x) < 0.1
    series = 1.0 - x * (0.5 - x * (1 / 12))
    return jnp.where(near, series, x), jnp.where(near, 1.0, exp_x - 1.0)


# Dictionaries are invariant: what upstream may return, ours must not promise.
# pyright: reportIncompatibleMethodOverride=false


class Na(pospischil.Na):
    """Sodium channel of Pospischil et al. 2008."""

    def update_states(self, states, dt, v, params):
        """Return the gates m and h after ``dt`` ms at voltage ``v``."""
        u = v - params["vt"]
        m, h = f"{self.name}_m", f"{self.name}_h"
        return {
            m: step_gate(states[m], dt, self.m_rates(u)),
            h: step_gate(states[h], dt, self.h_rates(u)),
        }

    @staticmethod
    def m_rates(u):
        """Return the rates of the m gate ``u`` mV above threshold."""
        *_, e5, e4 = _exponentials(u)
        over, under = _linear(-0.25 * (u - 13.0), math.exp(13 / 4) * e4)
        # Closing is y / (1 - exp(-y)).
        e40 = math.exp(40 / 5) * e5
        over_close, under_close = _linear(-0.2 * (u - 40.0), e40)
        return Rates(
            1.28 * over * under_close,
            1.4 * over_close * e40 * under,
            under * under_close,
        )

    @staticmethod
    def h_rates(u):
        """Return the rates of the h gate ``u`` mV above threshold."""
        *_, e5, _ = _exponentials(u)
        under = 1.0 + math.exp(40 / 5) * e5
        opening = 0.128 * jnp.exp((17.0 - u) / 18.0) * under
        return Rates(opening, jnp.full_like(under, 4.0), under)

    @classmethod
    def m_gate(cls, v, vt):
        """Return the opening and closing rates of the m gate, per ms."""
        return cls.m_rates(v - vt).values()

    @classmethod
    def h_gate(cls, v, vt):
        """Return the opening and closing rates of the h gate, per ms."""
        return cls.h_rates(v - vt).values()


class K(pospischil.K):
    """Delayed-rectifier channel of Pospischil et al. 2008."""

    def update_states(self, states, dt, v, params):
        """Return the gate n after ``dt`` ms at voltage ``v``."""
        n = f"{self.name}_n"
        return {n: step_gate(states[n], dt, self.n_rates(v - params["vt"]))}

    @staticmethod
    def n_rates(u):
        """Return the rates of the n gate ``u`` mV above threshold."""
        e40, _, e5, _ = _exponentials(u)
        over, under = _linear(-0.2 * (u - 15.0), math.exp(15 / 5) * e5)
        return Rates(0.16 * over, 0.5 * math.exp(10 / 40) * e40 * under, under)

    @classmethod
    def n_gate(cls, v, vt):
        """Return the opening and closing rates of the n gate, per ms."""
        return cls.n_rates(v - vt).values()


class Km(pospischil.Km):
    """Slow M current of Pospischil et al. 2008, started at its steady state.

    Its rates do not depend on the threshold ``vt``, a parameter only so that they come
    from the same exponential as those of the other channels.
    """

    def __init__(self, name: str):
        super().__init__(name)
        self.channel_params |= {"vt": -60.0}

    def init_state(self, states, v, params, delta_t):
        """Return the steady state; Jaxley's own mistakes (p_inf, tau) for rates."""
        p_inf, _ = self.p_gate(v, params[f"{self.name}_taumax"])
        return {f"{self.name}_p": p_inf}

    def update_states(self, states, dt, v, params):
        """Return the gate p after ``dt`` ms at voltage ``v``."""
        p, tau_max = f"{self.name}_p", params[f"{self.name}_taumax"]
        return {p: step_gate(states[p], dt, self.p_rates(v, params["vt"], tau_max))}

    @staticmethod
    def p_rates(v, vt, tau_max):
        """Return the rates of the p gate, its slowest time constant ``tau_max`` ms."""
        _, e20, _, _ = _exponentials(v - vt)
        e = jnp.exp((vt + 35.0) * (-1 / 20)) * e20  # exp(-(v + 35) / 20)
        opening = 3.3 + e * e
        return Rates(opening, opening * e * e, tau_max * e * (1.0 + e * e))


# Jaxley's hints say float where it takes arrays; hence Any.
CHANNELS: tuple[Any, ...] = (
    pospischil.Leak(name="Leak"),
    Na(name="Na"),
    K(name="K"),
    Km(name="Km"),
)

CAPACITANCE_UF_CM2 = 1.0  # Jaxley's default, and the textbook value
V_INIT_MV = -70.0
G_M_PARAMETERS = ("Km_gKm",)
V_SPIKE_MV = 0.0  # an upward crossing is a spike


def channel_parameters(
    neurons: Neurons, kinds: NDArray[np.str_], g_M_scale: float = 1.0
) -> dict[str, NDArray[np.float64]]:
    """Return the channels' parameters under Jaxley's names, one value per neuron."""
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
        name: _by_type(neurons, kinds, field) for name, field in fields.items()
    }
    for name in G_M_PARAMETERS:
        per_neuron[name] = g_M_scale * per_neuron[name]
    shared = {"eNa": neurons.reversal_Na_mV, "eK": neurons.reversal_K_mV}
    return per_neuron | {
        name: np.full(kinds.shape, value) for name, value in shared.items()
    }


def area_um2(neurons: Neurons, kinds: NDArray[np.str_]) -> NDArray[np.float64]:
    """Return the membrane area of each neuron in square micrometers."""
    return _by_type(neurons, kinds, "area_um2")


def leak_nS(neurons: Neurons, kinds: NDArray[np.str_]) -> NDArray[np.float64]:
    """Return the leak conductance of each whole neuron in nS."""
    nS_per_S, cm2_per_um2 = 1e9, 1e-8
    per_area = _by_type(neurons, kinds, "g_leak_S_cm2")
    return per_area * area_um2(neurons, kinds) * cm2_per_um2 * nS_per_S


def _by_type(
    neurons: Neurons, kinds: NDArray[np.str_], field: str
) -> NDArray[np.float64]:
    names, which = np.unique(kinds, return_inverse=True)
    values = [getattr(neurons.of(str(name)), field) for name in names]
    return np.array(values, float)[which]
