"""What the engine integrates: synapses of `v1_types`, other neurons."""

from minicolumn.circuits.integrate_and_fire import with_integrate_and_fire
from minicolumn.circuits.lif_random.sampled import (
    REFRACTORY_MS,
    RESET_MV,
    THRESHOLD_MV,
)
from minicolumn.circuits.v1_types.synapses import DYNAMICS as OF_V1_TYPES

DYNAMICS = with_integrate_and_fire(OF_V1_TYPES, THRESHOLD_MV, RESET_MV, REFRACTORY_MS)
