"""Running speed on a uniform grid; unknown speed stays unknown."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

GRID_HZ = 30.0
SMOOTHING_S = 0.25
# No mouse runs at 150 cm/s: above it, the encoder has lost count.
PLAUSIBLE_CM_S = 150.0
LONGEST_GAP_S = 0.5
FAST_FRAME_S = 0.01


@dataclass(frozen=True)
class SpeedTrace:
    """Speed on a uniform grid of `GRID_HZ`.

    Both are ``(n,)``: ``time_s`` ascends evenly, ``speed_cm_s`` is NaN where unknown.
    ``faults`` says what is wrong with the samples.
    """

    time_s: NDArray[np.float64]
    speed_cm_s: NDArray[np.float64]
    faults: str = ""

    @property
    def valid(self) -> NDArray[np.bool_]:
        """Where the speed is known."""
        return np.isfinite(self.speed_cm_s)


def clean_speed(
    start_s: NDArray[np.float64],
    stop_s: NDArray[np.float64],
    speed_cm_s: NDArray[np.float64],
) -> SpeedTrace:
    """Return the speed, cleaned, resampled and smoothed.

    Frames shorter than `FAST_FRAME_S` are averaged over steps of the grid: single
    samples of a fast encoder are noise or ticks, not speed. A frame's mean speed is
    assigned to the middle of the frame. Frames without a plausible speed are dropped;
    the others are interpolated linearly to `GRID_HZ` and smoothed with a Gaussian of SD
    `SMOOTHING_S`. Gaps longer than `LONGEST_GAP_S` between the remaining frames stay
    unknown, and smoothing does not cross them.

    All are ``(n,)``: the ends of each frame interval, in any order, and the mean speed
    in it, NaN if bad.
    """
    middle_s = (np.asarray(start_s) + np.asarray(stop_s)) / 2
    middle_s, speed_cm_s = _averaged(middle_s, np.asarray(speed_cm_s))
    # NaN compares as False, so frames without speed or time are dropped, too.
    good = (np.abs(speed_cm_s) <= PLAUSIBLE_CM_S) & np.isfinite(middle_s)
    order = np.argsort(middle_s[good], kind="stable")
    middle_s, speed_cm_s = middle_s[good][order], speed_cm_s[good][order]
    if middle_s.size == 0:
        return SpeedTrace(np.empty(0), np.empty(0), "no frame has a plausible speed")
    n_grid = int((middle_s[-1] - middle_s[0]) * GRID_HZ) + 1
    grid_s = middle_s[0] + np.arange(n_grid) / GRID_HZ
    on_grid = np.interp(grid_s, middle_s, speed_cm_s)
    # Each stretch between gaps is smoothed by itself; the gaps stay NaN.
    smooth = np.full(on_grid.size, np.nan)
    breaks = np.flatnonzero(np.diff(middle_s) > LONGEST_GAP_S)
    firsts_s = middle_s[np.concatenate([[0], breaks + 1])]
    lasts_s = middle_s[np.concatenate([breaks, [middle_s.size - 1]])]
    begins = np.searchsorted(grid_s, firsts_s, side="left")
    ends = np.searchsorted(grid_s, lasts_s, side="right")
    for begin, end in zip(begins, ends, strict=True):
        if begin < end:
            smooth[begin:end] = gaussian_filter1d(
                on_grid[begin:end], SMOOTHING_S * GRID_HZ, mode="nearest"
            )
    return SpeedTrace(grid_s, smooth, _faults(middle_s, good, smooth))


def on_grid(
    grid_s: NDArray[np.float64],
    start_s: NDArray[np.float64],
    stop_s: NDArray[np.float64],
    values: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return values of frames at other times, (n,), by linear interpolation.

    Between known frames further apart than `LONGEST_GAP_S`, as in a blink of the eye
    that lasts, they are NaN.

    Parameters
    ----------
    grid_s
        Times that ascend, (n,).
    start_s, stop_s, values
        The ends of each frame, and its value, NaN if unknown, (frames,) each.
    """
    middle_s = (np.asarray(start_s) + np.asarray(stop_s)) / 2
    known = np.isfinite(middle_s) & np.isfinite(values)
    time_s, values = middle_s[known], np.asarray(values)[known]
    if not time_s.size:
        return np.full(grid_s.size, np.nan)
    order = np.argsort(time_s, kind="stable")
    time_s, values = time_s[order], values[order]
    after = np.searchsorted(time_s, grid_s)
    ends_s = np.concatenate([[-np.inf], time_s, [np.inf]])
    # A frame at the very time has no gap around it.
    exact = time_s[np.minimum(after, time_s.size - 1)] == grid_s
    near = exact | (ends_s[after + 1] - ends_s[after] <= LONGEST_GAP_S)
    return np.where(near, np.interp(grid_s, time_s, values), np.nan)


def _averaged(
    middle_s: NDArray[np.float64], speed_cm_s: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return means over steps of the grid if frames are fast, else the frames."""
    known = np.isfinite(middle_s) & np.isfinite(speed_cm_s)
    order = np.argsort(middle_s[known], kind="stable")
    time_s, speed = middle_s[known][order], speed_cm_s[known][order]
    if time_s.size < 2 or np.median(np.diff(time_s)) >= FAST_FRAME_S:
        return middle_s, speed_cm_s
    place = np.floor((time_s - time_s[0]) * GRID_HZ)
    first = np.flatnonzero(np.diff(place, prepend=-1))
    n = np.diff(np.append(first, time_s.size))
    return np.add.reduceat(time_s, first) / n, np.add.reduceat(speed, first) / n


def _faults(
    middle_s: NDArray[np.float64],
    good: NDArray[np.bool_],
    smooth: NDArray[np.float64],
) -> str:
    """Say how many frames are dropped and how much speed is unknown."""
    dropped = int(np.sum(~good))
    unknown_s = np.isnan(smooth).sum() / GRID_HZ
    told = f"{dropped} of {good.size} frames ({dropped / good.size:.2%})"
    faults = [f"{told} have no plausible speed"] if dropped else []
    if unknown_s:
        typical_s = np.median(np.diff(middle_s))
        faults.append(
            f"speed is unknown for {unknown_s:.0f} of {smooth.size / GRID_HZ:.0f} s: "
            f"samples are {typical_s:.3g} s apart (median), and longer gaps than "
            f"{LONGEST_GAP_S} s are not bridged"
        )
    return "; ".join(faults)
