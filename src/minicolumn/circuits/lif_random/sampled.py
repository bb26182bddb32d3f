"""The parameters sampled for each circuit of this family, and its neurons.

Their ranges and sources are in ``settings.yaml``. Parameters that mean the same as in
the family `minicolumn.circuits.ei` have the same name.
"""

from minicolumn.circuits.ei.parameters import PARAMETERS as OF_EI
from minicolumn.circuits.family import Parameter

THRESHOLD_MV = -47.0
"""Near where the conductance-based neurons of `ei` start to spike."""
RESET_MV = -65.0
REFRACTORY_MS = 2.0
"""Both of Potjans & Diesmann 2014, Table 5."""

_OF_TYPES = ("p_exc", "p_inh", "g_ee_nS", "g_ei_nS", "g_ie_nS", "g_ii_nS")
_SHARED = {one.name: one for one in OF_EI if one.name not in (*_OF_TYPES, "g_M_scale")}

PARAMETERS = (
    _SHARED.pop("n_neurons"),
    Parameter("p", "1", "probability of a connection between any two neurons", 0, 1),
    Parameter("g_exc_nS", "nS", "mean conductance of an excitatory connection", 0),
    Parameter("g_inh_nS", "nS", "mean conductance of an inhibitory connection", 0),
    *_SHARED.values(),
)
