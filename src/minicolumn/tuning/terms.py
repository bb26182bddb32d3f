"""Terms of the loss beside statistics, if the settings ask for any."""

from collections.abc import Sequence
from typing import NamedTuple, Self

import jax.numpy as jnp
import numpy as np
from jax import Array

from minicolumn.circuits.circuit import Circuit
from minicolumn.config.tuned import Fitting
from minicolumn.simulation import packing
from minicolumn.simulation.packing import Padding
from minicolumn.tuning.curves import (
    Curves,
    curve_loss,
    curves,
    moved_distribution,
)


class Terms(NamedTuple):
    """What they are made from, of F circuits.

    Attributes
    ----------
    aim
        Curves of the session of each, or None.
    classes
        Its excitatory neurons, and the others, bool (F, 2, N).
    before_uS
        Weights before the fit, (F, N, N).
    """

    aim: Curves | None
    classes: Array
    before_uS: Array

    @classmethod
    def of(
        cls,
        starts: Sequence[Circuit],
        padding: Padding,
        settings: Fitting,
        aims: Sequence[Curves] | None,
    ) -> Self | None:
        """Return the terms of fits that begin with ``starts``; None if all are off."""
        if not any(settings.also.model_dump().values()):
            return None
        classes = np.zeros((len(starts), 2, sum(padding)), bool)
        for row, circuit in zip(classes, starts, strict=True):
            excitatory = np.arange(circuit.n) < circuit.n_exc
            row[:, packing.slots_of(circuit, padding)] = excitatory, ~excitatory
        before_uS = packing.padded_weights(starts, padding)
        return cls(_joined(aims), jnp.asarray(classes), before_uS)

    def lost(
        self, weights_uS: Array, spikes: Array, members: Array, settings: Fitting
    ) -> Array:
        """Return what they add to the loss of each circuit, (F,)."""
        weight = settings.also.weight_distribution
        moved = weight * moved_distribution(weights_uS, self.before_uS)
        if self.aim is None:
            return moved
        found = curves(spikes, self.classes, members, settings)
        return moved + curve_loss(found, self.aim, settings)


def _joined(aims: Sequence[Curves] | None) -> Curves | None:
    if aims is None:
        return None
    return Curves(*(jnp.concatenate(one) for one in zip(*aims, strict=True)))
