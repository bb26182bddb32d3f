"""Random networks of integrate-and-fire neurons: all pairs connect alike."""

from pathlib import Path

from minicolumn.circuits.ei.parameters import KINDS, SITES, sizes_of
from minicolumn.circuits.family import Family
from minicolumn.circuits.lif_random.sampled import PARAMETERS

FAMILY = Family(
    name="lif_random",
    parameters=PARAMETERS,
    kinds=KINDS,
    sites=SITES,
    sizes=sizes_of,
    builder="minicolumn.circuits.lif_random.connections:build_circuit",
    dynamics_at="minicolumn.circuits.lif_random.leaky:DYNAMICS",
    fast_spiking=("inh",),
    settings=Path(__file__).with_name("settings.yaml"),
    check_at="minicolumn.circuits.lif_random.fixed:check",
)
