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
    for start_s, stop_s in sorted(intervals):
        if math.isnan(start_s) or math.isnan(stop_s):
            raise ValueError(
                f"interval ({start_s}, {stop_s}) has an end that is not a number: "
                "correct it where the interval was read"
            )
        if start_s >= stop_s:
            continue
        if merged and start_s <= merged[-1][1]:
            stop_s = max(merged[-1][1], stop_s)
            start_s = merged.pop()[0]
        merged.append((start_s, stop_s))
    return merged


def intersect(first: Iterable[Interval], second: Iterable[Interval]) -> list[Interval]:
    """Return the times that are in both."""
    left, right = union(first), union(second)
    shared: list[Interval] = []
    while left and right:
        start_s = max(left[-1][0], right[-1][0])
        stop_s = min(left[-1][1], right[-1][1])
        if start_s < stop_s:
            shared.append((start_s, stop_s))
        (left if left[-1][0] > right[-1][0] else right).pop()
    return shared[::-1]


def subtract(first: Iterable[Interval], second: Iterable[Interval]) -> list[Interval]:
    """Return the times that are in ``first`` and not in ``second``.

    Examples
    --------
    >>> subtract([(0, 10)], [(2, 3), (9, 12)])
    [(0, 2), (3, 9)]
    """
    without = union(second)
    stops_s = [-math.inf, *(stop_s for _, stop_s in without)]
    starts_s = [*(start_s for start_s, _ in without), math.inf]
    return intersect(first, zip(stops_s, starts_s, strict=True))
