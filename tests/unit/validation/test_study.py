"""The recovery study on toy mice whose answers are known."""

import numpy as np
import pyarrow as pa
import pytest
from toy_mice import N_STATISTICS as S, SETTINGS, SHIFTS, original, table

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS, NONE
from minicolumn.errors import UnreadableTableError
from minicolumn.files.documents import read_document, write_document
from minicolumn.inference.mechanism.answers import (
    OF_ALL,
    OUTSIDE,
    PUBLISHED_OF_ALL,
    UNDECIDED,
    Rule,
)
from minicolumn.inference.mechanism.learned import learn
from minicolumn.inference.mechanism.strata import N_STRATA, Pooling
from minicolumn.mice.groups import (
    BY_RISE,
    GROUPS,
    LIKE_LEARNED,
    NULLS,
    OUT_OF_DISTRIBUTION,
    RISES,
)
from minicolumn.statistics.names import ALL_NAMES
from minicolumn.statistics.scales import scaled
from minicolumn.validation.families import (
    Families,
    compare,
    write_page as families_page,
)
from minicolumn.validation.figure_names import FIGURES
from minicolumn.validation.findings import Findings
from minicolumn.validation.judged import Judged, acting_in
from minicolumn.validation.page import write_page
from minicolumn.validation.power import shares
from minicolumn.validation.recovery import WAYS
from minicolumn.validation.study import Study

FACTS = {
    "run": "toy",
    "cohort": {
        "stationary": {"low": 0.0, "high": 0.3},
        "rise": {"negligible": 1.4, "highest": 200.0},
        "epochs_per_state": 4,
    },
    "dose": {"low": 2.5, "high": 7.5},
}


def test_toy_statistics_are_those_that_transform_to_the_toy():
    values = np.linspace(-1, 1, S)
    back = scaled(np.array(list(original(values).values())), ALL_NAMES)
    np.testing.assert_allclose(back, values, atol=1e-12)


@pytest.fixture(scope="module")
def learned():
    cohort = table([*CLASSES] * 160, 0)
    model, _ = learn(cohort, 1.4, SETTINGS, 1)
    return model, cohort


@pytest.fixture(scope="module")
def found(learned):
    model, cohort = learned
    fresh = {m: table([m] * 40, 1000 * (i + 1)) for i, m in enumerate(MECHANISMS)}
    for i, group in enumerate(NULLS):
        fresh[group] = table([NONE] * 40, 10_000 * (i + 1))
    for i, group in enumerate(OUT_OF_DISTRIBUTION):
        fresh[group] = table([NONE] * 40, 100_000 * (i + 1), away=9.0)
    # A null that does what the synaptic mechanism does: a false claim by construction.
    fresh["bursts"] = table([NONE] * 40, 5, shift=SHIFTS["synaptic"])
    # Out of distribution by name only: inside, with a mechanism in half of the mice.
    inside = [
        table([one] * 20, first, acting=one)
        for one, first in (("synaptic", 500), (NONE, 700))
    ]
    fresh["poisson"] = pa.concat_tables(inside)
    fresh["unnamed"] = table([NONE] * 40, 2_000_000, away=9.0)
    for group, mechanism in BY_RISE.items():
        n = 48 if mechanism == "combined" else 192  # 8 and 32 at each rise and dose
        fresh[group] = table([mechanism] * n, 1_000_000)
    study = Study(model, fresh, cohort, SETTINGS, Rule(0.9, 0.02), 1.4, 1)
    return study.findings([4, 16], 50, [20, 80, 500])


def test_a_group_of_which_no_mouse_can_be_judged_is_one_sentence(learned):
    model, cohort = learned
    theirs = table([NONE] * 8, 3_000_000)
    at = theirs.column_names.index("fano")
    nothing = pa.array(np.full(theirs.num_rows, np.nan))
    fresh = {"theirs": theirs.set_column(at, "fano", nothing)}
    study = Study(model, fresh, cohort, SETTINGS, Rule(0.9, 0.02), 1.4, 1)
    with pytest.raises(UnreadableTableError, match=r"^no mouse of theirs can be judg"):
        study.findings([4], 10, [20])


