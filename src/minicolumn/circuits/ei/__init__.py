"""Circuits of excitatory and inhibitory neurons: the first family."""

from minicolumn.circuits.ei.parameters import KINDS, PARAMETERS, SITES, sizes_of
from minicolumn.circuits.family import Family

FAMILY = Family(
    name="ei",
    parameters=PARAMETERS,
    kinds=KINDS,
    sites=SITES,
    sizes=sizes_of,
    builder="minicolumn.circuits.ei.wiring:build_circuit",
    dynamics_at="minicolumn.circuits.ei.dynamics:DYNAMICS",
    fast_spiking=("inh",),
)
