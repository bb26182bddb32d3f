"""A mechanism: ACh depolarizes inhibitory neurons alone, by the curve of the others."""

from minicolumn.registry import mechanism


@mechanism("nicotinic")
def nicotinic(level, ach):
    """Return what a level does."""
    from minicolumn.circuits.acetylcholine import concentration_uM, depolarization_mV
    from minicolumn.circuits.conditions import Condition

    shift = depolarization_mV(concentration_uM(level, ach), ach)
    return Condition(depolarization_mV={"inh": shift})