def test_every_mouse_is_counted(found):
    groups = (*GROUPS, "unnamed")
    assert found.n_fresh == dict.fromkeys(groups, 40) | dict.fromkeys(BY_RISE, 192) | {
        "combined_by_rise": 48
    }
    for way, one in found.alone.recovery.items():
        assert one.n == (120 if "of three" in way else 240)
        assert sum(sum(row.values()) for row in one.confusion.values()) == one.n


def test_toy_mechanisms_are_recovered_and_better_in_cohorts(found):
    alone = found.alone.recovery[OF_ALL]
    assert alone.accuracy > 0.9
    four, sixteen = (one.recovery[OF_ALL].accuracy for one in found.cohorts)
    assert alone.accuracy <= four + 0.02
    assert sixteen > 0.98
    for one in (found.alone, *found.cohorts):
        for way in WAYS:
            low, high = one.recovery[way].interval
            assert low - 0.05 <= one.recovery[way].accuracy <= high + 0.05
    low, high = alone.interval
    assert low < alone.accuracy < high


def test_four_classes_are_harder_than_three_for_either_method(found):
    for of_four, of_three in (
        (OF_ALL, "most probable of three"),
        (PUBLISHED_OF_ALL, "published method, of three"),
    ):
        harder, easier = (found.alone.recovery[way] for way in (of_four, of_three))
        assert harder.accuracy <= easier.accuracy + 0.02
        assert harder.wrong == 1 - harder.accuracy


def test_groups_without_a_mechanism_or_out_of_distribution_are_what_they_were_made(
    found,
):
    for one in (found.alone, *found.cohorts):
        noise, bursts = (one.nulls[name].wrong for name in ("noise", "bursts"))
        assert noise < 0.1
        assert bursts > noise + 0.2
        far = {k: v for k, v in one.out_of_distribution.items() if k != "poisson"}
        assert "unnamed" in far
        assert all(shares.outside > 0.9 for shares in far.values())


def test_a_mechanism_that_acts_out_of_distribution_is_no_wrong_claim(found):
    for one in (found.alone, *found.cohorts):
        shares = one.out_of_distribution["poisson"]
        assert shares.wrong < 0.06
        assert shares.right > 0.25
        assert one.nulls["noise"].right == 0


def test_cohorts_are_of_mice_in_which_the_same_acts():
    acting = np.array(["synaptic"] * 20 + [NONE] * 20 + ["combined"] * 3)
    answer, strata = np.zeros((43, 4)), np.zeros((43, N_STRATA))
    judged = Judged(acting, answer, np.full((43, 5), 0.5), answer, strata, answer)
    said = judged.together(judged.cohorts(4, 100, 1), Pooling(0.01, 0.0), 0.02)
    assert dict(zip(*np.unique(said.acting, return_counts=True), strict=True)) == {
        NONE: 50, "synaptic": 50,
    }  # fmt: skip
    with pytest.raises(ValueError, match="simulate more mice"):
        judged.cohorts(30, 100, 1)


def test_power_is_said_of_every_mechanism_rise_and_dose(found):
    assert {one.mechanism for one in found.by_rise} == set(MECHANISMS)
    assert {one.rise for one in found.by_rise} == set(RISES[2:])
    for one in found.by_rise:
        assert [*one.of] == [1, 4, 16]
        largest = 4 if one.mechanism == "combined" else 16
        assert (one.of[16] is None) == (largest == 4)  # there are only 8 mice
        assert one.of[largest].right > 0.9
        assert one.of[largest].wrong == one.of[largest].none == 0


def test_none_is_wrong_of_a_rise_that_is_not_negligible():
    """It was neither right nor wrong: a cohort at a threefold rise was called none."""
    claims = ["none", "none", "synaptic", "combined", UNDECIDED]
    missed, small = (shares(claims, "combined", small) for small in (False, True))
    assert (missed.right, missed.wrong, missed.none) == (0.2, 0.6, 0.4)
    assert (small.right, small.wrong, small.none) == (0.2, 0.2, 0.4)


def test_a_rise_that_is_negligible_does_not_act():
    mice = table(["synaptic"] * 9, 0)
    assert set(acting_in(mice, 1.4)) == {"synaptic"}
    assert set(acting_in(mice, 100.0)) == {NONE}


