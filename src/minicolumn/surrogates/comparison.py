"""Is one model better than another? Paired over circuits, with an interval."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minicolumn.keys import Stream, generator
from minicolumn.learning.bootstrap import bootstrap, percentile_interval
from minicolumn.surrogates.dataset import TestRows
from minicolumn.surrogates.scores import deviations, per_circuit

Array = NDArray[np.float64]
CONFIDENCE = 0.95
LEAST_CIRCUITS = 20  # resampling fewer makes intervals that are much too narrow


@dataclass(frozen=True)
class Difference:
    """R2 of one model minus that of another on the same rows; None where undefined.

    Attributes
    ----------
    n_circuits
        Test circuits with a row that both models predict.
    r2, interval
        The difference, and its interval at 95 % by bootstrap over circuits.
    verdict
        ``better`` or ``worse`` if the interval at 95 % for all statistics together
        (Bonferroni) leaves out 0, else ``no difference shown``; ``undefined`` with
        fewer than `LEAST_CIRCUITS`.
    """

    n_circuits: int
    r2: float | None
    interval: tuple[float, float] | None
    verdict: str


def compare(
    predicted: Array, by_other: Array, test: TestRows, seed: int
) -> dict[str, list[Difference]]:
    """Compare two models by R2 and by R2 within circuits, statistic by statistic.

    ``predicted`` and ``by_other`` are what they say of the test rows, (rows, 11).
    """
    circuits = test.circuit_id
    defined = np.isfinite(predicted + by_other + test.targets)
    ours, other, target = (
        np.where(defined, a, np.nan) for a in (predicted, by_other, test.targets)
    )
    within = [deviations(a, circuits) for a in (ours, other, target)]
    return {
        "r2": paired_differences(ours, other, target, circuits, seed),
        "r2_within": paired_differences(
            within[0], within[1], within[2], circuits, seed
        ),
    }


def paired_differences(
    predicted: Array,
    by_other: Array,
    target: Array,
    circuit_id: NDArray[np.int64],
    seed: int,
) -> list[Difference]:
    """Compare two models, one `Difference` per statistic.

    Circuits are drawn with replacement, and with them the variance that R2 divides by.
    What each model says and the ``target`` are (rows, statistics), NaN where undefined;
    ``circuit_id`` is (rows,).
    """
    both = np.isfinite(predicted + by_other + target)
    n_rows = both.sum(axis=0)
    mean = np.where(both, target, 0.0).sum(axis=0) / np.maximum(n_rows, 1)
    y = np.where(both, target - mean, 0.0)
    gain = np.square(target - by_other) - np.square(target - predicted)
    terms = np.hstack([both, y, np.square(y), np.where(both, gain, 0.0)])
    sums = per_circuit(terms, circuit_id)
    (estimate,) = _gain_in_r2(sums.sum(axis=0)[None])
    rng = generator(seed, Stream.SURROGATE_BOOTSTRAP, len(sums))
    draws = bootstrap(sums, _gain_in_r2, rng)
    n_circuits = (sums[:, : len(n_rows)] > 0).sum(axis=0)
    return [
        _difference(int(n), float(one), drawn, len(n_rows))
        for n, one, drawn in zip(n_circuits, estimate, draws.T, strict=True)
    ]


def _gain_in_r2(sums: Array) -> Array:
    """Return differences (n, statistics) of total sums (n, 4 * statistics)."""
    n, y, y_squared, gain = np.split(sums, 4, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        variation = y_squared - y**2 / n
        return np.where(variation > 0, gain / variation, np.nan)


def _difference(n: int, estimate: float, draws: Array, n_compared: int) -> Difference:
    if not np.isfinite(estimate):
        return Difference(n, None, None, "undefined")
    if n < LEAST_CIRCUITS:
        return Difference(n, estimate, None, "undefined")
    interval = percentile_interval(draws, CONFIDENCE)
    low, high = percentile_interval(draws, 1 - (1 - CONFIDENCE) / n_compared) or (0, 0)
    verdict = "better" if low > 0 else "worse" if high < 0 else "no difference shown"
    return Difference(n, estimate, interval, verdict if interval else "undefined")
