"""Fresh mice that judge what was learned."""

import numpy as np
import pytest

from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.mechanisms import MECHANISMS, NONE
from minicolumn.mice.fresh import fresh_mice, physics_of
from minicolumn.mice.groups import (
    BY_RISE,
    GROUPS,
    NULLS,
    OUT_OF_DISTRIBUTION,
    RISES,
    UNSEEN_NULLS,
)
from minicolumn.mice.mouse import training_mice


@pytest.fixture(scope="module")
def groups(cfg):
    return {
        group: fresh_mice(group, 60, cfg.cohort, cfg.validation, cfg.prior)
        for group in GROUPS
    }


def test_no_mouse_shares_a_circuit_with_another_or_with_one_learned_from(groups, cfg):
    ids = [mouse.circuit_id for mice in groups.values() for mouse in mice]
    assert len(set(ids)) == len(ids) == 60 * len(GROUPS)
    learned = training_mice(range(8), cfg.cohort, cfg.seed)
    most = learned[0].circuit_id + 100 * 4 * cfg.cohort.mice_per_class
    assert min(ids) > most


def test_more_mice_move_nobody(groups, cfg):
    for group in ("bursts", "synaptic", "poisson"):
        few = fresh_mice(group, 2, cfg.cohort, cfg.validation, cfg.prior)
        assert few == groups[group][:2]


def test_fresh_mice_are_of_a_seed_of_their_own(groups, cfg):
    """A final draw: the same kinds of mice, none of which was there before."""
    final = cfg.validation.model_copy(update={"seed": cfg.validation.seed + 1})
    assert cfg.validation.seed != cfg.seed
    for group in GROUPS:
        drawn = fresh_mice(group, 5, cfg.cohort, final, cfg.prior)
        for mouse, before in zip(drawn, groups[group], strict=False):
            assert mouse.circuit_id == before.circuit_id
            assert mouse.stationary != before.stationary
        assert physics_of(group, cfg, final).seed == final.seed


@pytest.mark.parametrize("group", MECHANISMS)
def test_mice_with_a_mechanism_are_like_those_learned_from(groups, group):
    assert {mouse.truth for mouse in groups[group]} == {group}
    assert all(mouse.background == Condition() for mouse in groups[group])


@pytest.mark.parametrize("group", NULLS)
def test_acetylcholine_does_not_change_without_a_mechanism(groups, group):
    for mouse in groups[group]:
        assert mouse.truth == NONE
        assert mouse.rise == 1
        assert mouse.background == Condition()


@pytest.mark.parametrize("group", UNSEEN_NULLS)
def test_unseen_causes_lie_beyond_those_learned_from(groups, group, cfg):
    learned = [
        m.confound for m in training_mice(range(3, 800, 4), cfg.cohort, cfg.seed)
    ]

    def amount(confound):
        value = getattr(confound, group)
        return abs(np.log(value) if group == "bursts" else value)

    most = max(map(amount, learned))
    drawn = [amount(mouse.confound) for mouse in groups[group]]
    assert np.mean(np.array(drawn) > most) > 0.9


@pytest.mark.parametrize("group", BY_RISE)
def test_rises_and_doses_take_turns_in_mice_of_one_mechanism(groups, group, cfg):
    dose, mice = cfg.prior["max_mV"], groups[group]
    assert {(m.truth, m.mechanism) for m in mice} == {(BY_RISE[group],) * 2}
    turns = [(rise, mV) for rise in RISES for mV in (dose.low, dose.high)]
    assert [(m.rise, m.given["max_mV"]) for m in mice] == turns * 6
    assert len({m.stationary for m in mice}) == 60


def test_each_group_is_out_of_distribution_in_its_own_way(groups, cfg):
    assert all(
        mouse.background == Condition(poisson=True) for mouse in groups["poisson"]
    )
    assert all(
        mouse.background.common_input >= 0.4 for mouse in groups["common_background"]
    )
    for group in GROUPS:
        other = physics_of(group, cfg, cfg.validation).prior != cfg.prior
        assert other == (group == "another_prior")
    assert {m.truth for group in OUT_OF_DISTRIBUTION for m in groups[group]} == {NONE}


def test_the_shifted_prior_lies_outside_the_prior(cfg):
    for name, allowed in cfg.validation.shifted_prior.items():
        assert allowed.low > cfg.prior[name].high or allowed.high < cfg.prior[name].low
