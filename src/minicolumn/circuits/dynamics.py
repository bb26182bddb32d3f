"""What the engine needs to know of a family of circuits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from minicolumn.circuits.circuit import Kind


class Pathway(NamedTuple):
    """Synapses of one kind, and the types of neuron they join.

    Release depends on the presynaptic neuron and the type of its target, so there is
    one set of states per presynaptic neuron and pathway.
    """

    synapse: Any  # such as `minicolumn.circuits.ei.synapses.Release`
    site: str
    pre: Kind
    post: tuple[Kind, ...]

    @property
    def name(self) -> str:
        """Name of the pathway, and prefix of its states and parameters."""
        return str(self.synapse.name)


class Escape(NamedTuple):
    """How the probability that a neuron spikes in the next millisecond rises with v.

    A logistic curve: it replaces the derivative of a spike, which has none.

    Attributes
    ----------
    threshold_mV
        Where it is one half, by type of neuron.
    width_mV
        How far from there it is 0.73.
    below_mV
        A neuron above this voltage is already in a spike: nothing moves it.
    """

    threshold_mV: Mapping[Kind, float]
    width_mV: float
    below_mV: float


@dataclass(frozen=True, eq=False)
class Dynamics:
    """The hooks of a family in the engine; one object, compared by identity.

    Attributes
    ----------
    channels
        Jaxley channels of every neuron.
    receptors
        Pathways by receptor; the targets of a receptor's pathways, one after the other,
        are all neurons.
    capacitance_uF_cm2, v_init_mV, v_spike_mV
        Of every neuron; an upward crossing of the last is a spike.
    channel_parameters
        From the section ``neurons``, which neurons are excitatory and the factor on the
        M conductance to the channels' parameters under Jaxley's names, (N,) each.
    area_um2, leak_nS
        From ``neurons`` and which neurons are excitatory to a value per neuron, (N,).
    pathways
        From the section ``synapses`` to the pathways in use.
    parameters_of, strength
        From a pathway and ``synapses`` to its parameters, and to the factor on the
        conductance of its connections.
    g_M_parameters
        Parameters of channels that are proportional to the factor on the M conductance.
    escape
        Without it, circuits of the family cannot be fitted by gradients.
    """

    channels: tuple[Any, ...]
    receptors: Mapping[str, tuple[Pathway, ...]]
    capacitance_uF_cm2: float
    v_init_mV: float
    v_spike_mV: float
    channel_parameters: Callable[..., dict[str, Any]]
    area_um2: Callable[..., Any]
    leak_nS: Callable[..., Any]
    pathways: Callable[..., tuple[Pathway, ...]]
    parameters_of: Callable[..., dict[str, float]]
    strength: Callable[..., float]
    g_M_parameters: tuple[str, ...] = ()
    escape: Escape | None = None

    @property
    def sites(self) -> tuple[str, ...]:
        """Release sites that a condition may name."""
        every = (p.site for members in self.receptors.values() for p in members)
        return tuple(dict.fromkeys(every))
