"""The eight populations of the column, and the parameters sampled for each circuit.

Their ranges and sources are in ``settings.yaml``.
"""

from itertools import accumulate, pairwise

from minicolumn.circuits.ei.parameters import SITES
from minicolumn.circuits.family import DOSE, Parameter

__all__ = ["EXCITATORY", "FULL_SIZES", "INHIBITORY", "KINDS", "PARAMETERS", "SITES"]

FULL_SIZES = {
    **{"l23e": 20683, "l4e": 21915, "l5e": 4850, "l6e": 14395},
    **{"l23i": 5834, "l4i": 5479, "l5i": 1065, "l6i": 2948},
}
"""Neurons of each population under 1 mm2 (Potjans & Diesmann 2014, Table 5)."""

KINDS = {kind: "exc" if kind.endswith("e") else "inh" for kind in FULL_SIZES}
"""Types of neuron, in order, and the class of each."""
EXCITATORY = tuple(kind for kind, of in KINDS.items() if of == "exc")
INHIBITORY = tuple(kind for kind, of in KINDS.items() if of == "inh")

PARAMETERS = (
    Parameter("n_neurons", "neurons", "size of the circuit, of 77,169", 80, 65_535),
    Parameter("n_recorded", "neurons", "neurons that a probe records", 2),
    Parameter(
        "in_degree", "1", "share of the published number of inputs", 0, 1, above=0
    ),
    Parameter("p_scale", "1", "factor on published connection probabilities", above=0),
    Parameter("psp_mV", "mV", "postsynaptic potential of a connection, full size", 0),
    Parameter("g", "1", "inhibitory over excitatory strength of a connection", 0),
    Parameter("background_exc_hz", "Hz", "rate of each background input, to E", 0),
    Parameter("background_inh_hz", "Hz", "rate of each background input, to I", 0),
    Parameter(DOSE, "mV", "depolarization by ACh at its highest concentration", 0),
)


def sizes_of(n: int, _excitatory_fraction: float) -> tuple[int, ...]:
    """Return how many of ``n`` neurons are of each population, as in the whole column.

    Examples
    --------
    >>> sizes_of(1544, 0.8)
    (414, 438, 97, 288, 117, 110, 21, 59)
    """
    total = sum(FULL_SIZES.values())
    ends = [0, *(round(n * up_to / total) for up_to in accumulate(FULL_SIZES.values()))]
    return tuple(stop - start for start, stop in pairwise(ends))
