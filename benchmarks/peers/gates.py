"""Steady states of the gates, which peers without initial solvers start from."""

import numpy as np


def gates_at_rest(v_mV: float, vt) -> dict[str, np.ndarray | float]:
    """Return the steady state of each gate at a voltage."""
    u = v_mV - vt
    rates = {
        "m": (
            0.32 * (13 - u) / np.expm1((13 - u) / 4),
            0.28 * (u - 40) / np.expm1((u - 40) / 5),
        ),
        "h": (0.128 * np.exp((17 - u) / 18), 4 / (np.exp((40 - u) / 5) + 1)),
        "n": (0.032 * (15 - u) / np.expm1((15 - u) / 5), 0.5 * np.exp((10 - u) / 40)),
    }
    gates = {name: a / (a + b) for name, (a, b) in rates.items()}
    return gates | {"p": 1 / (1 + np.exp(-(v_mV + 35) / 10))}
