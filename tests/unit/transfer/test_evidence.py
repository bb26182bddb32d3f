import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicolumn.transfer.evidence import evidence, holm

counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
p_values = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(counts)
def test_failures_are_the_mirror_image_of_matches(count):
    k, n = count
    one, other = evidence(k, n), evidence(n - k, n)
    assert one is not None
    assert other is not None
    assert one.p == pytest.approx(other.p)
    for interval in ("clopper_pearson", "wilson"):
        low, high = getattr(one, interval)
        assert low <= k / n + 1e-12
        assert high >= k / n - 1e-12
        np.testing.assert_allclose(
            (low, high), 1 - np.array(getattr(other, interval))[::-1], atol=1e-9
        )


def test_no_session_is_no_evidence():
    assert evidence(0, 0) is None


def test_more_matches_than_sessions_are_refused():
    with pytest.raises(ValueError, match=r"k=17 matches of n=16"):
        evidence(17, 16)


def test_holm_on_worked_examples():
    np.testing.assert_allclose(
        holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02]
    )
    np.testing.assert_allclose(holm([0.6, 0.9]), [1.0, 1.0])
    np.testing.assert_allclose(holm([0.02]), [0.02])
    assert holm([]).size == 0


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
def test_what_is_no_probability_is_refused(p):
    with pytest.raises(ValueError, match="p-values"):
        holm(p)
