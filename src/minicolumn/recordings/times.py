"""Times as files have them: wild, missing, negative, repeated or going backward."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from minicolumn.errors import RecordingError

logger = logging.getLogger(__name__)

# Further from its neighbors than this, and than ten samples, a time is wild.
WILD_S, WILD_SAMPLES, N_NEIGHBORS = 1.0, 10, 5
MOST_REACH = 10
# Further back than this, time does not jitter: its clock has started again.
JITTER_S = 0.5
# Clocks in s and in ms, or in s and in samples, differ by more than this.
MOST_UNLIKE = 100.0


def usable(time_s: NDArray[np.float64], what: str) -> NDArray[np.int64]:
    """Return which samples have a usable time, in order of time.

    A sample whose time is missing, wild or that of another sample is left out, and one
    message counts them. One bad sample costs one sample.

    Parameters
    ----------
    time_s
        Times in the order of the file, (samples,).
    what
        What the samples are, for messages.

    Raises
    ------
    RecordingError
        If time goes back, because the clock starts again.
    """
    rows = np.flatnonzero(np.isfinite(time_s))
    missing = time_s.size - rows.size
    time_s = time_s[rows]
    tame = ~_wild(time_s)
    wild = int(np.sum(~tame))
    rows, time_s = rows[tame], time_s[tame]
    (back,) = np.nonzero(np.diff(time_s) < -JITTER_S)
    if back.size:
        at = back[0]
        raise RecordingError(
            f"the times of {what} go back from {time_s[at]:.3f} s to "
            f"{time_s[at + 1]:.3f} s at sample {rows[at + 1]}: the clock starts again "
            "there, and nothing says what is simultaneous. Split the file, or correct "
            "the times"
        )
    backward = int(np.sum(np.diff(time_s) < 0))
    time_s, first = np.unique(time_s, return_index=True)
    faults = {
        "without a time": missing,
        "with a wild time": wild,
        "with the time of another": rows.size - first.size,
    }
    notes = [f"{n} {fault} left out" for fault, n in faults.items() if n]
    kept = {"out of order": backward, "before 0 s": int(np.sum(time_s < 0))}
    notes += [f"{n} {fault}" for fault, n in kept.items() if n]
    if notes:
        logger.warning(
            "%s, %d samples: %s", what, missing + tame.size, ", ".join(notes)
        )
    return rows[first]


def _wild(time_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which times are far from those of their neighbors in the file.

    A gap makes no time wild, because the median of times that ascend is the one in the
    middle. The ends have neighbors on one side only: they are wild if they are ten
    times further from the rest than the rest is long.
    """
    if time_s.size < N_NEIGHBORS:
        return np.zeros(time_s.size, dtype=bool)
    typical = median_filter(time_s, N_NEIGHBORS, mode="nearest")
    step_s = float(np.median(np.abs(np.diff(time_s))))
    wild = np.abs(time_s - typical) > max(WILD_S, WILD_SAMPLES * step_s)
    rest = time_s[N_NEIGHBORS // 2 : -(N_NEIGHBORS // 2)]
    low, high = np.percentile(rest, (1, 99))
    away = np.maximum(low - time_s, time_s - high)
    far = away > max(WILD_S, MOST_REACH * (high - low))
    far[N_NEIGHBORS // 2 : -(N_NEIGHBORS // 2)] = False
    return wild | far


def usable_frames(speed: dict[str, Any]) -> dict[str, Any]:
    """Return the frames of a speed that have a usable time.

    Raises
    ------
    RecordingError
        If time goes back.
    """
    start_s, stop_s = (np.asarray(speed[n], float) for n in ("start_s", "stop_s"))
    rows = usable((start_s + stop_s) / 2, "the running speed")
    return {name: np.asarray(values)[rows] for name, values in speed.items()}


def usable_spikes(trains_s: Sequence[Any]) -> list[NDArray[np.float64]]:
    """Return spike times in order; times that are not finite are left out and told."""
    trains = [np.asarray(train, dtype=float) for train in trains_s]
    finite = [np.sort(train[np.isfinite(train)]) for train in trains]
    lost = [a.size - b.size for a, b in zip(trains, finite, strict=True)]
    if any(lost):
        logger.warning(
            "spike times: %d of %d units have %d times that are not finite, left out",
            *(np.count_nonzero(lost), len(lost), sum(lost)),
        )
    return finite


def check_clocks(
    trains_s: Sequence[NDArray[np.float64]], speed: dict[str, Any]
) -> None:
    """Refuse spikes and running speed whose clocks differ.

    Raises
    ------
    RecordingError
        If their times do not overlap, or one spans a hundred times the other.
    """
    trains_s = [train for train in trains_s if train.size]
    if not trains_s or not len(speed["start_s"]):
        return
    spikes = min(t[0] for t in trains_s), max(t[-1] for t in trains_s)
    frames = float(np.min(speed["start_s"])), float(np.max(speed["stop_s"]))
    apart = spikes[0] > frames[1] or frames[0] > spikes[1]
    lasts = [max(stop - start, 1e-9) for start, stop in (spikes, frames)]
    n_spikes = sum(train.size for train in trains_s)
    unlike = n_spikes > len(trains_s) and max(lasts) > MOST_UNLIKE * min(lasts)
    if apart or unlike:
        raise RecordingError(
            f"spikes are at {spikes[0]:.6g} to {spikes[1]:.6g} s and running speed is "
            f"at {frames[0]:.6g} to {frames[1]:.6g} s: the clocks differ. Times must "
            "be in seconds of one clock; correct the file, for example spike times in "
            "ms or in samples"
        )
