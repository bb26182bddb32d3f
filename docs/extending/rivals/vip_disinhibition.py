"""A rival for families with VIP neurons: these depolarize."""

from minicolumn.registry import rival


@rival(
    "vip_disinhibition",
    low=2.0,
    high=10.0,
    source="range ours. Locomotion activates VIP neurons through nicotinic receptors, "
    "and exciting them mimics it (Fu et al. 2014, Cell 156:1139)",
)
def vip_disinhibition(strength):
    """Depolarize VIP neurons by so many mV."""
    from minicolumn.circuits.conditions import Condition

    return Condition(depolarization_mV={"vip": strength})
