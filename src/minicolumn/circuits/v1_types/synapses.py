"""Which neurons the synapses of this family join; their equations are those of `ei`.

Release from excitatory neurons depends on the type of the target, so that connections
to SST neurons facilitate; that from inhibitory neurons on the type of the source.
"""

from functools import partial

from minicolumn.circuits.dynamics import Pathway
from minicolumn.circuits.ei.synapses import Nmda, Release, in_use
from minicolumn.circuits.v1_types.parameters import INHIBITORY, KINDS


def _from_excitatory(synapse: type[Release], suffix: str = "") -> tuple[Pathway, ...]:
    return (
        Pathway(synapse(f"exc_exc{suffix}"), ("EE",), "exc", ("exc",)),
        *(
            Pathway(
                synapse(f"exc_{kind}{suffix}"), ("EI", f"exc_{kind}"), "exc", (kind,)
            )
            for kind in INHIBITORY
        ),
    )


# By receptor; the targets of its pathways, one after the other, are all neurons.
RECEPTORS: dict[str, tuple[Pathway, ...]] = {
    "ampa": _from_excitatory(Release),
    **{
        f"gaba_{kind}": (Pathway(Release(kind), ("I", kind), kind, tuple(KINDS)),)
        for kind in INHIBITORY
    },
    "nmda": _from_excitatory(Nmda, "_NMDA"),
}

pathways = partial(in_use, RECEPTORS)
"""From the section ``synapses`` to the pathways of a circuit."""
