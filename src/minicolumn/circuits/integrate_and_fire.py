"""Leaky integrate-and-fire neurons: a channel that resets the voltage at threshold."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxley.channels import Channel
from jaxley.channels.pospischil import Leak
from numpy.typing import NDArray

from minicolumn.circuits.dynamics import Dynamics
from minicolumn.config.circuits import Neurons

# Upstream's base class forgot ``self`` in its signatures.
# pyright: reportIncompatibleMethodOverride=false


class Fire(Channel):
    """Resets the voltage at threshold, and keeps it there while refractory.

    Jaxley's own ``Fire`` has no refractory period. The voltage is reset at the start of
    the step after a spike, and integrated again from ``refractory`` ms later on.
    """

    def __init__(
        self,
        threshold_mV: float,
        reset_mV: float,
        refractory_ms: float,
        name: str = "Fire",
    ):
        self.current_is_in_mA_per_cm2 = True
        super().__init__(name)
        self.channel_params = {
            f"{name}_vth": threshold_mV,
            f"{name}_vreset": reset_mV,
            f"{name}_refractory": refractory_ms,
        }
        self.channel_states = {f"{name}_left": 0.0}
        self.current_name = f"i_{name}"

    def of_neurons(self, kinds: NDArray[np.str_]) -> dict[str, NDArray[np.float64]]:
        """Return its parameters, the same for all neurons, (N,) each."""
        return {n: np.full(kinds.shape, v) for n, v in self.channel_params.items()}

    def update_states(self, states, dt, v, params):
        """Return the voltage after a reset, and what is left of the refractory time."""
        name = self.name
        fired = v >= params[f"{name}_vth"]
        left = jnp.where(
            fired, params[f"{name}_refractory"] + dt, states[f"{name}_left"]
        )
        held = left > 0.5 * dt
        return {
            "v": jnp.where(held, params[f"{name}_vreset"], v),
            f"{name}_left": jnp.where(held, left - dt, 0.0),
        }

    def compute_current(self, states, v, params):
        """Return no current."""
        return jnp.zeros_like(v)

    def init_state(self, states, v, params, delta_t):
        """Return a neuron that is not refractory."""
        return {f"{self.name}_left": jnp.zeros_like(v)}


def with_integrate_and_fire(
    other: Dynamics, threshold_mV: float, reset_mV: float, refractory_ms: float
) -> Dynamics:
    """Return the dynamics with the same leak and synapses, and spikes that are resets.

    Without the channels that make a spike there is no M current either, and no gradient
    through a spike.
    """
    fire = Fire(threshold_mV, reset_mV, refractory_ms)
    return replace(
        other,
        channels=(Leak(name="Leak"), fire),
        v_spike_mV=threshold_mV,
        channel_parameters=partial(_leak_and_fire, other.channel_parameters, fire),
        g_M_parameters=(),
        escape=None,
    )


def _leak_and_fire(
    of_all_channels: Callable[..., dict[str, Any]],
    fire: Fire,
    neurons: Neurons,
    kinds: NDArray[np.str_],
    _g_M_scale: float = 1.0,
) -> dict[str, Any]:
    every = of_all_channels(neurons, kinds)
    leak = {name: value for name, value in every.items() if name.startswith("Leak_")}
    return leak | fire.of_neurons(kinds)
