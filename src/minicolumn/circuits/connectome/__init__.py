"""Circuits that somebody measured: connections of a table, physiology of a prior."""

from pathlib import Path

from minicolumn.circuits.family import Family
from minicolumn.circuits.v1_types.cell_types import KINDS, PARAMETERS, SITES

_OF_WIRING = ("p_scale", "radius_um")

FAMILY = Family(
    name="connectome",
    parameters=tuple(one for one in PARAMETERS if one.name not in _OF_WIRING),
    kinds=KINDS,
    sites=SITES,
    sizes=None,
    builder="minicolumn.circuits.connectome.physiology:build_circuit",
    dynamics_at="minicolumn.circuits.v1_types.synapses:DYNAMICS",
    fast_spiking=("pv",),
    settings=Path(__file__).with_name("settings.yaml"),
)
