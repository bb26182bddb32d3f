"""The parameters sampled for each circuit of this family, its types and release sites.

Their ranges and sources are in ``settings.yaml``. Parameters that mean the same as in
the family `minicolumn.circuits.ei` have the same name.
"""

from minicolumn.circuits.ei.parameters import PARAMETERS as OF_EI
from minicolumn.circuits.family import Parameter

KINDS = {"exc": "exc", "vip": "inh", "sst": "inh", "pv": "inh"}
"""Types of neuron, in order, and the class of each."""
INHIBITORY = tuple(kind for kind, of in KINDS.items() if of == "inh")
SITES = (
    *("EE", "EI", "I"),
    *(f"exc_{kind}" for kind in INHIBITORY),
    *INHIBITORY,
)
"""Release sites that conditions may name: those of any family, and narrower ones."""

# Of interneurons (Tremblay, Lee & Rudy 2016): VIP neurons are here all that are neither
# PV nor SST, as in the model of Billeh et al. 2020.
SHARES = {"vip": 0.3, "sst": 0.3, "pv": 0.4}

_OTHERS = ("p_exc", "p_inh", "drive_inh_nA")
_SHARED = {one.name: one for one in OF_EI if one.name not in _OTHERS}

PARAMETERS = (
    _SHARED.pop("n_neurons"),
    Parameter("p_scale", "1", "factor on measured connection probabilities", 0),
    Parameter("radius_um", "um", "radius of the disk in which neurons lie", above=0),
    *_SHARED.values(),
    *(
        Parameter(
            f"drive_{kind}_nA", "nA", f"mean background current of {name} neurons"
        )
        for kind, name in (("vip", "VIP"), ("sst", "SST"), ("pv", "PV"))
    ),
)


def sizes_of(n: int, excitatory_fraction: float) -> tuple[int, ...]:
    """Return how many of ``n`` neurons are of each type.

    The last type has what rounding leaves.

    Examples
    --------
    >>> sizes_of(100, 0.8)
    (80, 6, 6, 8)
    """
    n_exc = round(excitatory_fraction * n)
    first = [round(SHARES[kind] * (n - n_exc)) for kind in INHIBITORY[:-1]]
    return n_exc, *first, n - n_exc - sum(first)
