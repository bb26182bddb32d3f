import numpy as np
import pytest
from hypothesis import given, strategies as st
from statsmodels.stats.contingency_tables import mcnemar as reference

from minicolumn.scoring.dissociation import interaction, mcnemar, paired
from minicolumn.scoring.resampling import Resampling

REDRAW = Resampling(seed=1, n_permutations=2000)
S_RATE, S_CORR = ("synaptic", "mean_rate"), ("synaptic", "pairwise_corr")
D_RATE, D_CORR = ("depolarizing", "mean_rate"), ("depolarizing", "pairwise_corr")


@given(st.integers(0, 30), st.integers(0, 30))
def test_mcnemar_is_that_of_statsmodels(first, second):
    if first + second == 0:
        assert mcnemar(0, 0) is None
    else:
        expected = reference([[0, first], [second, 0]], exact=True).pvalue
        assert mcnemar(first, second) == pytest.approx(expected, abs=1e-12)


def test_only_sessions_that_tell_two_mechanisms_apart_count():
    observed = np.array([1, 1, 1, 1, -1, np.nan])
    first = np.array([1, 1, 1, -1, -1, 1])
    second = np.array([1, -1, -1, 1, -1, 1])
    found = paired("fano", first, second, observed)
    assert (found.n, found.first_only, found.second_only) == (5, 2, 1)


def constants(n=16):
    """What the published models may have said: one direction per statistic."""
    up, down = np.ones(n), -np.ones(n)
    return {S_RATE: down, D_RATE: up, S_CORR: down, D_CORR: up}


def moved(n_rate_up, n_corr_up, n=16):
    rate = np.where(np.arange(n) < n_rate_up, 1.0, -1.0)
    corr = np.where(np.arange(n) >= n - n_corr_up, 1.0, -1.0)
    return {"mean_rate": rate, "pairwise_corr": corr}


def test_the_interaction_sees_a_dissociation_and_that_it_is_one_of_constants():
    found = interaction(constants(), moved(16, 0), REDRAW)
    assert found.contrast == 2.0
    assert found.p == pytest.approx(2 / 2**16)
    assert found.constant


def test_no_interaction_if_one_mechanism_is_better_at_both():
    found = interaction(constants(), moved(16, 16), REDRAW)
    assert found.contrast == 0.0
    assert found.p is None


def test_predictions_that_differ_between_sessions_are_not_constant():
    predicted = constants()
    predicted[S_RATE] = np.where(np.arange(16) < 3, 1.0, -1.0)
    assert not interaction(predicted, moved(14, 4), REDRAW).constant


def test_exchanging_the_statistics_turns_the_contrast_round():
    rng = np.random.default_rng(0)
    predicted = {key: rng.normal(size=12) for key in constants()}
    observed = {name: rng.normal(size=12) for name in ("mean_rate", "pairwise_corr")}
    exchanged = {
        (mechanism, "mean_rate" if name == "pairwise_corr" else "pairwise_corr"): value
        for (mechanism, name), value in predicted.items()
    }
    other = dict(zip(observed, reversed(observed.values()), strict=True))
    one = interaction(predicted, observed, REDRAW)
    two = interaction(exchanged, other, REDRAW)
    assert one.contrast == pytest.approx(-two.contrast)
    assert one.p == two.p


def test_without_one_of_the_models_nothing_is_tested():
    predicted = constants()
    del predicted[D_CORR]
    found = interaction(predicted, moved(14, 4), REDRAW)
    assert (found.n, found.contrast, found.p) == (0, None, None)
