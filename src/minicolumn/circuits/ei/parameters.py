"""The parameters sampled for each circuit of this family, in one light table.

Their ranges and sources are in ``config.yaml``. What every range must respect is here:
after name, unit and meaning, the lowest and the highest value.
"""

from minicolumn.circuits.family import DOSE, Parameter

PARAMETERS = (
    Parameter(
        "n_neurons", "neurons", "size of the circuit, 80 % excitatory", 5, 65_535
    ),
    Parameter(
        "p_exc", "1", "probability of a connection from an excitatory neuron", 0, 1
    ),
    Parameter(
        "p_inh", "1", "probability of a connection from an inhibitory neuron", 0, 1
    ),
    Parameter("g_ee_nS", "nS", "mean conductance of a connection, E to E", 0),
    Parameter("g_ei_nS", "nS", "mean conductance of a connection, E to I", 0),
    Parameter("g_ie_nS", "nS", "mean conductance of a connection, I to E", 0),
    Parameter("g_ii_nS", "nS", "mean conductance of a connection, I to I", 0),
    Parameter(
        "g_M_scale", "1", "factor on the M conductance, which makes adaptation", 0
    ),
    Parameter("drive_exc_nA", "nA", "mean background current of excitatory neurons"),
    Parameter("drive_inh_nA", "nA", "mean background current of inhibitory neurons"),
    Parameter("drive_spread_nA", "nA", "SD of the mean current across neurons", 0),
    Parameter("noise_fast_nA", "nA", "SD of the fast background current", 0),
    Parameter(
        "tau_fast_ms", "ms", "correlation time of the fast background current", above=0
    ),
    Parameter("noise_slow_nA", "nA", "SD of the slow background current", 0),
    Parameter(
        "tau_slow_ms", "ms", "correlation time of the slow background current", above=0
    ),
    Parameter(
        "common_fraction", "1", "shared share of the fast background's variance", 0, 1
    ),
    Parameter("burst_rate_hz", "Hz", "rate of brief strong inputs to each neuron", 0),
    Parameter("burst_nA", "nA", "height of a brief strong input", 0),
    Parameter(DOSE, "mV", "depolarization by ACh at its highest concentration", 0),
)

PARAMETER_NAMES = tuple(parameter.name for parameter in PARAMETERS)
