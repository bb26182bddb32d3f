"""What the engine needs to know of a family of circuits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Kind
from minicolumn.circuits.conditions import Condition


class Pathway(NamedTuple):
    """Synapses of one kind, and the types of neuron they join.

    Release depends on the presynaptic neuron and the type of its target, so there is
    one set of states per presynaptic neuron and pathway. A condition scales release by
    each of ``sites`` that it names: the one that all families have, and narrower ones.
    Both ``pre`` and ``post`` are adjacent types.
    """

    synapse: Any  # such as `minicolumn.circuits.ei.synapses.Release`
    sites: tuple[str, ...]
    pre: tuple[Kind, ...]
    post: tuple[Kind, ...]

    @property
    def name(self) -> str:
        """Name of the pathway, and prefix of its states and parameters."""
        return str(self.synapse.name)

    def release(self, condition: Condition) -> float:
        """Return the factor of a condition on its utilization."""
        return prod(condition.release.get(site, 1.0) for site in self.sites)


class Escape(NamedTuple):
    """How the probability that a neuron spikes in the next millisecond rises with v.

    A logistic curve: it replaces the derivative of a spike, which has none.

    Attributes
    ----------
    threshold_mV
        Where it is one half, by type or class of neuron.
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
    kinds
        Types of neuron, in the order of neurons, and the class of each.
    channels
        Jaxley channels of every neuron. One whose ``update_states`` returns ``v`` sets
        the voltage, as Jaxley's ``Fire`` does: so a neuron can be reset.
    receptors
        Pathways by receptor; the targets of a receptor's pathways, one after the other,
        are all neurons.
    capacitance_uF_cm2, v_init_mV, v_spike_mV
        Of every neuron; an upward crossing of the last is a spike.
    channel_parameters
        From the section ``neurons``, the type of each neuron and the factor on the M
        conductance to the channels' parameters under Jaxley's names, (N,) each.
    area_um2, leak_nS
        From ``neurons`` and the type of each neuron to a value per neuron, (N,).
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

    kinds: Mapping[Kind, Kind]
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
        every = (p.sites for members in self.receptors.values() for p in members)
        return tuple(dict.fromkeys(site for sites in every for site in sites))

    def block(self, sizes: Sequence[int], *kinds: Kind) -> slice:
        """Return where the neurons of adjacent types are, ``sizes`` of each type."""
        places = [list(self.kinds).index(kind) for kind in kinds]
        return slice(sum(sizes[: places[0]]), sum(sizes[: places[-1] + 1]))

    def of_neurons(self, sizes: Sequence[int]) -> NDArray[np.str_]:
        """Return the type of each neuron, ``sizes`` of each type."""
        return np.repeat(list(self.kinds), sizes)

    def shifts(self, values: Mapping[Kind, float]) -> list[float]:
        """Return what a condition adds to each type, by its own name and its class."""
        return [
            sum(values.get(name, 0.0) for name in dict.fromkeys((kind, of)))
            for kind, of in self.kinds.items()
        ]
