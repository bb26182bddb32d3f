import json

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.errors import TransferError
from minicolumn.files.tables import HELD_OUT
from minicolumn.scoring.scores import score_transfer
from minicolumn.scoring.summary import cells_as_json, summarize
from minicolumn.scoring.verdict import Verdict, verdict
from minicolumn.statistics.names import STATISTIC_NAMES

UP, DOWN = 1.0, -1.0
PRIMARY = ("mean_rate", "pairwise_corr", "spectral_power")


def table(n_sessions, predict, observe, training_sets=("synaptic",)):
    """Rows for every statistic; ``predict`` and ``observe`` take session and name."""
    return [
        (session, training_set, name, predict(session, name), observe(session, name))
        for training_set in training_sets
        for name in STATISTIC_NAMES
        for session in range(n_sessions)
    ]


def alternating(session, _name):
    return UP if session % 2 else DOWN


def random_directions(seed):
    rng = np.random.default_rng(seed)
    values = {}
    return lambda s, name: values.setdefault((s, name), float(rng.normal()))


@pytest.fixture
def scored(panel, no_control, scoring_settings, redraw):
    """Return a function: rows to scores."""

    def score(rows, in_domain=None, held_out=no_control, **of_panel):
        return score_transfer(
            panel(rows, **of_panel), held_out, scoring_settings, redraw, in_domain
        )

    return score


def test_every_prediction_up_in_a_whole_table_has_no_skill(scored):
    """16 sessions x 11 statistics, all predicted +1."""
    cells = scored(table(16, lambda *_: UP, random_directions(0)))
    assert [cell.statistic for cell in cells] == list(STATISTIC_NAMES)
    assert {cell.score.n_signs for cell in cells} == {1}
    assert max(cell.score.skill for cell in cells) <= 0
    assert {cell.score.mcc for cell in cells} == {None}
    assert {cell.nulls.permuted for cell in cells} == {1.0}
    assert {verdict(cell) for cell in cells} == {Verdict.CONSTANT_PREDICTION}


def test_a_model_that_knows_every_session_is_consistent(scored):
    cells = scored(table(16, alternating, alternating))
    assert {cell.score.accuracy for cell in cells} == {1.0}
    assert {verdict(cell) for cell in cells} == {Verdict.CONSISTENT}


def test_primary_scores_are_corrected_among_themselves(scored):
    cells = scored(table(16, alternating, alternating, MECHANISMS))
    first = [cell for cell in cells if cell.primary]
    assert {(cell.training_set, cell.statistic) for cell in first} == {
        (mechanism, name) for mechanism in MECHANISMS for name in PRIMARY
    }
    p = 2 / 2**16
    assert [cell.corrected.holm for cell in first] == pytest.approx([9 * p] * 9)
    assert {cell.corrected.benjamini_hochberg for cell in first} == {None}
    others = [cell for cell in cells if not cell.primary]
    assert {cell.corrected.holm for cell in others} == {None}
    by_bh = [cell.corrected.benjamini_hochberg for cell in others]
    assert by_bh == pytest.approx([p] * len(others))
    # All scores are one and the same, which max-T knows.
    assert [cell.corrected.max_t for cell in cells] == pytest.approx([p] * len(cells))
    assert [cell.p for cell in first] == [cell.corrected.holm for cell in first]
    assert [cell.p for cell in others] == [cell.corrected.max_t for cell in others]


def test_a_baseline_is_never_primary(scored):
    rows = table(16, alternating, alternating, ("synaptic", "ach_shuffled"))
    primary = [cell for cell in scored(rows) if cell.primary]
    assert {cell.training_set for cell in primary} == {"synaptic"}


def test_a_declared_model_that_was_not_scored_is_refused(scored):
    with pytest.raises(TransferError, match=r"transfer.primary declares mlp"):
        scored(table(4, alternating, alternating), architecture="xgboost")


def test_undecided_sessions_are_left_out_of_a_second_score(scored):
    def observe(session, _name):
        return UP if session < 8 else -0.1  # within two standard errors

    cell = scored(table(16, lambda *_: UP, observe), se=0.1)[0]
    assert (cell.score.n, cell.score.matches) == (16, 8)
    assert (cell.subsets["decided"].n, cell.subsets["decided"].matches) == (8, 8)


def test_inside_and_outside_the_domain_add_up(scored):
    rows = table(16, alternating, random_directions(0))
    in_domain = {session: session < 5 for session in range(16)}
    for cell in scored(rows, in_domain):
        inside, outside = cell.subsets["inside"], cell.subsets["outside"]
        assert (inside.n, outside.n) == (5, 11)
        assert inside.matches + outside.matches == cell.score.matches


def test_a_session_that_may_lie_anywhere_is_neither_inside_nor_outside(scored):
    rows = table(8, alternating, alternating)
    in_domain = {0: None, **dict.fromkeys(range(1, 8), True)}
    cell = scored(rows, in_domain)[0]
    assert (cell.score.n, cell.subsets["inside"].n) == (8, 7)
    assert cell.subsets["outside"].n == 0