def test_the_learning_curve_ends_where_the_mice_do(found):
    sizes = [one.n_per_class for one in found.learning_curve]
    assert sizes == [20, 80]
    first, last = found.learning_curve
    assert last.alone >= first.alone - 0.05


def test_more_epochs_say_more(found):
    assert [one.n_epochs for one in found.by_epochs] == [3, 4]  # the mice have four
    fewer, all_of_them = (one.recovery for one in found.by_epochs)
    assert all_of_them[OF_ALL].accuracy == found.alone.recovery[OF_ALL].accuracy
    assert fewer[OF_ALL].accuracy <= all_of_them[OF_ALL].accuracy + 0.02
    low, high = fewer[OF_ALL].interval
    assert low < fewer[OF_ALL].accuracy < high


def test_the_page_says_the_numbers_and_shows_every_figure(found, tmp_path):
    write_document(tmp_path / "validation.json", found)
    assert read_document(tmp_path / "validation.json", Findings) == found
    path = tmp_path / "validation.md"
    write_page(path, found, FACTS)
    text = path.read_text()
    accuracy = found.alone.recovery[PUBLISHED_OF_ALL].accuracy
    assert f"{100 * accuracy:.1f} %" in text
    assert "SYNTHETIC" in text
    for name in FIGURES:
        assert f"(validation_{name}.svg)" in text
        svg = (tmp_path / f"validation_{name}.svg").read_text()
        assert "</svg>" in svg


@pytest.fixture(scope="module")
def families():
    """Two families: mechanisms do the same, but one is another's by construction."""
    cohorts = {"one": table([*CLASSES] * 60, 0), "other": table([*CLASSES] * 60, 5000)}
    models = {name: learn(one, 1.4, SETTINGS, 1)[0] for name, one in cohorts.items()}
    alike = {
        group: table([_class(group)] * 24, 1000 * (i + 1))
        for i, group in enumerate(LIKE_LEARNED)
    }
    swapped = alike | {
        "synaptic": table(["synaptic"] * 24, 70_000, shift=SHIFTS["depolarizing"]),
        "noise": table([NONE] * 24, 80_000, away=9.0),
    }
    mice = {"one": alike, "other": swapped}
    settings = {
        **{"settings": SETTINGS, "rule": Rule(0.9, 0.02)},
        **{"negligible": 1.4, "seed": 1},
    }
    return compare(models, cohorts, mice, settings, [4], 50)


def _class(group):
    return group if group in MECHANISMS else NONE


def across(families, learned, acting, size):
    (found,) = [
        one
        for one in families.across
        if (one.learned, one.acting, one.size) == (learned, acting, size)
    ]
    return found


def test_each_family_judges_the_mice_of_all(families):
    assert len(families.across) == 2 * 2 * 2
    assert families.n_learned == {"one": 240, "other": 240}
    assert families.n_mice == {"one": 144, "other": 144}


def test_mice_that_do_what_was_learned_are_told_and_others_are_claimed_falsely(
    families,
):
    for learned in ("one", "other"):
        alike = across(families, learned, "one", 4)
        assert alike.forced.accuracy > 0.9
        assert alike.false_claims < 0.05
        swapped = across(families, learned, "other", 4)
        # One class of four does what another mechanism does.
        assert swapped.false_claims == pytest.approx(0.25, abs=0.1)
        assert swapped.forced.accuracy < alike.forced.accuracy
        row = swapped.claimed.confusion["synaptic"]
        assert row["depolarizing"] > 0.8 * sum(row.values())


def test_mice_unlike_all_that_was_learned_are_outside(families):
    outside = across(families, "one", "other", 1).claimed.confusion[NONE][OUTSIDE]
    assert outside >= 24
    assert across(families, "one", "one", 1).outside < 0.15


def test_the_page_of_families_says_every_number(families, tmp_path):
    write_document(tmp_path / "families.json", families)
    assert read_document(tmp_path / "families.json", Families) == families
    families_page(tmp_path / "families.md", families, "toy")
    text = (tmp_path / "families.md").read_text()
    assert "SYNTHETIC" in text
    for one in families.across:
        assert f"| {100 * one.forced.accuracy:.1f} % |" in text
        assert f"{100 * one.false_claims:.1f} %" in text
