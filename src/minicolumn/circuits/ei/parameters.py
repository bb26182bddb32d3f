"""The parameters sampled for each circuit, in one light table.

Their ranges, units and sources stand in ``config.yaml``; the prior, the tables and the
surrogates iterate over `PARAMETERS`, in this order.
"""

from typing import NamedTuple


class Parameter(NamedTuple):
    """A sampled parameter of a circuit: its column name, unit and meaning."""

    name: str
    unit: str
    meaning: str


PARAMETERS = (
    Parameter("n_neurons", "neurons", "size of the circuit, 80 % excitatory"),
    Parameter("p_exc", "1", "probability of a connection from an excitatory neuron"),
    Parameter("p_inh", "1", "probability of a connection from an inhibitory neuron"),
    Parameter("g_ee_nS", "nS", "mean conductance of a connection, E to E"),
    Parameter("g_ei_nS", "nS", "mean conductance of a connection, E to I"),
    Parameter("g_ie_nS", "nS", "mean conductance of a connection, I to E"),
    Parameter("g_ii_nS", "nS", "mean conductance of a connection, I to I"),
    Parameter("g_M_scale", "1", "factor on the M conductance, which makes adaptation"),
    Parameter("drive_exc_nA", "nA", "mean background current of excitatory neurons"),
    Parameter("drive_inh_nA", "nA", "mean background current of inhibitory neurons"),
    Parameter("drive_spread_nA", "nA", "SD of the mean current across neurons"),
    Parameter("noise_fast_nA", "nA", "SD of the fast background current"),
    Parameter("tau_fast_ms", "ms", "correlation time of the fast background current"),
    Parameter("noise_slow_nA", "nA", "SD of the slow background current"),
    Parameter("tau_slow_ms", "ms", "correlation time of the slow background current"),
    Parameter("common_fraction", "1", "shared share of the fast background's variance"),
    Parameter("burst_rate_hz", "Hz", "rate of brief strong inputs to each neuron"),
    Parameter("burst_nA", "nA", "height of a brief strong input"),
)

PARAMETER_NAMES = tuple(parameter.name for parameter in PARAMETERS)
