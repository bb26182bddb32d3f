import numpy as np
import pyarrow as pa
import pytest

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.errors import PredictionError
from minicolumn.files.documents import read_document, write_document
from minicolumn.scoring.directions import score_directions
from minicolumn.scoring.scores import score_predictions
from minicolumn.scoring.summary import Scores, summarize
from minicolumn.scoring.verdict import Verdict, sentence, verdict
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

    def score(rows, inside=None, held_out=no_control, **of_panel):
        return score_predictions(
            panel(rows, **of_panel), held_out, scoring_settings, redraw, inside
        )

    return score


def test_every_prediction_up_in_a_whole_table_has_no_skill(scored):
    """16 sessions x 11 statistics, all predicted +1."""
    scores = scored(table(16, lambda *_: UP, random_directions(0)))
    assert [one.statistic for one in scores] == list(STATISTIC_NAMES)
    assert {one.directions.n_signs for one in scores} == {1}
    assert max(one.directions.skill for one in scores) <= 0
    assert {one.directions.mcc for one in scores} == {None}
    assert {one.nulls.permuted for one in scores} == {1.0}
    assert {verdict(one) for one in scores} == {Verdict.CONSTANT_PREDICTION}


def test_a_model_that_knows_every_session_is_consistent(scored):
    scores = scored(table(16, alternating, alternating))
    assert {one.directions.accuracy for one in scores} == {1.0}
    assert {verdict(one) for one in scores} == {Verdict.CONSISTENT}


def test_primary_scores_are_corrected_among_themselves(scored):
    scores = scored(table(16, alternating, alternating, MECHANISMS))
    first = [one for one in scores if one.primary]
    assert {(one.training_set, one.statistic) for one in first} == {
        (mechanism, name) for mechanism in MECHANISMS for name in PRIMARY
    }
    p = 2 / 2**16
    assert [one.corrected.holm for one in first] == pytest.approx([9 * p] * 9)
    assert {one.corrected.benjamini_hochberg for one in first} == {None}
    others = [one for one in scores if not one.primary]
    assert {one.corrected.holm for one in others} == {None}
    by_bh = [one.corrected.benjamini_hochberg for one in others]
    assert by_bh == pytest.approx([p] * len(others))
    # All scores are one and the same, which max-T knows.
    assert [one.corrected.max_t for one in scores] == pytest.approx([p] * len(scores))
    assert [one.p for one in first] == [one.corrected.holm for one in first]
    assert [one.p for one in others] == [one.corrected.max_t for one in others]


def test_the_ach_shuffled_control_is_never_primary(scored):
    rows = table(16, alternating, alternating, ("synaptic", "ach_shuffled"))
    primary = [one for one in scored(rows) if one.primary]
    assert {one.training_set for one in primary} == {"synaptic"}


def test_a_declared_model_that_was_not_scored_is_refused(scored):
    with pytest.raises(PredictionError, match=r"prediction.primary declares mlp"):
        scored(table(4, alternating, alternating), architecture="xgboost")


def test_undecided_sessions_are_left_out_of_a_second_score(scored):
    def observe(session, _name):
        return UP if session < 8 else -0.1  # within two standard errors

    one = scored(table(16, lambda *_: UP, observe), se=0.1)[0]
    assert (one.directions.n, one.directions.matches) == (16, 8)
    assert (one.subsets["decided"].n, one.subsets["decided"].matches) == (8, 8)


def test_inside_and_outside_the_domain_add_up(scored):
    rows = table(16, alternating, random_directions(0))
    inside = {session: session < 5 for session in range(16)}
    for one in scored(rows, inside):
        inside, outside = one.subsets["inside"], one.subsets["outside"]
        assert (inside.n, outside.n) == (5, 11)
        assert inside.matches + outside.matches == one.directions.matches


def test_a_session_that_may_lie_anywhere_is_neither_inside_nor_outside(scored):
    rows = table(8, alternating, alternating)
    inside = {0: None, **dict.fromkeys(range(1, 8), True)}
    one = scored(rows, inside)[0]
    assert (one.directions.n, one.subsets["inside"].n) == (8, 7)
    assert one.subsets["outside"].n == 0


def test_a_session_without_a_domain_is_refused(scored):
    with pytest.raises(PredictionError, match=r"sessions \[3\] .* neither inside nor"):
        scored(table(4, alternating, alternating), dict.fromkeys(range(3), True))


def test_a_simulator_that_says_the_same_is_told(scored):
    rows = table(16, lambda *_: UP, random_directions(0))
    same, opposite = (
        {("prior", "bank"): [(s, "synaptic", "fano", value, UP) for s in range(16)]}
        for value in (0.3, -0.3)
    )
    for references, adds_nothing in ((same, True), (opposite, False)):
        scores = scored(rows, references=references)
        (one,) = [score for score in scores if score.statistic == "fano"]
        assert one.adds_nothing == adds_nothing
        assert ("the surrogate adds nothing" in sentence(one)) == adds_nothing
        reference, mine = one.references["simulator_mean"], one.directions.matches
        assert reference.n == 16
        assert reference.matches == (mine if adds_nothing else 16 - mine)


