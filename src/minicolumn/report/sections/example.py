"""The spikes of one simulated circuit at three ACh levels."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.outcomes import Outcome
from minicolumn.report.results import Results, where
from minicolumn.report.section import Drawing
from minicolumn.report.style import (
    GRAY,
    INK,
    empty_figure,
    new_figure,
    spike_ticks,
    styled,
)

SHOWN_S = 2.0
_EXCITATORY, _INHIBITORY = INK, "#CC3311"


def content(results: Results) -> dict[str, Any]:
    """Return the rows of the circuit that is drawn."""
    return {"example": choose_example(results.example)}


def figures(results: Results) -> dict[str, Drawing]:
    """Draw its spikes."""
    label = "Spike rasters of one simulated circuit at three acetylcholine levels"
    example = choose_example(results.example)
    columns = ["circuit_id", "level", "spike_unit", "spike_time_ms"]
    spikes = pd.DataFrame(example, columns=columns).explode(columns[2:])
    return {"rasters": Drawing(rasters(example), label, spikes)}


def choose_example(simulations: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return three rows of one circuit: lowest, middle and highest ACh level.

    The circuit is not picked by eye: among those that ran well at all three levels, it
    has the median number of spikes per neuron at the lowest one. Empty if none did.
    """
    levels = sorted(set(simulations["level"]))
    if not levels:
        return []
    shown = {levels[i] for i in (0, len(levels) // 2, -1)}
    ran = where(simulations, outcome=Outcome.OK)
    ran = ran[ran["level"].isin(shown)].sort_values("level")
    complete: list[list[dict[Any, Any]]] = [
        mine.to_dict("records")
        for _, mine in ran.groupby("circuit_id")
        if len(mine) == len(shown)
    ]
    complete.sort(key=lambda rows: _spikes_per_neuron(rows[0]))
    return complete[(len(complete) - 1) // 2] if complete else []


def _spikes_per_neuron(row: Mapping[str, Any]) -> float:
    return len(row["spike_unit"]) / row["n_units"]


@styled
def rasters(example: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw the spikes of one circuit at each of its rows."""
    if not example:
        return empty_figure("no circuit of the example shard ran at every level")
    figure = new_figure(2.9)
    panels = figure.subplots(1, len(example), sharey=True, squeeze=False)[0]
    for axes, row in zip(panels, example, strict=True):
        _raster(axes, row)
    panels[0].set_ylabel("neuron (number)")
    return figure


def _raster(axes: Axes, row: Mapping[str, Any]) -> None:
    unit = np.asarray(row["spike_unit"], dtype=float)
    time_s = np.asarray(row["spike_time_ms"], dtype=float) / 1000
    end_s = min(SHOWN_S, row["duration_s"])
    inhibitory = unit >= row["n_excitatory"]
    for members, color in ((~inhibitory, _EXCITATORY), (inhibitory, _INHIBITORY)):
        keep = members & (time_s < end_s)
        spike_ticks(axes, time_s[keep], unit[keep], color)
    axes.axhline(row["n_excitatory"] - 0.5, color=GRAY, linewidth=0.6, linestyle=":")
    rate_hz = _spikes_per_neuron(row) / row["duration_s"]
    axes.set_title(
        f"ACh level {row['level']:g} (n = {row['n_units']} neurons)\n"
        f"mean rate {rate_hz:.1f} Hz"
    )
    axes.set(xlim=(0, end_s), ylim=(-1, row["n_units"]), xlabel="time (s)")
