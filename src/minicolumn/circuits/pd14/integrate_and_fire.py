"""What the engine integrates: integrate-and-fire neurons with exponential currents."""

from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxley.channels.pospischil import Leak
from numpy.typing import NDArray

from minicolumn.circuits.dynamics import Dynamics, Pathway
from minicolumn.circuits.ei.membrane import CAPACITANCE_UF_CM2, area_um2, leak_nS
from minicolumn.circuits.ei.synapses import Release, in_use, parameters_of, strength
from minicolumn.circuits.integrate_and_fire import Fire
from minicolumn.circuits.pd14 import constants
from minicolumn.circuits.pd14.populations import EXCITATORY, INHIBITORY, KINDS
from minicolumn.config.circuits import Neurons

# Upstream's base class forgot ``self`` in its signatures.
# pyright: reportIncompatibleMethodOverride=false


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


FIRE = Fire(constants.V_TH_MV, constants.V_RESET_MV, constants.REFRACTORY_MS)


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
        **FIRE.of_neurons(kinds),
    }


DYNAMICS = Dynamics(
    kinds=KINDS,
    channels=(Leak(name="Leak"), FIRE),
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
