"""The figure: what each current is in both states, and what its timing tells."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.report.style import (
    GRAY,
    INK,
    RUNNING,
    empty_figure,
    new_figure,
    styled,
)
from minicolumn.states import STATES


@styled
def currents_figure(currents: pa.Table) -> Figure:
    """Draw every session as a line, from a table of the kind `tables.CURRENTS`."""
    frame = currents.to_pandas()
    if frame.empty:
        return empty_figure("no session has two groups of units in enough epochs")
    frame["pair"] = frame["target"] + " from " + frame["source"]
    key = ["pair", "session_id", "state"]
    names = ["share", "forecast", "forecast_shifted"]
    middle = frame.groupby(key)[names].median()
    figure = new_figure(3.0)
    left, right = figure.subplots(1, 2)
    share = middle["share"].unstack()
    _lines(left, share.reindex(columns=list(STATES)), RUNNING)
    left.set_ylabel("share of variance of current into target")
    left.set_title(f"{frame['compared'].iloc[0]}, left to right", loc="left")
    _lines(right, middle[names[1:]], INK)
    right.set_ylabel("correlation of next change")
    right.set_title("Source as it is (left), shifted in time (right)", loc="left")
    return figure


def _lines(axes: Axes, table: pd.DataFrame, color: str) -> None:
    """Draw the two columns of a table, for each pair of groups."""
    pairs: Sequence[str] = list(table.index.unique(level="pair"))
    for place, pair in enumerate(pairs):
        own = table.loc[pair].to_numpy().T
        axes.plot([place - 0.2, place + 0.2], own, color=GRAY, linewidth=0.6)
        for x, y, marker in zip((place - 0.2, place + 0.2), own, "os", strict=True):
            axes.plot(np.full(len(y), x), y, marker, color=color, markersize=3)
    axes.set_xticks(range(len(pairs)), pairs)
