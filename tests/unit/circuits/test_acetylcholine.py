import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minicolumn.circuits.acetylcholine import (
    concentration_uM,
    depolarization_mV,
    effect_of,
    release_factor,
)
from minicolumn.circuits.mechanisms import MECHANISMS

levels = st.floats(0, 1)


def test_release_at_one_micromolar_is_the_open_brain_default(cfg):
    """obi-one, ScaleAcetylcholineUSESynapticManipulation."""
    assert release_factor(1.0, cfg.acetylcholine.release) == pytest.approx(
        0.7050728631217412, abs=1e-15
    )


@pytest.mark.parametrize(
    ("uM", "factor"), [(0.1, 0.900), (5, 0.486), (10, 0.388), (50, 0.201), (100, 0.144)]
)
def test_release_follows_the_tabulated_curve(cfg, uM, factor):
    assert release_factor(uM, cfg.acetylcholine.release) == pytest.approx(
        factor, abs=5e-4
    )


@pytest.mark.parametrize(
    ("level", "uM", "share"),
    [(0, 0, 0), (0.1, 0.1, 0.094), (0.4, 1, 0.237), (0.7, 10, 0.536), (1, 100, 1)],
)
def test_levels_map_to_concentration_and_depolarization(cfg, level, uM, share):
    ach = cfg.acetylcholine
    assert concentration_uM(level, ach) == pytest.approx(uM)
    shift = depolarization_mV(concentration_uM(level, ach), ach)
    assert shift == pytest.approx(share * ach.depolarization.max_mV, abs=5e-3)


@given(first=levels, second=levels)
def test_more_ach_never_releases_more_nor_depolarizes_less(cfg, first, second):
    low, high = sorted((first, second))
    effect = effect_of("combined", (low, high), cfg.acetylcholine)
    assert all(factor[0] >= factor[1] for factor in effect.release.values())
    assert all(shift[0] <= shift[1] for shift in effect.depolarization_mV.values())


def test_each_mechanism_does_its_part_only(cfg):
    synaptic, depolarizing, combined = (
        effect_of(mechanism, (0.0, 1.0), cfg.acetylcholine) for mechanism in MECHANISMS
    )
    for kind in ("exc", "inh"):
        np.testing.assert_array_equal(synaptic.depolarization_mV[kind], 0)
        np.testing.assert_array_equal(
            combined.depolarization_mV[kind], depolarizing.depolarization_mV[kind]
        )
    for site in ("EE", "EI", "I"):
        np.testing.assert_array_equal(depolarizing.release[site], 1)
        np.testing.assert_array_equal(combined.release[site], synaptic.release[site])


@pytest.mark.parametrize(
    ("target", "share"),
    [
        ("depressing", {"EE": 0.92, "EI": 0.65, "I": 0.0}),
        ("excitatory", {"EE": 1.0, "EI": 1.0, "I": 0.0}),
        ("all", {"EE": 1.0, "EI": 1.0, "I": 1.0}),
    ],
)
def test_only_the_chosen_synapses_are_suppressed(cfg, target, share):
    ach = aiming(cfg, release=target)
    effect = effect_of("synaptic", (1.0,), ach)
    factor = release_factor(ach.highest_uM, ach.release)
    for site, part in share.items():
        assert effect.release[site][0] == pytest.approx(1 - part + part * factor)


@pytest.mark.parametrize(("target", "share"), [("all", 1), ("excitatory", 0)])
def test_only_the_chosen_neurons_are_depolarized(cfg, target, share):
    effect = effect_of("depolarizing", (1.0,), aiming(cfg, depolarization=target))
    highest_mV = cfg.acetylcholine.depolarization.max_mV
    assert effect.depolarization_mV["exc"][0] == pytest.approx(highest_mV)
    assert effect.depolarization_mV["inh"][0] == pytest.approx(share * highest_mV)


def aiming(cfg, **targets):
    ach = cfg.acetylcholine
    aimed = ach.targets.model_copy(update=targets)
    return ach.model_copy(update={"targets": aimed})
