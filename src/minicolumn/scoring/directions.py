"""How often predicted and observed directions agree, and what a constant would get.

A session is the unit. It matches when the predicted and the observed change of a
statistic have the same sign. Where the observed change is zero, or the predicted one is
below 1e-9, there is no direction to compare: such a tie counts one half in the
accuracy, and is left out of the intervals and p-values, which need whole counts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minicolumn.scoring.evidence import Evidence, evidence
from minicolumn.scoring.resampling import Resampling, session_interval

NO_CHANGE = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Directions:
    """Directions of some sessions, predicted and observed; None where undefined.

    Attributes
    ----------
    n
        Sessions with a prediction and an observation.
    matches
        Sessions whose directions agree, plus half the ties.
    n_ties
        Sessions without a direction to compare.
    accuracy
        ``matches / n``.
    evidence
        Intervals and p-value of the matches among sessions that are not ties.
    share_up
        Base rate: share of sessions whose observed change is upward, zeros as halves.
    best_constant
        Accuracy, by the same rules, of the better of "always up" and "always down".
        It is chosen with hindsight, which favors it and not the model.
    skill
        ``accuracy - best_constant``.
    skill_interval
        95 % percentile interval of the skill over redrawn sessions; the better constant
        is chosen again in each.
    n_signs
        Distinct directions among the predictions: 1 means a constant guess.
    balanced_accuracy
        Mean of the accuracies among sessions that went up and that went down; None
        unless there are both.
    mcc
        Matthews' correlation of the directions; None if either is constant.
    """

    n: int
    matches: float
    n_ties: int
    accuracy: float | None
    evidence: Evidence | None
    share_up: float | None
    best_constant: float | None
    skill: float | None
    skill_interval: tuple[float, float] | None
    n_signs: int
    balanced_accuracy: float | None
    mcc: float | None


def directions(change: Floats, least: float = 0.0) -> Floats:
    """Return -1, 0 or 1 for each change; 0 if it is smaller than ``least``."""
    return np.where(np.abs(change) < least, 0.0, np.sign(change))


def score_directions(
    predicted: Floats, observed: Floats, resampling: Resampling
) -> Directions:
    """Score predicted against observed changes, (sessions,); NaN where missing."""
    both = np.isfinite(predicted) & np.isfinite(observed)
    p, o = directions(predicted[both], NO_CHANGE), directions(observed[both])
    n, n_ties = len(p), int(np.sum(p * o == 0))
    k = int(np.sum(p * o > 0))
    accuracy = (k + n_ties / 2) / n if n else None
    up = float(np.mean((1 + o) / 2)) if n else None
    best = max(up, 1 - up) if up is not None else None
    return Directions(
        n=n,
        matches=k + n_ties / 2,
        n_ties=n_ties,
        accuracy=accuracy,
        evidence=evidence(k, n - n_ties),
        share_up=up,
        best_constant=best,
        skill=_skill(p, o).item() if n else None,
        skill_interval=session_interval(_skill, (p, o), resampling, "percentile"),
        n_signs=len(set(p) - {0.0}),
        balanced_accuracy=_balanced_accuracy(p, o),
        mcc=_mcc(p, o),
    )


def _skill(p: Floats, o: Floats, axis: int = -1) -> Floats:
    # The mean of (1 + x) / 2 over signs x is a share, with zeros as halves; the better
    # of two constants therefore has (1 + |mean of o|) / 2.
    return (np.mean(p * o, axis=axis) - np.abs(np.mean(o, axis=axis))) / 2


def _balanced_accuracy(p: Floats, o: Floats) -> float | None:
    if not ((o > 0).any() and (o < 0).any()):
        return None
    recalls = [np.mean((1 + sign * p[o == sign]) / 2) for sign in (-1.0, 1.0)]
    return float(np.mean(recalls))


def _mcc(p: Floats, o: Floats) -> float | None:
    p, o = p[p * o != 0], o[p * o != 0]
    if len(set(p)) < 2 or len(set(o)) < 2:
        return None
    return float(np.corrcoef(p, o)[0, 1])
