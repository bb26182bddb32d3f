"""Which mechanism's prediction lies nearest to what a session did.

This is a nearest-mechanism rule. It always names one if it can name any, so its answer
is no probability and no test; the distance of "nothing changes" stands beside it to
tell when even the nearest mechanism predicts worse than no prediction at all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.mechanisms import MECHANISMS

UNDECIDED = "undecided"


@dataclass(frozen=True)
class Found:
    """Distances of one session to each mechanism under one architecture.

    Attributes
    ----------
    session_id, architecture
        What was compared.
    n_statistics
        Statistics with an observed change, a scale and a prediction by every mechanism.
    distance
        By mechanism: root mean square of (observed - predicted) / scale over those
        statistics; empty if there are none.
    distance_no_change
        The same for a prediction of zero.
    mechanism
        The nearest; `UNDECIDED` if there is none or two are equally near.
    """

    session_id: int
    architecture: str
    n_statistics: int
    distance: dict[str, float]
    distance_no_change: float | None
    mechanism: str


def find_mechanisms(changes: pa.Table) -> list[Found]:
    """Return the nearest mechanism of every session under every architecture.

    ``changes`` is a table of the kind `tables.TRANSFER`; the baseline is no mechanism
    and is passed over.
    """
    groups: dict[tuple[int, str], dict[str, dict[str, dict[str, Any]]]] = {}
    for row in changes.to_pylist():
        key = row["session_id"], row["architecture"]
        by_mechanism = groups.setdefault(key, {})
        by_mechanism.setdefault(row["training_set"], {})[row["statistic"]] = row
    return [
        _find(session_id, architecture, by_mechanism)
        for (session_id, architecture), by_mechanism in sorted(groups.items())
    ]


def _find(
    session_id: int,
    architecture: str,
    by_mechanism: Mapping[str, Mapping[str, Mapping[str, Any]]],
) -> Found:
    candidates = [name for name in MECHANISMS if name in by_mechanism]
    statistics = list(next(iter(by_mechanism.values())))

    def column(mechanism: str, name: str) -> NDArray[np.float64]:
        rows = by_mechanism[mechanism]
        return np.array([rows[s][name] for s in statistics], dtype=float)

    if not candidates:
        return Found(session_id, architecture, 0, {}, None, UNDECIDED)
    observed = column(candidates[0], "observed") / column(candidates[0], "scale")
    predicted = {
        name: column(name, "predicted") / column(name, "scale") for name in candidates
    }
    # Every mechanism is judged by the same statistics.
    shared = np.isfinite(observed + sum(predicted.values()))
    if not shared.any():
        return Found(session_id, architecture, 0, {}, None, UNDECIDED)
    distance = {
        name: _rms((observed - values)[shared]) for name, values in predicted.items()
    }
    return Found(
        session_id,
        architecture,
        int(shared.sum()),
        distance,
        _rms(observed[shared]),
        _nearest(distance),
    )


def _nearest(distance: Mapping[str, float]) -> str:
    smallest = min(distance.values())
    nearest = [name for name, value in distance.items() if value == smallest]
    return nearest[0] if len(nearest) == 1 else UNDECIDED


def _rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.square(values).mean()))


def confusion(
    found: Iterable[Found], truth: Mapping[int, str]
) -> dict[str, dict[str, dict[str, int]]]:
    """Count sessions by architecture, true mechanism and mechanism found.

    Parameters
    ----------
    found
        From `find_mechanisms`.
    truth
        True mechanism by session, of synthetic mice; other sessions are passed over.
    """
    counts = Counter(
        (one.architecture, truth[one.session_id], one.mechanism)
        for one in found
        if one.session_id in truth
    )
    return {
        architecture: {
            true: {
                guess: counts[architecture, true, guess]
                for guess in (*MECHANISMS, UNDECIDED)
            }
            for true in MECHANISMS
        }
        for architecture in sorted({key[0] for key in counts})
    }


def as_json(found: Iterable[Found]) -> list[dict[str, Any]]:
    """Return findings as plain values."""
    return [asdict(one) for one in found]
