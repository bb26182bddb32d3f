import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from minicolumn.errors import ConfigError
from minicolumn.learning.splits import (
    SplitRule,
    check_splits,
    circuits_needed,
    first_members,
)
from minicolumn.surrogates.dataset import build
from minicolumn.surrogates.names import TRAINING_SETS, source_mechanism
from minicolumn.surrogates.rows import LEVEL

SPLITS = ("train", "validation", "calibration", "test")
rules = st.builds(
    SplitRule,
    seed=st.integers(0, 2**31 - 1),
    validation_fraction=st.floats(0.05, 0.3),
    calibration_fraction=st.floats(0.05, 0.3),
    test_fraction=st.floats(0.05, 0.3),
)
circuit_ids = st.lists(st.integers(0, 10_000), min_size=1, max_size=30)


@given(rule=rules, ids=circuit_ids)
def test_every_circuit_is_in_exactly_one_split(rule, ids):
    ids = np.array(ids)
    member = [rule.members(ids, split) for split in SPLITS]
    assert (np.sum(member, axis=0) == 1).all()


@given(rule=rules, ids=circuit_ids, more=circuit_ids)
def test_adding_circuits_moves_none(rule, ids, more):
    for split in SPLITS:
        alone = rule.members(np.array(ids), split)
        together = rule.members(np.array(more + ids), split)
        np.testing.assert_array_equal(together[len(more) :], alone)


def test_fractions_are_those_asked_for():
    rule = SplitRule(1, 0.2, 0.15, 0.1)
    ids = np.arange(4000)
    shares = [rule.members(ids, split).mean() for split in SPLITS]
    np.testing.assert_allclose(shares, [0.55, 0.2, 0.15, 0.1], atol=0.025)


@given(rule=rules, at_most=st.integers(1, 20), more=st.integers(0, 100))
def test_first_members_are_the_same_for_more_circuits(rule, at_most, more):
    few = first_members(rule, "test", at_most, 200)
    assert len(few) <= at_most
    assert all(rule.split_of(circuit) == "test" for circuit in few)
    many = first_members(rule, "test", at_most, 200 + more)
    assert many[: len(few)] == few


def test_another_seed_splits_otherwise():
    ids = np.arange(200)
    one, other = (SplitRule(s, 0.1, 0.1, 0.15).members(ids, "test") for s in (1, 2))
    assert (one != other).any()


@settings(max_examples=25)
@given(rule=rules)
def test_circuits_needed_is_the_smallest_that_fills_all_splits(rule):
    needed = circuits_needed(rule)
    assert {rule.split_of(c) for c in range(needed)} == set(SPLITS)
    assert {rule.split_of(c) for c in range(needed - 1)} != set(SPLITS)


def test_too_few_circuits_say_how_many_are_needed(world, cfg, rule):
    needed = circuits_needed(rule)
    with pytest.raises(ValueError, match=rf"circuits\.count={needed} on"):
        build(*world(needed - 1), "combined", cfg.prior, rule)
    build(*world(needed), "combined", cfg.prior, rule)


@pytest.mark.parametrize("training_set", ["combined", "ach_shuffled"])
def test_no_level_of_a_held_out_circuit_is_in_training(dataset_of, training_set):
    data = dataset_of(40, training_set=training_set)
    parts = [getattr(data, split) for split in SPLITS]
    ids = [set(part.circuit_id) for part in parts]
    assert sorted([c for part in ids for c in part]) == list(range(40))
    assert sum(map(len, parts)) == 40 * 6


def test_all_training_sets_are_split_alike(dataset_of):
    combined, baseline = dataset_of(40), dataset_of(40, training_set="ach_shuffled")
    np.testing.assert_array_equal(combined.train.circuit_id, baseline.train.circuit_id)


def test_only_the_training_sets_own_mechanism_is_used(world, cfg, rule):
    with pytest.raises(ValueError, match="no circuit is left"):
        build(*world(40, mechanism="synaptic"), "combined", cfg.prior, rule)


def test_baseline_permutes_levels_within_training_circuits(dataset_of):
    true, shuffled = dataset_of(40), dataset_of(40, training_set="ach_shuffled")
    for part in ("train", "validation"):
        one, other = getattr(true, part), getattr(shuffled, part)
        np.testing.assert_array_equal(one.targets, other.targets)
        np.testing.assert_array_equal(one.inputs[:, :LEVEL], other.inputs[:, :LEVEL])
        assert (one.inputs[:, LEVEL] != other.inputs[:, LEVEL]).mean() > 0.5
        for circuit in np.unique(one.circuit_id):
            own = one.circuit_id == circuit
            assert sorted(one.inputs[own, LEVEL]) == sorted(other.inputs[own, LEVEL])


@pytest.mark.parametrize("part", ["calibration", "test"])
def test_baseline_keeps_true_levels_where_errors_are_measured(dataset_of, part):
    true, shuffled = dataset_of(40), dataset_of(40, training_set="ach_shuffled")
    np.testing.assert_array_equal(
        getattr(true, part).inputs, getattr(shuffled, part).inputs
    )


def test_the_permutation_belongs_to_the_circuit(dataset_of):
    few, many = (dataset_of(n, training_set="ach_shuffled").train for n in (40, 60))
    old = np.isin(many.circuit_id, few.circuit_id)
    np.testing.assert_array_equal(many.inputs[old], few.inputs)


def test_counts_add_up(toy):
    counts = toy.counts()
    assert sum(counts.circuits.values()) == 150
    assert sum(counts.rows.values()) == 150 * 6
    assert counts.rows_not_finite == 0


def test_training_sets_are_three_mechanisms_and_a_baseline():
    sources = [source_mechanism(name) for name in TRAINING_SETS]
    assert sources == ["synaptic", "depolarizing", "combined", "combined"]
    with pytest.raises(ValueError, match="'baselin' is unknown; known: synaptic"):
        source_mechanism("baselin")


def test_rows_of_another_width_are_refused(toy):
    with pytest.raises(ValueError, match="do not fit"):
        type(toy.train)(
            toy.train.inputs[:, :LEVEL],
            toy.train.targets,
            toy.train.circuit_id,
            (),
            toy.train.input_names,
        )


@given(rule=rules)
def test_too_few_circuits_are_refused_with_the_number_that_is_enough(rule):
    needed = circuits_needed(rule)
    check_splits(rule, needed)
    with pytest.raises(ConfigError, match=rf"use circuits\.count={needed} or more"):
        check_splits(rule, needed - 1)
