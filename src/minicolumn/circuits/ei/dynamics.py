"""What the engine integrates in circuits of this family."""

from minicolumn.circuits.dynamics import Dynamics, Escape
from minicolumn.circuits.ei import membrane, synapses
from minicolumn.circuits.ei.parameters import KINDS

DYNAMICS = Dynamics(
    kinds=KINDS,
    channels=membrane.CHANNELS,
    receptors=synapses.RECEPTORS,
    capacitance_uF_cm2=membrane.CAPACITANCE_UF_CM2,
    v_init_mV=membrane.V_INIT_MV,
    v_spike_mV=membrane.V_SPIKE_MV,
    channel_parameters=membrane.channel_parameters,
    area_um2=membrane.area_um2,
    leak_nS=membrane.leak_nS,
    pathways=synapses.pathways,
    parameters_of=synapses.parameters_of,
    strength=synapses.strength,
    g_M_parameters=membrane.G_M_PARAMETERS,
    escape=Escape({"exc": -45.7, "inh": -47.5}, width_mV=2.0, below_mV=-25.0),
)
