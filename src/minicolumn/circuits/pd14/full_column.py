"""Connections and rates of Potjans and Diesmann (2014, Cereb Cortex 24:785-806).

As in their implementation for NEST (INM-6/microcircuit-PD14-model). Tables are in the
order of `populations.KINDS`.
"""

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.pd14.populations import FULL_SIZES, KINDS

# Of the paper: (target, source), both in the order L2/3E, L2/3I, L4E, L4I, L5E, ...
_PROBABILITY = np.array(
    [
        [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0000, 0.0076, 0.0000],
        [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0000, 0.0042, 0.0000],
        [0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0000],
        [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0000, 0.1057, 0.0000],
        [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0000],
        [0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0000],
        [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
        [0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443],
    ]
)
_OF_PAPER = ("l23e", "l23i", "l4e", "l4i", "l5e", "l5i", "l6e", "l6i")
_PLACE = [_OF_PAPER.index(kind) for kind in KINDS]

PROBABILITY: NDArray[np.float64] = _PROBABILITY[np.ix_(_PLACE, _PLACE)].T
"""Of at least one synapse between two neurons, (presynaptic, postsynaptic)."""

RATE_HZ = np.array([0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829])[_PLACE]
"""Mean rate of each population at full size, with a constant background current."""

RATE_POISSON_HZ = np.array([0.971, 2.868, 4.746, 5.396, 8.142, 9.078, 0.991, 7.523])[
    _PLACE
]
"""The same with Poisson background inputs, in earlier versions of their examples."""

EXTERNAL_INPUTS = np.array([1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100])[_PLACE]
"""Background synapses of each neuron."""

PSP_FACTOR = np.ones((len(KINDS), len(KINDS)))
"""On the postsynaptic potential, (presynaptic, postsynaptic)."""
PSP_FACTOR[list(KINDS).index("l4e"), list(KINDS).index("l23e")] = 2.0


def synapses(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return synapses between whole populations, (presynaptic, postsynaptic).

    They are drawn with replacement, so that two neurons may have several.
    """
    n = np.array(list(FULL_SIZES.values()), float)
    return np.log1p(-probability) / np.log1p(-1 / np.outer(n, n))


def current_per_psp(tau_syn_ms: float, tau_m_ms: float, c_pF: float) -> float:
    """Return the peak synaptic current in pA whose potential has its peak at 1 mV.

    Examples
    --------
    >>> round(0.15 * current_per_psp(0.5, 10.0, 250.0), 2)
    87.81
    """
    ratio = tau_m_ms / tau_syn_ms
    exponent = 1 / (tau_m_ms - tau_syn_ms)
    peak = ratio ** (-tau_m_ms * exponent) - ratio ** (-tau_syn_ms * exponent)
    return c_pF / (tau_m_ms * tau_syn_ms / (tau_syn_ms - tau_m_ms) * peak)
