import itertools
import math

import pytest
from hypothesis import given, strategies as st

from minicolumn.recordings.intervals import intersect, subtract, union

ends = st.integers(-20, 20)
intervals = st.lists(st.tuples(ends, ends), max_size=8)


def moments(intervals):
    """Half-open intervals with whole ends are sets of whole moments."""
    return {t for start, stop in intervals for t in range(start, stop)}


def is_canonical(intervals):
    flat = [end for interval in intervals for end in interval]
    return all(a < b for a, b in itertools.pairwise(flat))


@given(intervals)
def test_union_holds_what_any_holds(some):
    assert moments(union(some)) == moments(some)
    assert is_canonical(union(some))


@given(intervals, intervals)
def test_intersection_holds_what_both_hold(first, second):
    assert moments(intersect(first, second)) == moments(first) & moments(second)
    assert is_canonical(intersect(first, second))


@given(intervals, intervals)
def test_difference_holds_what_only_the_first_holds(first, second):
    assert moments(subtract(first, second)) == moments(first) - moments(second)
    assert is_canonical(subtract(first, second))


@given(intervals, intervals)
def test_difference_and_intersection_make_up_the_whole(first, second):
    parts = subtract(first, second) + intersect(first, second)
    assert union(parts) == union(first)


def test_the_stop_does_not_belong_to_an_interval():
    assert subtract([(0.0, 2.0)], [(1.0, 2.0)]) == [(0.0, 1.0)]
    assert intersect([(0.0, 1.0)], [(1.0, 2.0)]) == []


def test_an_end_that_is_not_a_number_does_not_vanish_silently():
    with pytest.raises(ValueError, match="not a number"):
        subtract([(0.0, 1.0)], [(math.nan, 0.5)])
