"""The equations of synapses, as Jaxley synapse classes, and which neurons they join.

Release at a presynaptic spike follows Tsodyks and Markram 1997, in the form of Blue
Brain's synapses (Markram et al. 2015): utilization ``u`` and available resources ``x``
set the amplitude, after which the conductance decays. A static synapse is the limit in
which resources recover at once and nothing is facilitated.
"""

from collections.abc import Mapping
from functools import partial

import jax.numpy as jnp
from jax import Array
from jaxley.synapses import Synapse

from minicolumn.circuits.dynamics import Pathway
from minicolumn.circuits.ei.membrane import V_SPIKE_MV
from minicolumn.config.circuits import Synapses

# Upstream's base class forgot ``self`` in its signatures.
# pyright: reportIncompatibleMethodOverride=false


class Release(Synapse):
    """Conductance that jumps by ``gS u x`` after each presynaptic spike and decays.

    A spike is transmitted at the next multiple of ``interval``: that is the longest
    delay of conduction and release together.
    When a spike is transmitted ``u <- u + U (1 - u)``, the amplitude is ``u x``, and
    ``x <- x - u x``; otherwise ``u`` decays to 0 with ``facilitation``, ``x`` recovers
    to 1 with ``recovery``, and the conductance decays with ``decay`` (all ms; 0 means
    at once). States remember whether the presynaptic voltage was ``above`` the spike
    threshold, whether a spike is ``waiting``, and the ``age`` of the last transmission
    in ms.
    """

    def __init__(self, name: str):
        super().__init__(name)
        self.synapse_params = {
            f"{name}_gS": 1e-3,  # uS
            f"{name}_e_syn": 0.0,  # mV
            f"{name}_decay": 2.0,
            f"{name}_interval": 1.0,
            f"{name}_U": 0.5,
            f"{name}_recovery": 0.0,
            f"{name}_facilitation": 0.0,
        }
        self.synapse_states = {
            f"{name}_s": 0.0,
            f"{name}_u": 0.0,
            f"{name}_x": 1.0,
            f"{name}_above": 0.0,
            f"{name}_waiting": 0.0,
            f"{name}_age": 0.0,
        }

    def update_states(self, states, delta_t, pre_voltage, post_voltage, params):
        """Return the states after ``delta_t`` ms."""
        s, u, x, was_above, waiting, age = (
            states[f"{self.name}_{key}"]
            for key in ("s", "u", "x", "above", "waiting", "age")
        )
        above = pre_voltage >= V_SPIKE_MV
        waiting = jnp.where(above & (was_above < 0.5), 1.0, waiting)
        due = age > params[f"{self.name}_interval"] - 0.5 * delta_t
        next_u, next_x, amplitude = self.transmit(u, x, waiting > 0.5, params)
        s = jnp.where(due, s + amplitude, s)
        return {
            f"{self.name}_s": s * self.kept("decay", delta_t, params),
            f"{self.name}_u": jnp.where(due, next_u, u),
            f"{self.name}_x": jnp.where(due, next_x, x),
            f"{self.name}_above": above.astype(x.dtype),
            f"{self.name}_waiting": jnp.where(due, 0.0, waiting),
            f"{self.name}_age": jnp.where(due, 0.0, age) + delta_t,
        }

    def transmit(self, u, x, spiked, params):
        """Return ``u``, ``x`` and the amplitude after one more interval.

        ``spiked`` says which neurons did since the last transmission. Where it is 0.0
        and 1.0 instead of bool, all three are linear in it, with the same values.
        """
        interval = params[f"{self.name}_interval"]
        u = u * self.kept("facilitation", interval, params)
        x = 1.0 - (1.0 - x) * self.kept("recovery", interval, params)
        utilized = u + params[f"{self.name}_U"] * (1.0 - u)
        amplitude = _where(spiked, utilized * x, 0.0)
        return _where(spiked, utilized, u), x - amplitude, amplitude

    def acting(self, conductance, v, params):
        """Return what is open of a conductance at ``v`` mV, and its current at 0 mV.

        In uS and nA; of `Release` all is open.
        """
        return conductance, conductance * params[f"{self.name}_e_syn"]

    def kept(self, time_constant, delta_t, params):
        """Return the share of a quantity that is left after ``delta_t`` ms."""
        return jnp.exp(-delta_t / params[f"{self.name}_{time_constant}"])

    def compute_current(self, states, pre_voltage, post_voltage, params):
        """Return the current in nA into the postsynaptic neuron's outside."""
        conductance = params[f"{self.name}_gS"] * states[f"{self.name}_s"]
        return conductance * (post_voltage - params[f"{self.name}_e_syn"])


