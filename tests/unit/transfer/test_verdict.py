import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicolumn.transfer.scoring import corrected, score_cell

UP, DOWN = 1.0, -1.0
SIGNS = st.lists(
    st.tuples(st.sampled_from([UP, DOWN, 0.0]), st.sampled_from([UP, DOWN, 0.0])),
    min_size=1,
    max_size=60,
)


def judge(predicted, observed, n_cells=1):
    one = score_cell("synaptic", "mlp", "fano", np.array(predicted), np.array(observed))
    return corrected([one] * n_cells)[0]


BALANCED = [UP, DOWN] * 8
ONE_WAY = [UP] * 13 + [DOWN] * 3


@pytest.mark.parametrize(
    ("predicted", "observed", "n_cells", "beginning"),
    [
        (BALANCED, BALANCED, 1, "Consistent with the directions that synaptic"),
        (BALANCED[:12], BALANCED[:12], 132, "Not distinguishable from chance after"),
        (BALANCED, BALANCED, 132, "Consistent with"),
        ([UP] * 16, [UP] * 16, 1, "Not distinguishable from a constant guess, which"),
        ([UP] * 12 + [DOWN] * 4, ONE_WAY, 1, "Not distinguishable from a constant"),
        ([DOWN, *[UP] * 15], ONE_WAY, 1, "No better than a constant guess"),
        (BALANCED, [-x for x in BALANCED], 1, "Opposed to the observed direction"),
    ],
)
def test_words_follow_numbers(predicted, observed, n_cells, beginning):
    assert judge(predicted, observed, n_cells).verdict.startswith(beginning)


@given(SIGNS, st.sampled_from([1, 33, 132]))
def test_consistent_needs_all_three_conditions(pairs, n_cells):
    predicted, observed = np.array(pairs).T
    one = judge(predicted, observed, n_cells)
    earned = (
        one.decided is not None
        and one.p_holm is not None
        and one.n_signs == 2
        and one.best_constant is not None
        and one.decided.clopper_pearson[0] > one.best_constant
        and one.p_holm < 0.05
        and one.skill is not None
        and one.skill > 0
    )
    assert one.verdict.startswith("Consistent with") == earned


@given(SIGNS)
def test_no_verdict_claims_a_cause(pairs):
    predicted, observed = np.array(pairs).T
    words = judge(predicted, observed).verdict.lower()
    for claim in ("prove", "cause", "explain", "confirm", "show", "demonstrate"):
        assert claim not in words


@given(SIGNS)
def test_the_count_and_the_best_constant_stand_in_every_scored_verdict(pairs):
    predicted, observed = np.array(pairs).T
    one = judge(predicted, observed)
    if one.decided is not None:
        assert f"{one.matches:g} of {one.n} sessions match" in one.verdict
        assert f"best constant guess {one.best_constant:.1%}" in one.verdict
