"""Gains are over the rung below, over sessions that have both."""

import numpy as np
import pytest

from minicolumn.inference.mechanism.answers import Rule
from minicolumn.report.wording import MISSING
from minicolumn.scoring.resampling import Resampling
from minicolumn.validation.families import Across, Families, of_family
from minicolumn.validation.findings import Recovered
from minicolumn.validation.ladder import (
    MEASURES,
    Measured,
    Rung,
    climbed,
    recoveries,
    write_page,
)

RESAMPLING = Resampling(seed=1, n_resamples=999)
RNG = np.random.default_rng


def rung(name, values):
    same = {measure: np.array(values, float) for measure in MEASURES}
    return Rung(name, "ei", 50.0, 5.0, 0.5, same)


def test_a_gain_is_the_mean_difference_over_sessions_that_have_both():
    low, high = (
        rung("low", [1.0, 2.0, np.nan, 4.0]),
        rung("high", [2.0, 4.0, 6.0, np.nan]),
    )
    (_, first), (_, second) = climbed([low, high], RESAMPLING)
    for name in MEASURES:
        assert (first[name].n, first[name].mean) == (3, pytest.approx(7 / 3))
        assert (first[name].gain, first[name].gain_interval) == (None, None)
        assert (second[name].n, second[name].n_both) == (3, 2)
        assert second[name].gain == pytest.approx(1.5)


def test_the_interval_of_a_gain_covers_it_as_often_as_it_says():
    rng, covered = RNG(0), []
    for _ in range(200):
        below = rng.standard_normal(30)
        found = Measured.of(below + rng.normal(0.3, 1.0, 30), below, RESAMPLING)
        assert found.gain_interval
        low, high = found.gain_interval
        covered.append(low <= 0.3 <= high)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.05)


def test_a_rung_without_any_value_gains_nothing():
    (_, _), (_, found) = climbed(
        [rung("low", [1.0, 2.0]), rung("high", [np.nan, np.nan])], RESAMPLING
    )
    assert found["distance"] == Measured(0, None, None)


def across(learned, acting, right, outside, size=4):
    of = Recovered({}, 10, right, 1 - right, None)
    return Across(learned, acting, size, of, of, 0.1, outside, 0.5)


@pytest.fixture
def families():
    pairs = [("a", "a", 0.9, 0.0), ("a", "b", 0.5, 0.2), ("a", "c", 0.3, 0.4)]
    others = [(one, two, 0.6, 0.1) for one in "bc" for two in "abc"]
    return Families(
        dict.fromkeys("abc", 80),
        dict.fromkeys("abc", 20),
        Rule(claim_above=0.95, false_alarm=0.05),
        tuple(across(*one) for one in (*pairs, *others)),
    )


def test_recovery_of_others_is_the_mean_over_other_families(families):
    first, *_ = recoveries(families, 4)
    assert (first.own, first.others) == (0.9, pytest.approx(0.4))
    assert first.outside == pytest.approx(0.3)
    assert families.worst_false_claims == 0.1
    assert families.least_outside == 0.5


def test_the_page_has_a_row_for_each_rung_and_says_so_where_nothing_is_known(
    families, tmp_path
):
    rungs = climbed(
        [rung("low", [0.1, 0.2]), rung("high", [np.nan, np.nan])], RESAMPLING
    )
    facts = {
        "n_sessions": 2,
        "n_circuits": 9,
        "cohort": 4,
        "n_learned": families.n_learned,
    }
    write_page(tmp_path / "ladder.md", rungs, recoveries(families, 4), facts)
    page = (tmp_path / "ladder.md").read_text()
    assert page.count("| low |") == page.count("| high |") == 1 + len(MEASURES)
    assert f"| high | 0 |{f' {MISSING} |' * 4}" in page
    assert "nan" not in page.lower()
    assert "None" not in page
    assert "| `b` | 80 | 60.0 % | 60.0 % |" in page


def test_paths_of_another_family_are_never_mixed_in():
    mixed = ("x/ei/0", "x/v1_types/0", "x/ei/1", "x/v1_types/1")
    with pytest.raises(ValueError, match=r"x/v1_types/0 is not of the family ei"):
        of_family(("ei", "v1_types"), mixed)
