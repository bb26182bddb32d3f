"""The cortical column of Potjans and Diesmann (2014), scaled down."""

from pathlib import Path

from minicolumn.circuits.family import Family
from minicolumn.circuits.pd14.populations import (
    INHIBITORY,
    KINDS,
    PARAMETERS,
    SITES,
    sizes_of,
)

FAMILY = Family(
    name="pd14",
    parameters=PARAMETERS,
    kinds=KINDS,
    sites=SITES,
    sizes=sizes_of,
    builder="minicolumn.circuits.pd14.scaled:build_circuit",
    dynamics_at="minicolumn.circuits.pd14.integrate_and_fire:DYNAMICS",
    fast_spiking=INHIBITORY,
    settings=Path(__file__).with_name("settings.yaml"),
    check_at="minicolumn.circuits.pd14.fixed:check",
)
