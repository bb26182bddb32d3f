import numpy as np
import pytest
from hypothesis import given, strategies as st
from statsmodels.stats.multitest import multipletests

from minicolumn.scoring.multiplicity import benjamini_hochberg, holm

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@pytest.mark.parametrize("n", [1, 2, 9, 123])
def test_corrections_are_those_of_statsmodels(n):
    p = np.random.default_rng(n).beta(0.3, 1.0, n)
    np.testing.assert_allclose(holm(p), multipletests(p, method="holm")[1])
    np.testing.assert_allclose(
        benjamini_hochberg(p), multipletests(p, method="fdr_bh")[1]
    )


@given(p_values)
def test_the_false_discovery_rate_is_milder_than_the_family_wise_one(p):
    adjusted = benjamini_hochberg(p)
    assert (adjusted >= np.array(p) - 1e-15).all()
    assert (adjusted <= holm(p) + 1e-12).all()


def test_holm_on_worked_examples():
    np.testing.assert_allclose(
        holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02]
    )
    np.testing.assert_allclose(holm([0.6, 0.9]), [1.0, 1.0])
    np.testing.assert_allclose(holm([0.02]), [0.02])
    assert holm([]).size == benjamini_hochberg([]).size == 0


@given(p_values)
def test_holm_agrees_with_step_down_rejection(p):
    """H_i is rejected at level a if all smaller p_(j) are below a / (m - j + 1)."""
    adjusted = holm(p)
    for level in (0.01, 0.05, 0.2, 0.5):
        rejected = np.zeros(len(p), dtype=bool)
        for rank, i in enumerate(np.argsort(p, kind="stable")):
            if p[i] * (len(p) - rank) > level:
                break
            rejected[i] = True
        np.testing.assert_array_equal(adjusted <= level, rejected)


@given(p_values)
def test_holm_lies_between_no_correction_and_bonferroni(p):
    adjusted = holm(p)
    assert (adjusted >= np.array(p)).all()
    assert (adjusted <= np.minimum(np.array(p) * len(p), 1) + 1e-15).all()


@given(p_values, st.randoms(use_true_random=False))
def test_holm_does_not_care_about_order(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    np.testing.assert_array_equal(holm([p[i] for i in order]), holm(p)[order])


@pytest.mark.parametrize("p", [[0.5, 1.2], [-0.1], [float("nan")]])
@pytest.mark.parametrize("correct", [holm, benjamini_hochberg])
def test_what_is_no_probability_is_refused(p, correct):
    with pytest.raises(ValueError, match="p-values"):
        correct(p)
