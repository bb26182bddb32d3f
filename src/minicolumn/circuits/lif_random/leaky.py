"""What the engine integrates: synapses of `ei`, other neurons."""

from minicolumn.circuits.ei.dynamics import DYNAMICS as OF_EI
from minicolumn.circuits.integrate_and_fire import with_integrate_and_fire
from minicolumn.circuits.lif_random.sampled import (
    REFRACTORY_MS,
    RESET_MV,
    THRESHOLD_MV,
)

DYNAMICS = with_integrate_and_fire(OF_EI, THRESHOLD_MV, RESET_MV, REFRACTORY_MS)
