"""One circuit, whatever family built it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.family import family
from minicolumn.config.simulation import Physics

Kind = Literal["exc", "inh"]
"""A type of neuron."""
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Circuit:
    """A circuit of ``n`` neurons, the ``n_exc`` excitatory ones first.

    Attributes
    ----------
    circuit_id
        Identity, from which its background noise is drawn.
    n_exc, n_inh
        Number of neurons of each type.
    weights_uS
        Peak conductance of each connection, (pre, post), 0 where there is none.
    drive_nA
        Mean background current, (n,).
    noise_fast_nA, noise_slow_nA
        SD of the fast and slow background current, (n,).
    tau_fast_ms, tau_slow_ms
        Correlation times of the two.
    common_fraction
        Share of the fast background's variance that all neurons receive together.
    burst_rate_hz, burst_nA
        Rate of brief strong inputs, and the current each adds at its start, (n,).
    g_M_scale
        Factor on the M conductance of its neurons.
    decay_factor
        Factor on the decay time of the synapses each neuron receives, (n,).
    max_mV
        Depolarization by ACh at its highest concentration, if a mechanism depolarizes.
    """

    circuit_id: int
    n_exc: int
    n_inh: int
    weights_uS: NDArray[np.float64]
    drive_nA: NDArray[np.float64]
    noise_fast_nA: NDArray[np.float64]
    noise_slow_nA: NDArray[np.float64]
    tau_fast_ms: float
    tau_slow_ms: float
    common_fraction: float
    burst_rate_hz: float
    burst_nA: NDArray[np.float64]
    g_M_scale: float
    decay_factor: NDArray[np.float64]
    max_mV: float

    @property
    def n(self) -> int:
        """Number of neurons."""
        return self.n_exc + self.n_inh


def build_circuits(
    parameters: Iterable[Mapping[str, float]], physics: Physics
) -> list[Circuit]:
    """Return one circuit for each row of the ``circuits`` table."""
    build = family(physics.circuits.family).build
    return [build(int(row["circuit_id"]), row, physics) for row in parameters]
