"""What simple answers say of light, in SYNTHETIC changes whose truth is known."""

import numpy as np
import pytest

from minicolumn.files.store import columns_of, write_table
from minicolumn.files.tables import OPTOGENETIC_SCORES
from minicolumn.perturbation.recorded import LIT, UNLIT
from minicolumn.perturbation.recorded_skill import (
    FLOOR,
    NO_CHANGE,
    ONE_FACTOR,
    OTHER_FACTOR,
    score_rows,
)

N_UNITS = 200


def changes(factors, own=0.0, noise=0.0, lit=UNLIT, stimulus="pulse", seed=1):
    """Rows of units whose rates change by a factor at each level, and by their own."""
    rng = np.random.default_rng(seed)
    sham_hz, apart = rng.gamma(2, 5, N_UNITS), own * rng.normal(size=N_UNITS)
    rows = []
    for level, factor in factors.items():
        halves = factor * sham_hz + apart + noise * rng.normal(size=(2, N_UNITS))
        for unit in range(N_UNITS):
            first, second = halves[:, unit].tolist()
            rows.append(
                {
                    "lit": lit, "stimulus": stimulus, "level": level,
                    "sham_hz": float(sham_hz[unit]), "change_hz": (first + second) / 2,
                    "half_change_1_hz": first, "half_change_2_hz": second,
                }
            )  # fmt: skip
    return rows


def by(rows, score="skill"):
    return {(row["level"], row["answer"]): row[score] for row in score_rows(rows)}


def test_one_factor_says_all_where_all_rates_change_in_proportion():
    found = by(changes({1.0: -0.3, 2.0: -0.3}))
    assert found[1.0, NO_CHANGE] == 0
    for answer in (ONE_FACTOR, OTHER_FACTOR, FLOOR):
        assert found[1.0, answer] == pytest.approx(1)


def test_the_factor_of_another_level_is_wrong_by_as_much_as_the_levels_differ():
    found = by(changes({1.0: -0.2, 2.0: -0.3}))
    assert found[1.0, OTHER_FACTOR] == pytest.approx(1 - (0.1 / 0.2) ** 2)
    assert found[2.0, OTHER_FACTOR] == pytest.approx(1 - (0.1 / 0.3) ** 2)


def test_a_level_is_never_used_for_the_factor_that_predicts_it():
    for own in (-0.2, -0.9):
        found = by(changes({1.0: own, 2.0: -0.3}))
        wrong = (own + 0.3) / own
        assert found[1.0, OTHER_FACTOR] == pytest.approx(1 - wrong**2)


def test_the_nearest_level_in_ratio_is_used():
    used = by(changes({1.0: -0.1, 1.5: -0.2, 4.0: -0.3}), "level_used")
    assert used[1.0, OTHER_FACTOR] == 1.5
    assert used[4.0, OTHER_FACTOR] == 1.5
    assert used[1.5, OTHER_FACTOR] == 1.0
    assert used[1.5, NO_CHANGE] is None


def test_noise_lowers_the_floor_and_changes_of_single_units_the_factor():
    found = by(changes({1.0: -0.3}, own=2.0, noise=1.0))
    # Halves differ by noise of variance 1 each; the changes' mean square is known.
    true = np.array([row["half_change_2_hz"] for row in changes({1.0: -0.3}, 2.0, 1.0)])
    assert found[1.0, FLOOR] == pytest.approx(1 - 2 / np.mean(true**2), abs=0.05)
    assert found[1.0, ONE_FACTOR] < found[1.0, FLOOR]


def test_lit_units_are_never_scored_and_stimuli_stay_apart():
    unlit = changes({1.0: -0.3})
    lit = changes({1.0: 5.0}, lit=LIT)
    other = changes({2.0: 0.7}, stimulus="cosine")
    assert by(unlit + lit) == by(unlit)
    rows = list(score_rows(unlit + lit + other))
    assert OTHER_FACTOR not in {row["answer"] for row in rows}
    assert {row["n_unlit"] for row in rows} == {N_UNITS}


def test_rows_are_those_of_the_table_also_with_one_trial_each(tmp_path):
    halves = {"half_change_1_hz": None, "half_change_2_hz": None}
    rows = [row | halves for row in changes({1.0: -0.3, 2.0: -0.2})]
    found = [{"session_id": 7} | row for row in score_rows(rows)]
    assert FLOOR not in {row["answer"] for row in found}
    write_table(tmp_path / "rows.parquet", OPTOGENETIC_SCORES, columns_of(found))
