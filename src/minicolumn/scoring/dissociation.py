"""Whether one mechanism predicts one statistic, and another mechanism another.

The published reading is a double dissociation: `synaptic` gets correlations right where
`depolarizing` gets rates right. Two tables of accuracies do not show that; the test is
whether the difference between the mechanisms differs between the statistics.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from minicolumn.config.prediction import Primary
from minicolumn.scoring.directions import NO_CHANGE, directions
from minicolumn.scoring.nulls import swap_null
from minicolumn.scoring.panel import Panel, agreement
from minicolumn.scoring.resampling import Resampling

Floats = NDArray[np.float64]
CONTRAST = ("synaptic", "depolarizing")
BETWEEN = ("pairwise_corr", "mean_rate")


@dataclass(frozen=True)
class Paired:
    """Two mechanisms on the same sessions: exact McNemar test.

    Attributes
    ----------
    statistic
        What both predict.
    n
        Sessions in which both have a direction to compare.
    first_only, second_only
        Sessions that only `CONTRAST`'s first, or only its second, gets right.
    p
        Two-sided exact p-value; None without any such session.
    """

    statistic: str
    n: int
    first_only: int
    second_only: int
    p: float | None


@dataclass(frozen=True)
class Interaction:
    """Whether the difference between mechanisms differs between two statistics.

    Attributes
    ----------
    n
        Sessions with all four predictions and both observations.
    contrast
        Mean over sessions of (first - second mechanism right) on the first statistic of
        `BETWEEN` minus the same on the second: from -2 to 2.
    p
        Two-sided, the two statistics exchanged by a coin in each session; None without
        any session in which they differ.
    constant
        Whether all four predictions are constant: then a small p says how the sessions
        moved, and nothing about any session in particular.
    """

    n: int
    contrast: float | None
    p: float | None
    constant: bool


@dataclass(frozen=True)
class Dissociation:
    """The comparison of two mechanisms by one architecture.

    Attributes
    ----------
    architecture
        Of the surrogates: the primary one.
    between
        The two mechanisms.
    paired
        Their comparison on each primary statistic.
    interaction
        The double dissociation.
    """

    architecture: str
    between: tuple[str, str]
    paired: tuple[Paired, ...]
    interaction: Interaction


def dissociation(
    panel: Panel, primary: Primary, resampling: Resampling
) -> Dissociation:
    """Return the paired tests between two mechanisms, and their interaction."""
    predicted = {
        (model.training_set, model.statistic): values
        for model, values in panel.predicted.items()
        if model.architecture == primary.architecture
    }
    first, second = CONTRAST
    tests = tuple(
        paired(n, predicted[first, n], predicted[second, n], panel.change[n])
        for n in primary.statistics
        if {(first, n), (second, n)} <= predicted.keys()
    )
    found = interaction(predicted, panel.change, resampling)
    return Dissociation(primary.architecture, CONTRAST, tests, found)


def mcnemar(first_only: int, second_only: int) -> float | None:
    """Return the two-sided exact p-value of discordant pairs; None without any."""
    n = first_only + second_only
    return float(stats.binomtest(first_only, n).pvalue) if n else None


def paired(statistic: str, first: Floats, second: Floats, observed: Floats) -> Paired:
    """Compare two predictions of one statistic, (sessions,); NaN where missing."""
    a, b = agreement(first, observed), agreement(second, observed)
    both = np.isfinite(a * b) & (a * b != 0)
    n_first, n_second = (int((both & (a == s) & (b == -s)).sum()) for s in (1, -1))
    p = mcnemar(n_first, n_second)
    return Paired(statistic, int(both.sum()), n_first, n_second, p)


def interaction(
    predicted: Mapping[tuple[str, str], Floats],
    observed: Mapping[str, Floats],
    resampling: Resampling,
) -> Interaction:
    """Test the double dissociation.

    Changes ``predicted``, by mechanism and statistic, and ``observed``, by statistic,
    are (sessions,) each; NaN where missing.
    """
    used = [(mechanism, name) for mechanism in CONTRAST for name in BETWEEN]
    if any(key not in predicted for key in used):
        return Interaction(0, None, None, constant=False)
    right = {key: (1 + agreement(predicted[key], observed[key[1]])) / 2 for key in used}
    first, second = (
        right[CONTRAST[0], name] - right[CONTRAST[1], name] for name in BETWEEN
    )
    contrast = first - second
    defined = np.isfinite(contrast)
    p = float(swap_null(contrast[defined][None], resampling).p[0])
    signs = [set(directions(predicted[key][defined], NO_CHANGE)) for key in used]
    return Interaction(
        int(defined.sum()),
        float(contrast[defined].mean()) if defined.any() else None,
        None if np.isnan(p) else p,
        constant=all(len(one) == 1 for one in signs),
    )
