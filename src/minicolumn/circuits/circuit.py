"""One circuit, whatever family built it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.family import family
from minicolumn.config.simulation import Physics

Kind = str
"""A type of neuron of a family, or one of `KINDS`."""
KINDS: tuple[Kind, ...] = ("exc", "inh")
"""The two classes of neurons: in any family, every type belongs to one."""


@dataclass(frozen=True)
class Circuit:
    """A circuit of ``n`` neurons, those of one type next to each other.

    Attributes
    ----------
    circuit_id
        Identity, from which its background noise is drawn.
    sizes
        Number of neurons of each type of its family, excitatory types first.
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
    excitatory_types
        How many of the types are excitatory.
    recorded
        Ascending indices of the neurons whose spikes are kept; empty for all.
    """

    circuit_id: int
    sizes: tuple[int, ...]
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
    excitatory_types: int = 1
    recorded: tuple[int, ...] = ()

    @property
    def n(self) -> int:
        """Number of neurons."""
        return sum(self.sizes)

    @property
    def n_exc(self) -> int:
        """Number of excitatory neurons, which come first."""
        return sum(self.sizes[: self.excitatory_types])

    @property
    def recorded_sizes(self) -> tuple[int, ...]:
        """Number of recorded neurons of each type."""
        if not self.recorded:
            return self.sizes
        ends = np.cumsum([0, *self.sizes])
        return tuple(np.diff(np.searchsorted(self.recorded, ends)).tolist())

    @property
    def n_recorded(self) -> int:
        """Number of recorded neurons: the units of spike trains."""
        return sum(self.recorded_sizes)

    @property
    def n_exc_recorded(self) -> int:
        """Number of recorded excitatory neurons, which are the first units."""
        return sum(self.recorded_sizes[: self.excitatory_types])


def build_circuits(
    parameters: Iterable[Mapping[str, float]], physics: Physics
) -> list[Circuit]:
    """Return one circuit for each row of the ``circuits`` table."""
    build = family(physics.circuits.family).build
    return [build(int(row["circuit_id"]), row, physics) for row in parameters]
