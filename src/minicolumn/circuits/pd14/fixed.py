"""What a configuration must keep for circuits of this family."""

from typing import Any

from minicolumn.circuits.fixed_values import check_fixed
from minicolumn.circuits.pd14.constants import (
    AREA_UM2,
    E_L_MV,
    G_LEAK_S_CM2,
    TAU_SYN_MS,
    V_TH_MV,
)

_NEURON = {
    "area_um2": AREA_UM2,
    "g_leak_S_cm2": G_LEAK_S_CM2,
    "reversal_leak_mV": E_L_MV,
    "g_Na_S_cm2": 0.0,
    "g_K_S_cm2": 0.0,
    "g_M_S_cm2": 0.0,
    "threshold_mV": V_TH_MV,
}
_FIXED = {
    **{
        f"neurons.{of}.{name}": value
        for of in ("excitatory", "inhibitory")
        for name, value in _NEURON.items()
    },
    "synapses.ampa.decay_ms": TAU_SYN_MS,
    "synapses.gaba_a.decay_ms": TAU_SYN_MS,
    "synapses.nmda.ratio": 0.0,
    "wiring.decay_sigma": 0.0,
}


def check(cfg: Any) -> None:
    """Raise ValueError for what circuits of the family cannot have."""
    check_fixed(cfg, _FIXED, ", as published")
    if cfg.neurons.by_type:
        raise ValueError(
            f"neurons.by_type names {', '.join(cfg.neurons.by_type)}, and all neurons "
            "of the family pd14 are the same, as published: delete the key"
        )
    _check_driving(cfg.synapses)
    _check_recorded(cfg)


def _check_driving(synapses: Any) -> None:
    ampa, gaba = synapses.ampa.reversal_mV, synapses.gaba_a.reversal_mV
    if not gaba < E_L_MV < ampa:
        raise ValueError(
            f"synapses.ampa.reversal_mV={ampa} must be above, and synapses.gaba_a."
            f"reversal_mV={gaba} below, the {E_L_MV} mV at which circuits of the "
            "family pd14 rest: delete the keys"
        )


def _check_recorded(cfg: Any) -> None:
    recorded, n_neurons = cfg.prior["n_recorded"], cfg.prior["n_neurons"]
    if recorded.high > n_neurons.low:
        raise ValueError(
            f"prior.n_recorded.high={recorded.high:g} exceeds the smallest circuit, "
            f"prior.n_neurons.low={n_neurons.low:g}: a probe records some of them"
        )
    if cfg.statistics.n_units > recorded.low:
        raise ValueError(
            f"statistics.n_units={cfg.statistics.n_units} exceeds prior.n_recorded.low="
            f"{recorded.low:g}: every recording must hold a subset of that size"
        )
