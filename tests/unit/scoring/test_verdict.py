import numpy as np
import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from minicolumn.scoring.directions import score_directions
from minicolumn.scoring.magnitude import Estimate, Magnitude
from minicolumn.scoring.resampling import Resampling
from minicolumn.scoring.score import Corrected, Nulls, Numbers
from minicolumn.scoring.verdict import Verdict, sentence, verdict

FEW = Resampling(seed=1, n_resamples=300)
UP, DOWN = 1.0, -1.0
SIGNS = st.lists(
    st.tuples(st.sampled_from([UP, DOWN, 0.0]), st.sampled_from([UP, DOWN, 0.0])),
    min_size=1,
    max_size=40,
)
NOTHING = Estimate(None, None, None)


def judge(predicted, observed, n_tests=1, primary=True):
    """Return a score whose corrected p-value is Bonferroni's."""
    found = score_directions(np.array(predicted), np.array(observed), FEW)
    p = None if found.evidence is None else min(1.0, n_tests * found.evidence.p)
    return Numbers(
        "synaptic", "mlp", "fano", primary, found, {},
        Magnitude(NOTHING, NOTHING, NOTHING),
        Nulls(p, 0.5, 0, 0, None, None),
        Corrected(p if primary else None, None if primary else p, p),
        {}, None, p, adds_nothing=False,
    )  # fmt: skip


BALANCED = [UP, DOWN] * 8
ONE_WAY = [UP] * 13 + [DOWN] * 3
ONE_APART = [UP] * 15 + [DOWN]


@pytest.mark.parametrize(
    ("predicted", "observed", "n_tests", "expected"),
    [
        (BALANCED, BALANCED, 1, Verdict.CONSISTENT),
        (BALANCED, BALANCED, 132, Verdict.CONSISTENT),
        (BALANCED[:12], BALANCED[:12], 132, Verdict.CHANCE),
        ([UP] * 16, [UP] * 16, 1, Verdict.CONSTANT_PREDICTION),
        ([UP] * 12 + [DOWN] * 4, ONE_WAY, 1, Verdict.CONSTANT_DIRECTION),
        # Right about the one that differs, without which it is a constant.
        (ONE_APART, ONE_APART, 1, Verdict.CONSTANT_DIRECTION),
        (BALANCED, [-x for x in BALANCED], 1, Verdict.OPPOSED),
        ([DOWN, *[UP] * 10, *[DOWN] * 5], [UP] * 16, 1, Verdict.BELOW_CONSTANT),
        (BALANCED[:5], BALANCED[:5], 1, Verdict.TOO_FEW_SESSIONS),
        ([0.0, 0.0], [UP, DOWN], 1, Verdict.NOT_SCORED),
    ],
)  # fmt: skip
def test_words_follow_numbers(predicted, observed, n_tests, expected):
    score = judge(predicted, observed, n_tests)
    assert verdict(score) is expected
    assert sentence(score).startswith(expected.label)


@hypothesis_settings(max_examples=60, deadline=None)
@given(SIGNS, st.sampled_from([1, 33]), st.booleans())
def test_consistent_needs_all_conditions(pairs, n_tests, primary):
    predicted, observed = np.array(pairs).T
    score = judge(predicted, observed, n_tests, primary)
    earned = (
        score.p is not None
        and score.p < 0.05
        and score.directions.n_signs == 2
        and score.directions.skill_interval is not None
        and score.directions.skill_interval[0] > 0
        and score.directions.evidence.n >= 6
    )
    above = score.directions.accuracy > 0.5
    assert (verdict(score) is Verdict.CONSISTENT) == (earned and above)


@hypothesis_settings(max_examples=60, deadline=None)
@given(SIGNS)
def test_skill_that_may_be_zero_is_never_more_than_a_constant_direction(pairs):
    predicted, observed = np.array(pairs).T
    score = judge(predicted, observed)
    interval = score.directions.skill_interval
    if interval is not None and interval[0] <= 0 <= interval[1]:
        assert verdict(score) not in (Verdict.CONSISTENT, Verdict.CHANCE)


@hypothesis_settings(max_examples=60, deadline=None)
@given(SIGNS)
def test_no_verdict_claims_a_cause(pairs):
    predicted, observed = np.array(pairs).T
    words = sentence(judge(predicted, observed)).lower()
    for claim in ("prove", "cause", "explain", "confirm", "show", "demonstrate"):
        assert claim not in words


def test_the_sentence_gives_n_interval_skill_and_p():
    text = sentence(judge(BALANCED, BALANCED))
    assert "16 of 16 sessions match (100.0%, 95 % interval 79.4% to 100.0%)" in text
    assert "skill +50.0 points over the best constant, 50.0% (95 % interval" in text
    assert "corrected p = 3.1e-05 (Holm, primary); sessions permuted p = 0.5" in text


def test_a_score_outside_the_primary_ones_says_how_it_was_corrected():
    assert "(max-T, all scores)" in sentence(judge(BALANCED, BALANCED, primary=False))


def test_every_verdict_has_its_own_words():
    assert len({one.label for one in Verdict}) == len(Verdict)


def share_consistent(make, n_cohorts=120):
    """Return how often cohorts are consistent, and how often p < 0.05 alone."""
    rng = np.random.default_rng(0)
    scores = [judge(*make(rng)) for _ in range(n_cohorts)]
    significant = [score.directions.evidence.p < 0.05 for score in scores]
    consistent = [verdict(score) is Verdict.CONSISTENT for score in scores]
    return np.mean(consistent), np.mean(significant)


@pytest.mark.parametrize("went_up", [0.5, 0.75, 0.9])
def test_a_model_that_knows_no_session_is_rarely_called_consistent(went_up):
    """Not even one that predicts the frequent direction most of the time."""

    def cohort(rng):
        return (np.where(rng.random((2, 16)) < went_up, UP, DOWN)).astype(float)

    consistent, significant = share_consistent(cohort)
    assert consistent <= 0.05
    if went_up == 0.9:
        assert significant > 0.5  # what a p-value against a coin would have claimed


def test_a_model_that_knows_nine_of_ten_sessions_is_found_in_a_larger_cohort():
    def of(n):
        def cohort(rng):
            observed = np.where(rng.random(n) < 0.5, UP, DOWN)
            return np.where(rng.random(n) < 0.9, observed, -observed), observed

        return share_consistent(cohort)[0]

    assert 0.3 < of(16) < 0.7
    assert of(44) > 0.9
