import numpy as np
import pytest
from sklearn import metrics

from minicolumn.surrogates.comparison import paired_differences

N_CIRCUITS, N_LEVELS = 80, 5
CIRCUIT = np.repeat(np.arange(N_CIRCUITS), N_LEVELS)


def world(seed=0, n=3):
    rng = np.random.default_rng(seed)
    target = (
        rng.normal(size=(len(CIRCUIT), n)) + rng.normal(size=(N_CIRCUITS, n))[CIRCUIT]
    )
    return rng, target


def test_the_difference_is_that_of_scikit_learns_r2():
    rng, target = world()
    one, other = (target + sd * rng.normal(size=target.shape) for sd in (0.3, 0.6))
    found = paired_differences(one, other, target, CIRCUIT, seed=1)
    for column, difference in enumerate(found):
        y = target[:, column]
        expected = metrics.r2_score(y, one[:, column]) - metrics.r2_score(
            y, other[:, column]
        )
        assert difference.r2 == pytest.approx(expected)
        assert difference.interval is not None
        assert difference.interval[0] < expected < difference.interval[1]
        assert difference.verdict == "better"
        assert difference.n_circuits == N_CIRCUITS
    back = paired_differences(other, one, target, CIRCUIT, seed=1)
    assert [one.verdict for one in back] == ["worse"] * 3


def test_pairing_shows_what_two_intervals_would_hide():
    """A small gain on every row is certain, although both R2 vary much more."""
    rng, target = world()
    other = target + rng.normal(size=target.shape)
    one = target + 0.97 * (other - target)
    for difference in paired_differences(one, other, target, CIRCUIT, seed=1):
        assert difference.verdict == "better"
        assert difference.r2 is not None
        assert difference.r2 < 0.05


def test_equal_models_are_not_told_apart():
    """Of 40 comparisons of equals, all statistics together err in 5 % of worlds."""
    verdicts = []
    for seed in range(40):
        rng, target = world(seed)
        one, other = (target + rng.normal(size=target.shape) for _ in range(2))
        found = paired_differences(one, other, target, CIRCUIT, seed)
        verdicts.append(any(d.verdict != "no difference shown" for d in found))
    assert sum(verdicts) <= 7  # binomial, p = 0.05: more once in 300


def test_whole_circuits_are_drawn():
    """Rows of a circuit that all say the same are one observation, not five."""
    rng = np.random.default_rng(3)
    target = rng.normal(size=(N_CIRCUITS, 1))[CIRCUIT]
    one, other = (target + rng.normal(size=(N_CIRCUITS, 1))[CIRCUIT] for _ in range(2))
    clustered = paired_differences(one, other, target, CIRCUIT, seed=1)[0]
    apart = paired_differences(one, other, target, np.arange(len(CIRCUIT)), seed=1)[0]
    width = lambda d: d.interval[1] - d.interval[0]  # noqa: E731
    assert width(clustered) == pytest.approx(width(apart) * N_LEVELS**0.5, rel=0.15)


def test_few_circuits_are_not_resampled_into_a_claim():
    """One circuit, drawn again and again, has an interval of width 0."""
    _, target = world()
    for n_circuits, claims in ((1, False), (19, False), (20, True)):
        rows = n_circuits * N_LEVELS
        some = target[:rows]
        for difference in paired_differences(
            some, some + 1, some, CIRCUIT[:rows], seed=1
        ):
            assert difference.n_circuits == n_circuits
            assert difference.r2 is not None
            assert (difference.interval is not None) == claims
            assert difference.verdict == ("better" if claims else "undefined")


def test_a_model_that_learned_nothing_is_undefined():
    _, target = world()
    nothing = np.full_like(target, np.nan)
    for difference in paired_differences(target, nothing, target, CIRCUIT, seed=1):
        assert (difference.n_circuits, difference.r2) == (0, None)
        assert difference.verdict == "undefined"
