"""How often the predicted direction is the observed one, and what that is worth.

A session is the unit. It matches when the predicted and the observed change of a
statistic have the same sign. Where the observed change is zero, or the predicted one is
below 1e-9, there is no direction to compare: such a tie counts one half in the
accuracy, and is left out of the intervals and p-values, which need whole counts.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.transfer.cell import Cell
from minicolumn.transfer.evidence import evidence, holm
from minicolumn.transfer.verdict import verdict

NO_CHANGE = 1e-9


def score_transfer(changes: pa.Table) -> list[Cell]:
    """Score every model on every statistic of a table of the kind `tables.TRANSFER`.

    p-values are corrected over all cells returned. A caller that shows only some of
    them must say that more were looked at.
    """
    names = ("training_set", "architecture", "statistic")
    keys = list(zip(*(changes[name].to_pylist() for name in names), strict=True))
    predicted = changes["predicted"].to_numpy()
    observed = changes["observed"].to_numpy()
    rows_of: dict[tuple[str, str, str], list[int]] = {}
    for row, key in enumerate(keys):
        rows_of.setdefault(key, []).append(row)
    return corrected(
        [
            score_cell(*key, predicted[rows], observed[rows])
            for key, rows in sorted(rows_of.items(), key=lambda item: _order(item[0]))
        ]
    )


def score_cell(
    training_set: str,
    architecture: str,
    statistic: str,
    predicted: NDArray[np.float64],
    observed: NDArray[np.float64],
) -> Cell:
    """Score one model on one statistic from changes per session, (sessions,)."""
    both = np.isfinite(predicted) & np.isfinite(observed)
    predicted_sign = _sign(predicted[both], NO_CHANGE)
    observed_sign = _sign(observed[both])
    agreement = predicted_sign * observed_sign
    n, n_ties = int(both.sum()), int(np.sum(agreement == 0))
    k = int(np.sum(agreement > 0))
    matches = k + n_ties / 2
    accuracy = best = skill = None
    if n:
        accuracy = matches / n
        zeros = int(np.sum(observed_sign == 0))
        best = (max(int(np.sum(observed_sign == s)) for s in (-1, 1)) + zeros / 2) / n
        skill = accuracy - best
    return Cell(
        training_set=training_set,
        architecture=architecture,
        statistic=statistic,
        n=n,
        matches=matches,
        n_ties=n_ties,
        accuracy=accuracy,
        best_constant=best,
        skill=skill,
        n_signs=len(set(predicted_sign) - {0}),
        decided=evidence(k, n - n_ties),
    )


def corrected(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells with p-values corrected for all of them, and verdicts."""
    tested = [i for i, cell in enumerate(cells) if cell.decided is not None]
    p = [one.p for cell in cells if (one := cell.decided) is not None]
    p_holm = dict(zip(tested, holm(p).tolist(), strict=True))
    with_p = (replace(cell, p_holm=p_holm.get(i)) for i, cell in enumerate(cells))
    return [replace(cell, verdict=verdict(cell, len(tested))) for cell in with_p]


def as_json(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Return cells as plain values; undefined ones are null."""
    return [asdict(cell) for cell in cells]


def _sign(change: NDArray[np.float64], least: float = 0.0) -> NDArray[np.int64]:
    return np.where(np.abs(change) < least, 0, np.sign(change)).astype(int)


def _order(key: tuple[str, str, str]) -> tuple[str, str, int]:
    return key[0], key[1], STATISTIC_NAMES.index(key[2])
