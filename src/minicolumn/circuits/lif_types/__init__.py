"""Integrate-and-fire neurons with the connections of mouse V1 L2/3 by cell type."""

from pathlib import Path

from minicolumn.circuits.family import Family
from minicolumn.circuits.lif_types.sampled import PARAMETERS
from minicolumn.circuits.v1_types.cell_types import KINDS, SITES, sizes_of

FAMILY = Family(
    name="lif_types",
    parameters=PARAMETERS,
    kinds=KINDS,
    sites=SITES,
    sizes=sizes_of,
    builder="minicolumn.circuits.lif_types.connections:build_circuit",
    dynamics_at="minicolumn.circuits.lif_types.leaky:DYNAMICS",
    fast_spiking=("pv",),
    settings=Path(__file__).with_name("settings.yaml"),
    check_at="minicolumn.circuits.lif_random.fixed:check",
)