def test_a_change_within_rest_that_is_predicted_too_is_reported(scored):
    observe = random_directions(0)
    scores = scored(table(16, lambda *_: UP, observe), sham=1.0)
    assert {(c.nulls.sham_matches, c.nulls.sham_n) for c in scores} == {(16, 16)}
    text = sentence(scores[0])
    assert "match 16 of 16 sham changes from early to late rest" in text
    assert scores[0].nulls.sham == scores[0].nulls.sham_max_t == 2 / 2**16


def test_one_outstanding_sham_among_many_is_no_caution(scored):
    """Eleven statistics drift at random; the luckiest is not held against its model."""
    drift = random_directions(4)
    rows = table(10, drift, alternating)
    scores = scored(rows, sham=1.0)
    assert all(c.nulls.sham_max_t >= c.nulls.sham for c in scores)
    assert min(c.nulls.sham_max_t for c in scores) > 0.05
    assert not any("sham" in sentence(one) for one in scores)


def test_the_positive_control_scores_held_out_mice_as_sessions(
    scored, predictions, redraw
):
    """Nine of ten and a tie, as of sessions; the published method does not count."""
    moved = [UP] * 3 + [DOWN] * 7
    right = [*moved[:9], UP]
    mice = [
        (100 + i, "synaptic", "fano", p, o)
        for i, (p, o) in enumerate(
            zip([*right, UP, 0.0], [*moved, None, UP], strict=True)
        )
    ]
    published = predictions(mice, selector="prior", target="held_out")
    method = predictions(mice, target="held_out")
    both = pa.concat_tables([method, published])
    scores = scored(table(4, alternating, alternating), held_out=both)
    by_name = {one.statistic: one for one in scores}
    found = by_name["fano"].held_out
    same = score_directions(
        np.array([*right, UP, 0.0]), np.array([*moved, np.nan, UP]), redraw
    )
    assert found == same
    assert (found.n, found.matches, found.n_ties) == (11, 9.5, 1)
    low, high = found.evidence.clopper_pearson
    assert low < 0.9 < high
    assert by_name["lv"].held_out is None


def test_a_cohort_of_one_is_scored_and_called_too_small(scored):
    scores = scored(table(1, alternating, alternating))
    assert {verdict(one) for one in scores} == {Verdict.TOO_FEW_SESSIONS}
    text = sentence(scores[0])
    assert "even 1 of 1 matches would have p = 1" in text


def test_a_statistic_that_no_session_defines_is_null_everywhere(scored):
    def observe(session, name):
        return None if name == "fano" else alternating(session, name)

    scores = scored(table(8, alternating, observe))
    (one,) = [one for one in scores if one.statistic == "fano"]
    assert verdict(one) == Verdict.NOT_SCORED
    assert one.directions.n == 0
    for name in ("accuracy", "skill", "evidence", "mcc"):
        assert getattr(one.directions, name) is None
    assert one.p is one.magnitude.slope.value is None


@pytest.fixture
def document(predictions, observed, scoring_settings):
    rows = table(3, alternating, alternating)
    sessions = {(r[0], r[2]): r[4] for r in rows} | {(1, "fano"): None}
    mice = predictions([(9, "synaptic", "fano", UP, UP)], target="held_out")
    every = pa.concat_tables([predictions(rows), mice])
    inside = {0: True, 1: False, 2: None}
    truth = {0: "synaptic"}
    return summarize(every, observed(sessions), scoring_settings, 1, inside, truth)


def test_missing_statistics_are_listed_by_session(document):
    assert [vars(one) for one in document.missing] == [
        {"session_id": 1, "statistic": "fano", "n_stationary": 8, "n_running": 8}
    ]


def test_the_document_says_the_same_after_reading_it_back(document, tmp_path):
    write_document(tmp_path / "scores.json", document)
    assert read_document(tmp_path / "scores.json", Scores) == document
    (fano,) = [one for one in document.scores if one.statistic == "fano"]
    assert fano.verdict is verdict(fano)
    assert fano.held_out is not None


def test_no_session_at_all_gives_an_empty_table(scored):
    assert scored([]) == []


def test_scores_do_not_depend_on_what_else_was_scored(scored):
    rows = table(12, random_directions(1), random_directions(0))
    alone = scored([row for row in rows if row[2] == "mean_rate"])
    together = scored(rows)
    (same,) = [one for one in together if one.statistic == "mean_rate"]
    assert same.directions == alone[0].directions
    assert same.magnitude == alone[0].magnitude
    assert same.nulls == alone[0].nulls
    assert same.corrected != alone[0].corrected
