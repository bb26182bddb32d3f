"""One simulated circuit as others need it: neurons, connections, spikes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.acetylcholine import condition_of
from minicolumn.circuits.circuit import Circuit, build_circuits
from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.dynamics import Dynamics
from minicolumn.circuits.family import family
from minicolumn.config import Config
from minicolumn.errors import ConfigError

WRITTEN = ("Leak", "Na", "K", "Km")
"""Channels that exports know."""


@dataclass(frozen=True, eq=False)
class Connections:
    """The connections of one pathway.

    Attributes
    ----------
    pathway
        Its name, such as ``EE``.
    pre, post
        Neurons that each connection joins, (k,).
    weight_uS
        Peak conductance of each, at full release, (k,).
    parameters
        Of all of them: ``e_syn`` (mV), ``decay``, ``interval``, ``recovery`` and
        ``facilitation`` (ms), ``U`` as the ACh level leaves it, and ``magnesium`` (mM)
        behind a magnesium block.
    """

    pathway: str
    pre: NDArray[np.int64]
    post: NDArray[np.int64]
    weight_uS: NDArray[np.float64]
    parameters: Mapping[str, float]

    @property
    def delay_ms(self) -> float:
        """Mean delay: a spike acts at the next multiple of the interval."""
        return self.parameters["interval"] / 2


@dataclass(frozen=True, eq=False)
class OneCircuit:
    """A circuit at one ACh level under one mechanism, with the spikes it had.

    Attributes
    ----------
    mechanism, level
        What ACh does, and how much of it there is.
    circuit
        With the background and the M conductance of that level.
    condition
        What else the level changes.
    config
        Of the run.
    spike_unit, spike_time_ms
        Neuron and time of each spike after the warm-up, in order of time.
    """

    mechanism: str
    level: float
    circuit: Circuit
    condition: Condition
    config: Config
    spike_unit: NDArray[np.uint16]
    spike_time_ms: NDArray[np.float32]

    @property
    def name(self) -> str:
        """Name of the circuit at this level, in characters that any format takes."""
        level = f"{round(100 * self.level):03d}"
        return f"circuit_{self.circuit.circuit_id}_{self.mechanism}_{level}"

    @property
    def dynamics(self) -> Dynamics:
        """What its family integrates."""
        return family(self.config.circuits.family).dynamics

    @property
    def excitatory(self) -> NDArray[np.bool_]:
        """Which neurons are excitatory, (n,)."""
        return np.arange(self.circuit.n) < self.circuit.n_exc

    @property
    def kinds(self) -> NDArray[np.str_]:
        """Type of each neuron, (n,)."""
        return self.dynamics.of_neurons(self.circuit.sizes)

    @property
    def drive_nA(self) -> NDArray[np.float64]:
        """Mean background current of each neuron, ACh included, (n,)."""
        shift_mV, added_nA = (
            np.repeat(self.dynamics.shifts(values), self.circuit.sizes)
            for values in (self.condition.depolarization_mV, self.condition.drive_nA)
        )
        leak_uS = 1e-3 * self.dynamics.leak_nS(self.config.neurons, self.kinds)
        return self.circuit.drive_nA + added_nA + leak_uS * shift_mV

    def connections(self) -> Iterator[Connections]:
        """Yield the connections of each pathway."""
        synapses, kinds = self.config.synapses, self.kinds
        for one in self.dynamics.pathways(synapses):
            joins = np.outer(np.isin(kinds, one.pre), np.isin(kinds, one.post))
            pre, post = np.nonzero(joins & (self.circuit.weights_uS > 0))
            named = self.dynamics.parameters_of(one, synapses).items()
            values = {key.removeprefix(f"{one.name}_"): value for key, value in named}
            values["U"] *= one.release(self.condition)
            weight_uS = self.circuit.weights_uS[pre, post]
            strength = self.dynamics.strength(one, synapses)
            yield Connections(one.name, pre, post, strength * weight_uS, values)


def one_circuit(
    parameters: Mapping[str, float], simulation: Mapping[str, Any], config: Config
) -> OneCircuit:
    """Return a circuit from its rows of the tables ``circuits`` and ``simulations``.

    Raises
    ------
    ConfigError
        If its neurons have channels that no format here has.
    """
    _check_channels(config.circuits.family)
    (circuit,) = build_circuits([parameters], config)
    mechanism, level = simulation["mechanism"], float(simulation["level"])
    dosed = config.acetylcholine.at_dose(circuit.max_mV)
    condition = condition_of(mechanism, level, dosed)
    return OneCircuit(
        mechanism,
        level,
        condition.applied(circuit),
        condition,
        config,
        np.asarray(simulation["spike_unit"], np.uint16),
        np.asarray(simulation["spike_time_ms"], np.float32),
    )


def _check_channels(name: str) -> None:
    channels = [one.name for one in family(name).dynamics.channels]
    if unknown := [one for one in channels if one not in WRITTEN]:
        raise ConfigError(
            f"circuits of the family {name} cannot be written: their neurons have "
            f"{', '.join(unknown)}, and exports know {', '.join(WRITTEN)} alone"
        )