def test_a_session_without_a_domain_is_refused(scored):
    with pytest.raises(TransferError, match=r"sessions \[3\] .* neither inside nor"):
        scored(table(4, alternating, alternating), dict.fromkeys(range(3), True))


def test_a_simulator_that_says_the_same_is_told(scored):
    rows = table(16, lambda *_: UP, random_directions(0))
    same, opposite = (
        [(s, "synaptic", "simulator_mean", "fano", value) for s in range(16)]
        for value in (0.3, -0.3)
    )
    for references, adds_nothing in ((same, True), (opposite, False)):
        cells = scored(rows, references=references)
        (one,) = [c for c in cells_as_json(cells) if c["statistic"] == "fano"]
        assert one["adds_nothing"] == adds_nothing
        assert ("the surrogate adds nothing" in one["sentence"]) == adds_nothing
        reference = one["references"]["simulator_mean"]
        assert reference["n"] == 16
        assert reference["matches"] == (
            one["score"]["matches"] if adds_nothing else 16 - one["score"]["matches"]
        )


def test_drift_within_rest_that_is_predicted_too_is_told(scored):
    observe = random_directions(0)
    cells = scored(table(16, lambda *_: UP, observe), sham=1.0)
    assert {(c.nulls.sham_matches, c.nulls.sham_n) for c in cells} == {(16, 16)}
    text = cells_as_json(cells)[0]["sentence"]
    assert "matches 16 of 16 drifts between halves of rest" in text
    assert cells[0].nulls.sham == cells[0].nulls.sham_max_t == 2 / 2**16


def test_one_sham_that_stands_out_among_many_is_no_caution(scored):
    """Eleven statistics drift at random; the luckiest is not held against its model."""
    drift = random_directions(4)
    rows = table(10, drift, alternating)
    cells = scored(rows, sham=1.0)
    assert all(c.nulls.sham_max_t >= c.nulls.sham for c in cells)
    assert min(c.nulls.sham_max_t for c in cells) > 0.05
    assert not any("drifts" in c["sentence"] for c in cells_as_json(cells))


def test_the_positive_control_stands_beside_its_model(scored):
    row = {
        "training_set": "synaptic", "architecture": "mlp", "statistic": "fano",
        "n": 10, "n_matches": 9, "n_up": 3,
    }  # fmt: skip
    held_out = pa.Table.from_pylist([row], schema=HELD_OUT.arrow())
    cells = scored(table(4, alternating, alternating), held_out=held_out)
    by_name = {cell.statistic: cell for cell in cells}
    assert by_name["fano"].held_out.accuracy == 0.9
    assert by_name["fano"].held_out.best_constant == 0.7
    assert by_name["lv"].held_out is None


def test_a_cohort_of_one_is_scored_and_called_too_small(scored):
    cells = scored(table(1, alternating, alternating))
    assert {verdict(cell) for cell in cells} == {Verdict.TOO_FEW_SESSIONS}
    text = cells_as_json(cells)[0]["sentence"]
    assert "even 1 of 1 matches would have p = 1" in text


def test_a_statistic_that_no_session_defines_is_null_everywhere(scored):
    def observe(session, name):
        return None if name == "fano" else alternating(session, name)

    cells = cells_as_json(scored(table(8, alternating, observe)))
    (one,) = [cell for cell in cells if cell["statistic"] == "fano"]
    assert one["verdict"] == Verdict.NOT_SCORED
    assert one["score"]["n"] == 0
    plain = json.loads(json.dumps(one, allow_nan=False))
    for name in ("accuracy", "skill", "evidence", "mcc"):
        assert plain["score"][name] is None
    assert plain["p"] is plain["magnitude"]["slope"]["value"] is None


def test_missing_statistics_are_listed_by_session(
    panel, observed, no_control, scoring_settings, redraw
):
    rows = table(3, alternating, alternating)
    sessions = {(r[0], r[2]): r[4] for r in rows} | {(1, "fano"): None}
    found = summarize(
        panel(rows), observed(sessions), no_control, scoring_settings, redraw
    )
    assert found["missing"] == [
        {"session_id": 1, "statistic": "fano", "n_stationary": 8, "n_running": 8}
    ]
    json.dumps(found, allow_nan=False)


def test_no_session_at_all_gives_an_empty_table(scored):
    assert scored([]) == []


def test_scores_do_not_depend_on_what_else_was_scored(scored):
    rows = table(12, random_directions(1), random_directions(0))
    alone = scored([row for row in rows if row[2] == "mean_rate"])
    together = scored(rows)
    (same,) = [cell for cell in together if cell.statistic == "mean_rate"]
    assert same.score == alone[0].score
    assert same.magnitude == alone[0].magnitude
    assert same.nulls == alone[0].nulls
    assert same.corrected != alone[0].corrected
