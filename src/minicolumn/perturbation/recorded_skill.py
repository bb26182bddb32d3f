"""How well simple answers say what light does to unlit units of a recorded session.

They are what a network that is fitted to the session has to beat, scored as students
are. The one factor of another level is known before a level is seen, as a student's
light is; the one of the level itself knows the answer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.perturbation.recorded import UNLIT
from minicolumn.perturbation.skill import scaled_skill, sign, skill

Floats = NDArray[np.float64]
Row = Mapping[str, Any]
Said = tuple[Floats, Floats, float | None]
"""True changes, said ones, and the level that is used."""

FLOOR, NO_CHANGE = "floor", "no_change"
ONE_FACTOR, OTHER_FACTOR = "one_factor", "factor_of_another_level"


def score_rows(changes: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Yield rows of `OPTOGENETIC_SCORES` without the session.

    Parameters
    ----------
    changes
        Of `OPTOGENETIC_CHANGES`, of one session.

    Notes
    -----
    The ``floor`` is one half of the trials as the answer for the other half; both are
    noisier than all trials. The other level is the nearest one in ratio of the same
    stimulus. An answer that is not known, such as that of a stimulus with one level,
    has no row.
    """
    unlit = [row for row in changes if row["lit"] == UNLIT]
    for stimulus in dict.fromkeys(row["stimulus"] for row in unlit):
        of_level = _by_level(row for row in unlit if row["stimulus"] == stimulus)
        for level, rows in of_level.items():
            for answer, (true, said, used) in _answers(level, of_level).items():
                yield {
                    "stimulus": stimulus,
                    "level": level,
                    "n_unlit": len(rows),
                    "answer": answer,
                    "level_used": used,
                    "skill": skill(true, said),
                    "scaled_skill": scaled_skill(true, said),
                    "sign": sign(true, said),
                }


def _by_level(rows: Iterable[Row]) -> dict[float, list[Row]]:
    found: dict[float, list[Row]] = {}
    for row in rows:
        found.setdefault(row["level"], []).append(row)
    return found


def _answers(level: float, of_level: Mapping[float, Sequence[Row]]) -> dict[str, Said]:
    rows = of_level[level]
    true, sham_hz = _values(rows, "change_hz"), _values(rows, "sham_hz")
    found: dict[str, Said] = {
        NO_CHANGE: (true, np.zeros_like(true), None),
        ONE_FACTOR: (true, _factor(rows) * sham_hz, level),
    }
    if others := [one for one in of_level if one != level]:
        nearest = min(others, key=lambda one: abs(np.log(one / level)))
        found[OTHER_FACTOR] = true, _factor(of_level[nearest]) * sham_hz, nearest
    if all(row["half_change_1_hz"] is not None for row in rows):
        first, second = (_values(rows, f"half_change_{half}_hz") for half in (1, 2))
        found[FLOOR] = second, first, level
    return found


def _factor(rows: Sequence[Row]) -> float:
    """Return the factor on rates without light that says most of the changes."""
    sham_hz = _values(rows, "sham_hz")
    squares = float(sham_hz @ sham_hz)
    return float(_values(rows, "change_hz") @ sham_hz) / squares if squares else 0.0


def _values(rows: Sequence[Row], name: str) -> Floats:
    return np.array([row[name] for row in rows], float)