def _where(spiked: Array, one: Array, other: Array | float) -> Array:
    """Return ``one`` where a neuron spiked and else ``other``; linear in floats."""
    if jnp.asarray(spiked).dtype == bool:
        return jnp.where(spiked, one, other)
    return spiked * one + (1.0 - spiked) * other


class Nmda(Release):
    """`Release` behind a magnesium block, held over a step at its starting voltage.

    The block is that of Jahr and Stevens 1990.
    """

    def __init__(self, name: str):
        super().__init__(name)
        self.synapse_params |= {f"{name}_magnesium": 1.0}  # mM
        self.synapse_states |= {f"{name}_open": 0.0}

    def update_states(self, states, delta_t, pre_voltage, post_voltage, params):
        """Return the states of `Release` and the unblocked share."""
        released = super().update_states(
            states, delta_t, pre_voltage, post_voltage, params
        )
        unblocked = self.unblocked(post_voltage, params[f"{self.name}_magnesium"])
        return released | {f"{self.name}_open": unblocked}

    def compute_current(self, states, pre_voltage, post_voltage, params):
        """Return the current in nA into the postsynaptic neuron's outside."""
        current = super().compute_current(states, pre_voltage, post_voltage, params)
        return states[f"{self.name}_open"] * current

    def acting(self, conductance, v, params):
        """Return what magnesium leaves open at ``v`` mV, and its current at 0 mV."""
        unblocked = self.unblocked(v, params[f"{self.name}_magnesium"])
        return super().acting(conductance * unblocked, v, params)

    @staticmethod
    def unblocked(v: Array, magnesium_mM: Array | float) -> Array:
        """Return the share of receptors that magnesium leaves open at ``v`` mV."""
        return 1.0 / (1.0 + jnp.exp(-0.062 * v) * magnesium_mM / 3.57)


# By receptor; the targets of its pathways, one after the other, are all neurons.
RECEPTORS: dict[str, tuple[Pathway, ...]] = {
    "ampa": (
        Pathway(Release("EE"), ("EE",), ("exc",), ("exc",)),
        Pathway(Release("EI"), ("EI",), ("exc",), ("inh",)),
    ),
    "gaba_a": (Pathway(Release("I"), ("I",), ("inh",), ("exc", "inh")),),
    "nmda": (
        Pathway(Nmda("EE_NMDA"), ("EE",), ("exc",), ("exc",)),
        Pathway(Nmda("EI_NMDA"), ("EI",), ("exc",), ("inh",)),
    ),
}


def in_use(
    receptors: Mapping[str, tuple[Pathway, ...]], synapses: Synapses
) -> tuple[Pathway, ...]:
    """Return the pathways of a circuit: with NMDA receptors or without."""
    return tuple(
        pathway
        for members in receptors.values()
        for pathway in members
        if synapses.nmda.ratio > 0 or not isinstance(pathway.synapse, Nmda)
    )


pathways = partial(in_use, RECEPTORS)


def strength(pathway: Pathway, synapses: Synapses) -> float:
    """Return the factor on a connection's conductance: 1, or the share of NMDA."""
    return synapses.nmda.ratio if isinstance(pathway.synapse, Nmda) else 1.0


def parameters_of(pathway: Pathway, synapses: Synapses) -> dict[str, float]:
    """Return the parameters of a pathway, without conductances, under its prefix."""
    receptor = synapses.gaba_a if "I" in pathway.sites else synapses.ampa
    site = synapses.tsodyks_markram.of(pathway.sites)
    values = {
        "e_syn": receptor.reversal_mV,
        "decay": receptor.decay_ms,
        "interval": synapses.transmission_ms,
        "U": site.U,
        "recovery": site.recovery_ms,
        "facilitation": site.facilitation_ms,
    }
    if isinstance(pathway.synapse, Nmda):
        values |= {
            "decay": synapses.nmda.decay_ms,
            "magnesium": synapses.nmda.magnesium_mM,
        }
    if synapses.release == "static":
        values |= {"U": 1.0, "recovery": 0.0, "facilitation": 0.0}
    return {f"{pathway.name}_{key}": value for key, value in values.items()}
