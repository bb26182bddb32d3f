"""What differs in a run of a circuit, be it ACh, a confound or a light."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from operator import add, mul, or_
from typing import Any

from minicolumn.circuits.circuit import KINDS, Circuit


@dataclass(frozen=True)
class Current:
    """A current in time into each neuron: its amplitude times a waveform.

    Attributes
    ----------
    amplitude_nA
        Of each neuron, (n,).
    waveform
        Factor on the amplitude in each millisecond after the warm-up; 0 afterwards.
    """

    amplitude_nA: tuple[float, ...]
    waveform: tuple[float, ...]

    @property
    def flows(self) -> bool:
        """Whether it is ever anything but 0."""
        return any(self.amplitude_nA) and any(self.waveform)


@dataclass(frozen=True)
class Condition:
    """How a run differs from the circuit as its family built it; nothing by default.

    Attributes
    ----------
    release
        Factor on utilization ``U`` by release site: "EE", "EI" and "I" in any family,
        and narrower ones that a family has; factors on one synapse multiply. For static
        synapses it acts on their conductance, which is exact for sparse firing only: at
        high rates, recovery from depression limits release.
    depolarization_mV
        Shift of the mean background current, as the depolarization it would cause
        across the leak: by class of neuron, "exc" and "inh", in any family, and by the
        types that a family has. Shifts of one neuron add up.
    drive_nA
        Added to the mean background current, by class or type of neuron.
    m_conductance
        Factor on the M conductance.
    noise
        Factor on the SD of the fast and slow background currents.
    common_input
        Added to the share of the fast background's variance that all neurons receive
        together; the sum is kept within 0 and 1.
    bursts
        Factor on the rate of brief strong inputs.
    currents
        Currents in time, which add up.
    lost_spikes
        Share of spikes that a recording misses; the circuit has them all.
    poisson
        Whether a recording holds independent Poisson trains of the same rates instead.
    """

    release: Mapping[str, float] = field(default_factory=dict)
    depolarization_mV: Mapping[str, float] = field(default_factory=dict)
    drive_nA: Mapping[str, float] = field(default_factory=dict)
    m_conductance: float = 1.0
    noise: float = 1.0
    common_input: float = 0.0
    bursts: float = 1.0
    currents: tuple[Current, ...] = ()
    lost_spikes: float = 0.0
    poisson: bool = False

    def __post_init__(self) -> None:
        """Drop entries that do nothing, so that equal conditions compare equal."""
        acting: dict[str, Any] = {
            name: {k: v for k, v in getattr(self, name).items() if v != neutral}
            for name, neutral in _NEUTRAL.items()
        }
        acting["currents"] = tuple(one for one in self.currents if one.flows)
        vars(self).update(acting)

    def plus(self, other: "Condition") -> "Condition":
        """Return both together: factors multiply, shifts and currents add."""
        own, others = vars(self), vars(other)
        return Condition(**{n: f(own[n], others[n]) for n, f in _TOGETHER.items()})

    def since(self, other: "Condition") -> "Condition":
        """Return what this adds to another: ``other.plus(self.since(other))`` is this.

        Raises
        ------
        ValueError
            If nothing does: the other has currents, or loses spikes.
        """
        if other.currents or other.lost_spikes or other.poisson:
            raise ValueError(
                "a condition with currents in time, lost spikes or Poisson trains "
                "cannot be undone"
            )
        undone = Condition(
            release={key: 1 / value for key, value in other.release.items()},
            depolarization_mV={k: -v for k, v in other.depolarization_mV.items()},
            drive_nA={key: -value for key, value in other.drive_nA.items()},
            m_conductance=1 / other.m_conductance,
            noise=1 / other.noise,
            common_input=-other.common_input,
            bursts=1 / other.bursts,
        )
        return self.plus(undone)

    def applied(self, circuit: Circuit) -> Circuit:
        """Return the circuit with the background and M conductance of this condition.

        Release, depolarization, drive and currents are left to the engine.
        """
        common = circuit.common_fraction + self.common_input
        return replace(
            circuit,
            noise_fast_nA=self.noise * circuit.noise_fast_nA,
            noise_slow_nA=self.noise * circuit.noise_slow_nA,
            common_fraction=min(max(common, 0.0), 1.0),
            burst_rate_hz=self.bursts * circuit.burst_rate_hz,
            g_M_scale=self.m_conductance * circuit.g_M_scale,
        )

    @property
    def background(self) -> tuple[float, ...]:
        """What `applied` depends on."""
        return self.m_conductance, self.noise, self.common_input, self.bursts


def in_all_neurons(value: float) -> dict[str, float]:
    """Return a value that is the same for all types of neuron."""
    return dict.fromkeys(KINDS, value)


def _by_key(
    operation: Callable[[float, float], float],
    one: Mapping[str, float],
    other: Mapping[str, float],
) -> dict[str, float]:
    both = {key: operation(one[key], other[key]) for key in one.keys() & other.keys()}
    return {**one, **other, **both}


_NEUTRAL = {"release": 1.0, "depolarization_mV": 0.0, "drive_nA": 0.0}
_TOGETHER: dict[str, Callable[[Any, Any], Any]] = {
    "release": partial(_by_key, mul),
    "depolarization_mV": partial(_by_key, add),
    "drive_nA": partial(_by_key, add),
    "m_conductance": mul,
    "noise": mul,
    "common_input": add,
    "bursts": mul,
    "currents": add,
    "lost_spikes": lambda one, other: 1 - (1 - one) * (1 - other),
    "poisson": or_,
}
