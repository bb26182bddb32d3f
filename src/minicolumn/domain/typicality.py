"""Whether a session is inside what was simulated: at rest, and in how it changes.

An answer about a session that no simulation resembles is extrapolation. Two questions
are asked. Mice of all classes are alike at rest, so a session's rest is compared with
all of them; its rest and its change together are compared with those of each class.
A session that is unusual at rest and hardly changes is found by the first question: in
twice as many dimensions, with a quarter of the mice, it would look typical.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import stats

from minicolumn.arrays import columns
from minicolumn.domain.reference_sets import ReferenceSet
from minicolumn.files.tables import TYPICALITIES
from minicolumn.learning.splits import even_folds
from minicolumn.sessions.features import N_MEANS, feature_table
from minicolumn.sessions.lengths import Length, by_length, longest
from minicolumn.sessions.scaling import Scale
from minicolumn.sessions.session import Session
from minicolumn.statistics.names import DESCRIBED_NAMES

FOLDS = 5


def places(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return means at rest and their changes, (sessions, 2 x statistics).

    Of `sessions.features`, (sessions, features), neither errors nor rate-matched
    statistics are among them: in many more dimensions every mouse is about as far away
    as any other.
    """
    rest, change = np.split(features[:, :N_MEANS], 2, axis=1)
    n = len(DESCRIBED_NAMES)
    return np.column_stack([rest[:, :n], change[:, :n]])


@dataclass(frozen=True, eq=False)
class AtLength:
    """What simulated mice look like over equally many epochs.

    Attributes
    ----------
    scale
        From places to the values of the reference sets.
    at_rest
        All mice, first half of the places.
    in_class
        The mice of each class, all places.
    """

    scale: Scale
    at_rest: ReferenceSet
    in_class: Sequence[ReferenceSet]

    @classmethod
    def of(cls, places: NDArray[np.float64], classes: NDArray[np.int64]) -> Self:
        """Describe mice at `places`, and of ``classes`` (mice,)."""
        scale, fold = Scale.of(places), even_folds(classes, FOLDS)
        values = np.nan_to_num(scale.standardized(places))
        at_rest = ReferenceSet(values[:, : values.shape[1] // 2], fold)
        each = (classes == name for name in np.unique(classes))
        return cls(scale, at_rest, [ReferenceSet(values[m], fold[m]) for m in each])

    def p_values(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return p-values of sessions at some `places`, as of `Domain.p_values`."""
        p = np.full((len(places), 1 + len(self.in_class)), np.nan)
        whole = ~self.scale.lacks(places)
        if whole.any():
            values = np.nan_to_num(self.scale.standardized(places[whole]))
            p[whole, 0] = self.at_rest.p_values(values[:, : values.shape[1] // 2])
            for column, reference_set in enumerate(self.in_class, start=1):
                p[whole, column] = reference_set.p_values(values)
        return p


@dataclass(frozen=True, eq=False)
class Domain:
    """What simulated mice look like, over as many epochs as a session has.

    Attributes
    ----------
    mice
        Simulated mice, scaled.
    classes
        The class of each, (mice,).
    """

    mice: Sequence[Session]
    classes: NDArray[np.int64]
    _at: dict[Length, AtLength] = field(default_factory=dict, repr=False)

    def p_values(self, sessions: Sequence[Session]) -> NDArray[np.float64]:
        """Return p-values of scaled sessions, (sessions, 1 + classes).

        The first is that of the rest, the others those of all in each class. NaN for a
        session that lacks a statistic that simulated mice have.
        """
        p = np.full((len(sessions), 1 + np.unique(self.classes).size), np.nan)
        for length, rows in by_length(sessions, longest(self.mice)).items():
            if length not in self._at:
                self._at[length] = AtLength.of(_places(self.mice, length), self.classes)
            mine = _places([sessions[row] for row in rows], length)
            p[rows] = self._at[length].p_values(mine)
        return p


def _places(sessions: Sequence[Session], length: Length) -> NDArray[np.float64]:
    return places(feature_table([one.at_most(*length) for one in sessions]))


def by_class(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the p-value of being like the mice of each class, (..., classes).

    ``p``, (..., 1 + classes), is that of `Domain.p_values`, or of a cohort by `fisher`.
    Two questions give two chances of a false alarm, so the smaller p-value counts
    double (Bonferroni).
    """
    return np.minimum(1.0, 2.0 * np.minimum(p[..., :1], p[..., 1:]))


def fisher(p: NDArray[np.float64], where: Any = True) -> NDArray[np.float64]:
    """Return the p-value of a cohort by Fisher's method, over the last axis but one."""
    n = np.broadcast_to(where, p.shape).sum(axis=-2)
    return stats.chi2.sf(-2 * np.log(p).sum(axis=-2, where=where), 2 * n)


def left_out(p: NDArray[np.float64], false_alarm: float) -> NDArray[np.bool_]:
    """Return which sessions of a cohort to leave out of its answer, (..., sessions).

    A session outside the domain must not decide for all others. Nobody is left out if
    more are outside than false alarms explain (binomial test at the same level), or
    all: the cohort is then not what was simulated, and is judged as it is.

    ``p``, (..., sessions, 1 + classes), is that of `Domain.p_values`.
    """
    outside = by_class(p).max(axis=-1) < false_alarm
    n, k = outside.shape[-1], outside.sum(axis=-1, keepdims=True)
    few = (k < n) & (stats.binom.sf(k - 1, n, false_alarm) >= false_alarm)
    return outside & few


def is_inside(p: NDArray[np.float64], false_alarm: float) -> list[bool | None]:
    """Return whether sessions are like the mice of any class; None where not known.

    ``p`` is that of `Domain.p_values`, (sessions, 1 + classes), and ``false_alarm`` the
    share of simulated mice that may count as outside.
    """
    best = by_class(p).max(axis=1)
    return [None if np.isnan(one) else bool(one >= false_alarm) for one in best]


def typicality_of(domain: pa.Table, session_id: Sequence[int]) -> NDArray[np.float64]:
    """Return what `Domain.p_values` said of some sessions, (sessions, 1 + classes).

    ``domain``, of the kind `tables.DOMAIN`, holds every one of the sessions.
    """
    row = {one: i for i, one in enumerate(domain["session_id"].to_pylist())}
    return columns(domain, TYPICALITIES)[[row[one] for one in session_id]]
