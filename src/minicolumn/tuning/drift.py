"""How far fits move circuits, which population statistics do not show."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit
from minicolumn.tuning.fit import FitOutcome, Fits


class Drift(NamedTuple):
    """What a fit did to the connections of its circuit.

    Attributes
    ----------
    session_id, start
        Which fit.
    outcome
        How it ended.
    n
        Connections before the fit.
    n_lost
        Connections without conductance after it.
    n_flipped
        Connections whose conductance has become negative.
    correlation
        Of the logarithms of conductances before and after; NaN if not defined.
    sd_before, sd_after
        SD of the logarithm (natural) of conductances.
    moved
        Root mean square change of that logarithm.
    before, after
        Conductances of the connections, uS, (n,).
    """

    session_id: int
    start: int
    outcome: FitOutcome
    n: int
    n_lost: int
    n_flipped: int
    correlation: float
    sd_before: float
    sd_after: float
    moved: float
    before: NDArray[np.float64]
    after: NDArray[np.float64]


def drifts(fits: Mapping[int, Fits | str]) -> Iterator[Drift]:
    """Yield what each fit of each session did; sessions without fits have none."""
    for session_id, found in sorted(fits.items()):
        if not isinstance(found, str):
            for start, one in enumerate(found.outcomes):
                pair = found.starts[start], found.fitted[start]
                yield Drift(session_id, start, one, *_moved(*pair))


def _moved(start: Circuit, fitted: Circuit) -> tuple:
    there = start.weights_uS > 0
    before, after = start.weights_uS[there], fitted.weights_uS[there]
    kept = after > 0
    logs = np.log([before[kept], after[kept]])
    sd = logs.std(axis=1) if kept.any() else np.full(2, np.nan)
    known = kept.sum() > 1 and bool((sd > 0).all())
    return (
        before.size,
        int((after == 0).sum()),
        int((after < 0).sum()),
        float(np.corrcoef(logs)[0, 1]) if known else float("nan"),
        *map(float, sd),
        float(np.sqrt(np.mean((logs[1] - logs[0]) ** 2)))
        if kept.any()
        else float("nan"),
        before,
        after,
    )
