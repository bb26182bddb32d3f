"""Circuits of excitatory and inhibitory neurons: the first family."""

from minicolumn.circuits.ei.parameters import PARAMETERS
from minicolumn.circuits.family import Family

FAMILY = Family(
    name="ei",
    parameters=PARAMETERS,
    builder="minicolumn.circuits.ei.wiring:build_circuit",
    dynamics_at="minicolumn.circuits.ei.dynamics:DYNAMICS",
)
