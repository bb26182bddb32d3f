"""The figure: errors of unrecorded neurons, by the number of recorded ones."""

from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from minicolumn.report.style import new_figure, styled

SHARE_LEFT = 0.1
"""Share of the error without recordings below which others count as predicted."""
_TEACHER = ["n_neurons", "rank"]


def needed(found: pd.DataFrame) -> pd.DataFrame:
    """Return how many recorded neurons predict the others, a row per teacher.

    Parameters
    ----------
    found
        With the columns of `tables.TEACHER_STUDENT`.

    Returns
    -------
    DataFrame
        ``n_neurons``, ``rank``, ``dimension``; ``n_needed``, the fewest recorded
        neurons from which on the median error of the others stays below `SHARE_LEFT`
        of that without recordings, missing if there is none; ``error_start`` without
        recordings and ``error_least``, the smallest; and ``parameter_error``, the
        smallest median of what is left of the error of gains and biases.
    """
    rows = [
        dict(zip(_TEACHER, key, strict=True)) | _of_teacher(part)
        for key, part in found.groupby(_TEACHER)
    ]
    return pd.DataFrame(rows)


def _of_teacher(part: pd.DataFrame) -> dict[str, Any]:
    median = part.groupby("n_recorded").median(numeric_only=True)
    error = median["error_unrecorded"].dropna()
    above = np.flatnonzero(error >= SHARE_LEFT * error.iloc[0])
    after = above[-1] + 1
    return {
        "dimension": part["dimension"].iloc[0],
        "n_needed": error.index[after] if after < len(error) else np.nan,
        "error_start": error.iloc[0],
        "error_least": error.min(),
        "parameter_error": median["parameter_error"].min(),
    }


@styled
def figure_of(found: pd.DataFrame) -> Figure:
    """Draw median errors by recorded neurons, and the needed ones by dimension."""
    figure = new_figure(3.2)
    left, right = figure.subplots(1, 2)
    for (n, rank), part in found.groupby(_TEACHER):
        error = part.groupby("n_recorded")["error_unrecorded"].median().dropna()
        left.plot(error, marker="o", markersize=3, label=f"{n} neurons, rank {rank}")
    left.set(yscale="log", xlabel="recorded neurons")
    left.set_ylabel("error of unrecorded neurons, of variance")
    left.legend(loc="upper right")
    for (n, part), marker in zip(
        needed(found).groupby("n_neurons"), cycle("o^sDv"), strict=False
    ):
        right.plot(part["dimension"], part["n_needed"], marker, label=f"{n} neurons")
    right.set(xlim=(0, None), ylim=(0, None), xlabel="dimension of activity")
    right.set_ylabel("recorded neurons that are needed")
    right.legend(loc="upper left")
    return figure
