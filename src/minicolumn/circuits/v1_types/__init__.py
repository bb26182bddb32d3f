"""Circuits of mouse V1 L2/3 by cell type: excitatory, VIP, SST and PV neurons."""

from pathlib import Path

from minicolumn.circuits.family import Family
from minicolumn.circuits.v1_types.cell_types import KINDS, PARAMETERS, SITES, sizes_of

FAMILY = Family(
    name="v1_types",
    parameters=PARAMETERS,
    kinds=KINDS,
    sites=SITES,
    sizes=sizes_of,
    builder="minicolumn.circuits.v1_types.wiring:build_circuit",
    dynamics_at="minicolumn.circuits.v1_types.synapses:DYNAMICS",
    fast_spiking=("pv",),
    settings=Path(__file__).with_name("settings.yaml"),
)
