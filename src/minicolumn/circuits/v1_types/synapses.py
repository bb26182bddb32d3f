"""What the engine integrates: the neurons and synapses of `ei`, other types joined.

Release from excitatory neurons depends on the type of the target, so that connections
to SST neurons facilitate; that from inhibitory neurons on the type of the source.
"""

from dataclasses import replace
from functools import partial

from minicolumn.circuits.dynamics import Pathway
from minicolumn.circuits.ei.dynamics import DYNAMICS as OF_EI
from minicolumn.circuits.ei.synapses import Nmda, Release, in_use
from minicolumn.circuits.v1_types.cell_types import INHIBITORY, KINDS


def _from_excitatory(synapse: type[Release], suffix: str = "") -> tuple[Pathway, ...]:
    return (
        Pathway(synapse(f"exc_exc{suffix}"), ("EE",), ("exc",), ("exc",)),
        *(
            Pathway(
                synapse(f"exc_{kind}{suffix}"),
                ("EI", f"exc_{kind}"),
                ("exc",),
                (kind,),
            )
            for kind in INHIBITORY
        ),
    )


# By receptor; the targets of its pathways, one after the other, are all neurons.
RECEPTORS: dict[str, tuple[Pathway, ...]] = {
    "ampa": _from_excitatory(Release),
    **{
        f"gaba_{kind}": (Pathway(Release(kind), ("I", kind), (kind,), tuple(KINDS)),)
        for kind in INHIBITORY
    },
    "nmda": _from_excitatory(Nmda, "_NMDA"),
}

# The channels are the same; parameters of neurons and release sites differ by type.
DYNAMICS = replace(
    OF_EI, kinds=KINDS, receptors=RECEPTORS, pathways=partial(in_use, RECEPTORS)
)
