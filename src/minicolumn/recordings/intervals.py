"""Arithmetic on half-open intervals of time.

An interval ``(start_s, stop_s)`` contains every t with start_s <= t < stop_s. Every
function takes intervals in any order, overlapping or empty, and returns them in one
canonical form: ascending, not empty, neither overlapping nor touching.
"""

import math
from collections.abc import Iterable

Interval = tuple[float, float]


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the times that are in at least one of ``intervals``.

    Raises
    ------
    ValueError
        If an end is not a number, which would make every comparison false.

    Examples
    --------
    >>> union([(5, 7), (0, 2), (1, 3)])
    [(0, 3), (5, 7)]
    """
    merged: list[Interval] = []
    for start_s, stop_s in sorted(_checked(intervals)):
        if merged and start_s <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop_s))
        else:
            merged.append((start_s, stop_s))
    return merged


def intersect(first: Iterable[Interval], second: Iterable[Interval]) -> list[Interval]:
    """Return the times that are in both."""
    left, right = union(first), union(second)
    shared: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start_s = max(left[i][0], right[j][0])
        stop_s = min(left[i][1], right[j][1])
        if start_s < stop_s:
            shared.append((start_s, stop_s))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return shared


def subtract(first: Iterable[Interval], second: Iterable[Interval]) -> list[Interval]:
    """Return the times that are in ``first`` and not in ``second``.

    Examples
    --------
    >>> subtract([(0, 10)], [(2, 3), (9, 12)])
    [(0, 2), (3, 9)]
    """
    return intersect(first, _complement(union(second)))


def _complement(intervals: list[Interval]) -> list[Interval]:
    stops_s = [-math.inf, *(stop_s for _, stop_s in intervals)]
    starts_s = [*(start_s for start_s, _ in intervals), math.inf]
    return list(zip(stops_s, starts_s, strict=True))


def _checked(intervals: Iterable[Interval]) -> Iterable[Interval]:
    for start_s, stop_s in intervals:
        if math.isnan(start_s) or math.isnan(stop_s):
            raise ValueError(
                f"interval ({start_s}, {stop_s}) has an end that is not a number: "
                "correct it where the interval was read"
            )
        if start_s < stop_s:
            yield start_s, stop_s
