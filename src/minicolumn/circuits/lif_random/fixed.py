"""What a configuration must keep for neurons that integrate and fire."""

from typing import Any

from minicolumn.circuits.fixed_values import check_fixed
from minicolumn.circuits.lif_random.sampled import THRESHOLD_MV

_NEURON = {
    "g_Na_S_cm2": 0.0,
    "g_K_S_cm2": 0.0,
    "g_M_S_cm2": 0.0,
    "threshold_mV": THRESHOLD_MV,
}


def check(cfg: Any) -> None:
    """Raise ValueError for channels that these neurons lack, or another threshold."""
    types = (f"by_type.{name}" for name in cfg.neurons.by_type)
    for of in ("excitatory", "inhibitory", *types):
        check_fixed(cfg, {f"neurons.{of}.{n}": v for n, v in _NEURON.items()})
