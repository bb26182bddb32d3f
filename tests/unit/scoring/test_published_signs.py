"""Published effects of acetylcholine are compared by direction alone."""

import dataclasses

import pytest

from minicolumn.scoring.published_signs import SIGNS, Reproduction
from minicolumn.statistics.names import STATISTIC_NAMES

FALLS = SIGNS[0]
NAN = float("nan")


@pytest.mark.parametrize(
    ("low", "high", "falls", "rises"),
    [
        (-2.0, -1.0, "yes", "opposite"),
        (1.0, 2.0, "opposite", "yes"),
        (-1.0, 1.0, "undecided", "undecided"),
        (0.0, 0.0, "undecided", "undecided"),
        (NAN, NAN, "undecided", "undecided"),
    ],
)
def test_only_an_interval_on_one_side_of_zero_decides(low, high, falls, rises):
    assert FALLS.sign == -1
    assert FALLS.reproduced(low, high) == falls
    assert dataclasses.replace(FALLS, sign=1).reproduced(low, high) == rises


def test_what_no_statistic_measures_is_not_scored():
    none = dataclasses.replace(FALLS, statistic=None)
    assert none.reproduced(-2.0, -1.0) == Reproduction.UNSCORED


def test_every_effect_has_its_source_and_a_statistic_that_exists():
    for one in SIGNS:
        assert one.statistic in (None, *STATISTIC_NAMES)
        assert one.sign in (-1, 1)
        assert any(character.isdigit() for character in one.source)
    assert len({(one.source, one.compared, one.effect) for one in SIGNS}) == len(SIGNS)
