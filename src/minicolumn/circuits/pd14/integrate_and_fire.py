"""What the engine integrates: integrate-and-fire neurons with exponential currents."""

from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxley.channels import Channel
from jaxley.channels.pospischil import Leak
from numpy.typing import NDArray

from minicolumn.circuits.dynamics import Dynamics, Pathway
from minicolumn.circuits.ei.membrane import CAPACITANCE_UF_CM2, area_um2, leak_nS
from minicolumn.circuits.ei.synapses import Release, in_use, parameters_of, strength
from minicolumn.circuits.pd14 import constants
from minicolumn.circuits.pd14.populations import EXCITATORY, INHIBITORY, KINDS
from minicolumn.config.circuits import Neurons

# Upstream's base class forgot ``self`` in its signatures.
# pyright: reportIncompatibleMethodOverride=false


class Fire(Channel):
    """Resets the voltage at threshold, and keeps it there while refractory.

    Jaxley's own ``Fire`` has no refractory period. The voltage is reset at the start of
    the step after a spike, and integrated again from ``refractory`` ms later on.
    """

    def __init__(self, name: str = "Fire"):
        self.current_is_in_mA_per_cm2 = True
        super().__init__(name)
        self.channel_params = {
            f"{name}_vth": constants.V_TH_MV,
            f"{name}_vreset": constants.V_RESET_MV,
            f"{name}_refractory": constants.REFRACTORY_MS,
        }
        self.channel_states = {f"{name}_left": 0.0}
        self.current_name = f"i_{name}"

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


class Current(Release):
    """`Release` of a current: its driving force is always that at rest."""

    def acting(self, conductance, v, params):
        """Return no conductance, and the current in nA."""
        driving_mV = params[f"{self.name}_e_syn"] - constants.E_L_MV
        return jnp.zeros_like(conductance), conductance * driving_mV

    def compute_current(self, states, pre_voltage, post_voltage, params):
        """Return the current in nA into the postsynaptic neuron's outside."""
        conductance = params[f"{self.name}_gS"] * states[f"{self.name}_s"]
        return -conductance * (params[f"{self.name}_e_syn"] - constants.E_L_MV)


RECEPTORS: dict[str, tuple[Pathway, ...]] = {
    "ampa": (
        Pathway(Current("EE"), ("EE",), EXCITATORY, EXCITATORY),
        Pathway(Current("EI"), ("EI",), EXCITATORY, INHIBITORY),
    ),
    "gaba_a": (Pathway(Current("I"), ("I",), INHIBITORY, tuple(KINDS)),),
}


def _classes(kinds: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the class of each neuron, by which the configuration names neurons."""
    return np.array([KINDS[one] for one in kinds])


def channel_parameters(
    neurons: Neurons, kinds: NDArray[np.str_], _g_M_scale: float = 1.0
) -> dict[str, Any]:
    """Return the channels' parameters under Jaxley's names, one value per neuron."""
    of = [neurons.of(kind) for kind in _classes(kinds)]
    return {
        "Leak_gLeak": np.array([one.g_leak_S_cm2 for one in of]),
        "Leak_eLeak": np.array([one.reversal_leak_mV for one in of]),
        "Fire_vth": np.full(kinds.shape, constants.V_TH_MV),
        "Fire_vreset": np.full(kinds.shape, constants.V_RESET_MV),
        "Fire_refractory": np.full(kinds.shape, constants.REFRACTORY_MS),
    }


DYNAMICS = Dynamics(
    kinds=KINDS,
    channels=(Leak(name="Leak"), Fire()),
    receptors=RECEPTORS,
    capacitance_uF_cm2=CAPACITANCE_UF_CM2,
    v_init_mV=constants.E_L_MV,
    v_spike_mV=constants.V_TH_MV,
    channel_parameters=channel_parameters,
    area_um2=lambda neurons, kinds: area_um2(neurons, _classes(kinds)),
    leak_nS=lambda neurons, kinds: leak_nS(neurons, _classes(kinds)),
    pathways=partial(in_use, RECEPTORS),
    parameters_of=parameters_of,
    strength=strength,
)
