"""A mechanism: ACh depolarizes inhibitory neurons alone, by the curve of the others."""

import numpy as np

from minicolumn.registry import mechanism


@mechanism("nicotinic")
def nicotinic(levels, ach):
    """Return what each level does."""
    from minicolumn.circuits.acetylcholine import (
        AchEffect,
        concentration_uM,
        depolarization_mV,
    )

    shifts = [depolarization_mV(concentration_uM(level, ach), ach) for level in levels]
    return AchEffect(
        level=np.array(levels),
        release={site: np.ones(len(levels)) for site in ("EE", "EI", "I")},
        depolarization_mV={"exc": np.zeros(len(levels)), "inh": np.array(shifts)},
    )
