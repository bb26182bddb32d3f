"""Mechanisms of acetylcholine in simulated and recorded mouse V1.

For scripts and notebooks; each name is imported when it is first used, and everything
takes and returns pandas tables with named columns:

=================== ================================================================
`open_run`          tables, scores, mechanisms and surrogates of a run
`load_surrogate`    a trained surrogate, of a run or of an export
`read_config`       ``config.yaml`` and its overlays
`sample_circuits`   parameters of circuits from the prior
`simulate`          circuits to spikes
`describe`          spikes of simulations to statistics, as the workflow does
`describe_spikes`   spikes of any units to the same statistics
`preview`           what an extension does, before a run uses it
`MinicolumnError`   what all of these raise if the input can be corrected
=================== ================================================================

Examples
--------
>>> import minicolumn as mc
>>> config = mc.read_config("demo.yaml")
>>> mc.sample_circuits(2, config)[["circuit_id", "n_neurons", "p_exc"]].round(3)
   circuit_id  n_neurons  p_exc
0           0       52.0  0.272
1           1       41.0  0.240
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minicolumn.api.configured import read_config
    from minicolumn.api.experiments import (
        describe,
        describe_spikes,
        sample_circuits,
        simulate,
    )
    from minicolumn.api.opened import open_run
    from minicolumn.api.preview import preview
    from minicolumn.api.surrogate import load_surrogate
    from minicolumn.errors import MinicolumnError

__all__ = [
    "MinicolumnError",
    "describe",
    "describe_spikes",
    "load_surrogate",
    "open_run",
    "preview",
    "read_config",
    "sample_circuits",
    "simulate",
]

_HOMES = {
    "minicolumn.api.configured": ("read_config",),
    "minicolumn.api.experiments": (
        *("sample_circuits", "simulate", "describe", "describe_spikes"),
    ),
    "minicolumn.api.opened": ("open_run",),
    "minicolumn.api.preview": ("preview",),
    "minicolumn.api.surrogate": ("load_surrogate",),
    "minicolumn.errors": ("MinicolumnError",),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
