import numpy as np
import pytest
from hypothesis import given, strategies as st

from minicolumn.recordings.epochs import Epoch
from minicolumn.recordings.session_epochs import balanced


def epochs(*states):
    return [
        Epoch(state, 10.0 * i, 10.0 * i + 10, "spontaneous", *[0.0] * 4)
        for i, state in enumerate(states)
    ]


@st.composite
def sessions(draw):
    states = st.sampled_from(["running", "stationary"])
    return epochs(*draw(st.lists(states, max_size=20)))


def counts(found):
    return [sum(e.state == s for e in found) for s in ("running", "stationary")]


@given(sessions(), st.sampled_from(["random", "nearest"]), st.integers(0, 99))
def test_both_states_keep_as_many_as_the_scarcer_has(found, how, seed):
    kept = balanced(found, how, np.random.default_rng(seed))
    assert counts(kept) == [min(counts(found))] * 2
    assert set(kept) <= set(found)
    assert kept == sorted(kept, key=lambda epoch: epoch.start_s)
    assert len(set(kept)) == len(kept)


@given(sessions())
def test_no_balance_keeps_all(found):
    assert balanced(found, "none", np.random.default_rng(0)) == found


def test_the_nearest_in_time_are_kept():
    rest, run = "stationary", "running"
    found = epochs(rest, rest, rest, run, rest, rest, rest, rest, run, rest)
    kept = balanced(found, "nearest", np.random.default_rng(0))
    assert [epoch.start_s for epoch in kept] == [20.0, 30.0, 70.0, 80.0]


@pytest.mark.parametrize("seed", range(3))
def test_a_draw_is_fixed_by_its_seed(seed):
    found = epochs("running", *["stationary"] * 20)
    draw = [balanced(found, "random", np.random.default_rng(seed)) for _ in range(2)]
    assert draw[0] == draw[1]


def test_a_draw_depends_on_its_seed():
    found = epochs("running", *["stationary"] * 20)
    drawn = {
        tuple(balanced(found, "random", np.random.default_rng(s))) for s in range(20)
    }
    assert len(drawn) > 5
