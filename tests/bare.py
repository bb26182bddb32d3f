"""Circuits with nothing in them, to which a test adds one thing."""

from types import SimpleNamespace

import numpy as np

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.ei.parameters import PARAMETER_NAMES

INPUT_NAMES = (*PARAMETER_NAMES, "level")
"""Inputs of surrogates and of inference for circuits of the family ei."""

PRIOR_OF_EI = SimpleNamespace(ranges=INPUT_NAMES)
"""What a made-up posterior over these circuits must know of its prior."""


def bare_circuit(n_exc: int, n_inh: int) -> Circuit:
    """Return neurons without connections or background."""
    n = n_exc + n_inh
    none = np.zeros(n)
    return Circuit(
        circuit_id=0,
        sizes=(n_exc, n_inh),
        weights_uS=np.zeros((n, n)),
        drive_nA=none,
        noise_fast_nA=none,
        noise_slow_nA=none,
        tau_fast_ms=5.0,
        tau_slow_ms=100.0,
        common_fraction=0.0,
        burst_rate_hz=0.0,
        burst_nA=none,
        g_M_scale=1.0,
        decay_factor=np.ones(n),
        max_mV=0.0,
    )
