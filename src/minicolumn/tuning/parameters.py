"""What a fit changes in a circuit, and the circuit that it ends with."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit
from minicolumn.config import Physics
from minicolumn.simulation import packing
from minicolumn.simulation.equations import Program
from minicolumn.simulation.packing import Batch, Padding, slots_of

SCALED = (
    *("noise_fast_nA", "noise_slow_nA", "burst_nA"),
    *("tau_fast_ms", "common_fraction", "g_M_scale"),
)
"""Attributes of a `Circuit` on which a fit has a factor."""
# All variance in common would leave neurons without any of their own.
MOST_IN_COMMON = 0.95


class Trained(NamedTuple):
    """What is trained of F circuits, padded to N neurons.

    Attributes
    ----------
    weights_uS
        (F, N, N), 0 where there is no connection.
    bias_nA
        Added to the mean background current, (F, 1, N).
    log_factors
        Natural logarithms of factors on `SCALED`, (F, 1, factors).
    """

    weights_uS: Array
    bias_nA: Array
    log_factors: Array

    @classmethod
    def of(cls, circuits: Sequence[Circuit], padding: Padding) -> "Trained":
        """Return the circuits as they are."""
        n, many = sum(padding), len(circuits)
        return cls(
            packing.padded_weights(circuits, padding),
            jnp.zeros((many, 1, n)),
            jnp.zeros((many, 1, len(SCALED))),
        )

    def applied(self, batch: Batch, program: Program, physics: Physics) -> Batch:
        """Return a batch of the same circuits with what was trained."""
        factors = jnp.exp(self.log_factors)
        by = {name: factors[..., [place]] for place, name in enumerate(SCALED)}
        own = {name: by[name] for name in SCALED if name in batch.background._fields}
        scaled = {n: getattr(batch.background, n) * f for n, f in own.items()}
        common = jnp.minimum(scaled["common_fraction"], MOST_IN_COMMON)
        background = batch.background._replace(
            **scaled | {"common_fraction": common},
            drive_nA=batch.background.drive_nA + self.bias_nA,
        )
        channels = batch.channels | {
            name: batch.channels[name] * by["g_M_scale"]
            for name in program.dynamics.g_M_parameters
        }
        return batch._replace(
            weights=packing.pathway_weights(
                self.weights_uS, program.padding, program.dynamics, physics
            ),
            background=background,
            channels=channels,
        )

    def circuits(self, starts: Sequence[Circuit], padding: Padding) -> list[Circuit]:
        """Return the circuits that ``starts`` have become."""
        weights, bias, logs = (np.asarray(one, np.float64) for one in self)
        return [
            _fitted(start, weights[k], bias[k, 0], logs[k, 0], slots_of(start, padding))
            for k, start in enumerate(starts)
        ]


def _fitted(
    start: Circuit,
    weights_uS: NDArray[np.float64],
    bias_nA: NDArray[np.float64],
    log_factors: NDArray[np.float64],
    slots: NDArray[np.int64],
) -> Circuit:
    factors = dict(zip(SCALED, np.exp(log_factors), strict=True))
    scaled: dict[str, Any] = {n: getattr(start, n) * f for n, f in factors.items()}
    common = min(float(scaled["common_fraction"]), MOST_IN_COMMON)
    return replace(
        start,
        weights_uS=weights_uS[np.ix_(slots, slots)],
        drive_nA=start.drive_nA + bias_nA[slots],
        **scaled | {"common_fraction": common},
    )
