"""What the engine integrates in circuits of this family."""

from dataclasses import replace

from minicolumn.circuits.ei.dynamics import DYNAMICS as OF_EI
from minicolumn.circuits.v1_types import synapses
from minicolumn.circuits.v1_types.parameters import KINDS

# The neurons are of the same channels; their parameters differ by type.
DYNAMICS = replace(
    OF_EI, kinds=KINDS, receptors=synapses.RECEPTORS, pathways=synapses.pathways
)
