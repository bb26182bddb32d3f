import pytest
from hypothesis import given, strategies as st

from minicolumn.circuits.acetylcholine import (
    concentration_uM,
    condition_of,
    depolarization_mV,
    release_factor,
)
from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.mechanisms import MECHANISMS

levels = st.floats(0, 1)
DOSE_MV = 7.5


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
    [
        (0, 0, 0),
        (0.05, 0.05, 0.070),
        (0.1, 0.1, 0.094),
        (0.4, 1, 0.237),
        (0.7, 10, 0.536),
        (1, 100, 1),
    ],
)
def test_levels_map_to_concentration_and_depolarization(cfg, level, uM, share):
    ach = cfg.acetylcholine.at_dose(DOSE_MV)
    assert concentration_uM(level, ach) == pytest.approx(uM)
    shift = depolarization_mV(concentration_uM(level, ach), ach)
    assert shift == pytest.approx(share * DOSE_MV, abs=5e-3)


@given(level=st.floats(0, 1), step=st.floats(0, 1e-6))
def test_no_effect_jumps(cfg, level, step):
    """Level 0 was no ACh, and the level beside it half of that of level 0.1."""
    ach, next_level = cfg.acetylcholine.at_dose(DOSE_MV), min(1.0, level + step)
    one, other = (concentration_uM(at, ach) for at in (level, next_level))
    assert one <= other <= one + 1e-3
    shift, next_shift = (depolarization_mV(c, ach) for c in (one, other))
    assert next_shift == pytest.approx(shift, abs=0.01)


@given(fold=st.floats(1, 100), level=st.floats(0.1, 0.3))
def test_a_fold_is_the_same_contrast_from_every_level(cfg, fold, level):
    ach = cfg.acetylcholine
    raised = concentration_uM(level + ach.contrast(fold), ach)
    assert raised / concentration_uM(level, ach) == pytest.approx(fold)


SITES, KINDS = ("EE", "EI", "I"), ("exc", "inh")


@given(level=levels, dose=st.floats(0, 20))
def test_depolarization_is_proportional_to_the_dose_and_release_is_not(
    cfg, level, dose
):
    ach = cfg.acetylcholine
    one, other = (
        condition_of("combined", level, ach.at_dose(mV)) for mV in (1.0, dose)
    )
    assert one.release == other.release
    for kind in KINDS:
        shift = dose * one.depolarization_mV.get(kind, 0)
        assert other.depolarization_mV.get(kind, 0) == pytest.approx(shift)


@given(first=levels, second=levels)
def test_more_ach_never_releases_more_nor_depolarizes_less(cfg, first, second):
    low, high = (
        condition_of("combined", level, cfg.acetylcholine.at_dose(DOSE_MV))
        for level in sorted((first, second))
    )
    for site in SITES:
        assert low.release.get(site, 1) >= high.release.get(site, 1)
    for kind in KINDS:
        assert low.depolarization_mV.get(kind, 0) <= high.depolarization_mV.get(kind, 0)


@given(level=levels)
def test_each_mechanism_does_its_part_only(cfg, level):
    synaptic, depolarizing, combined = (
        condition_of(mechanism, level, cfg.acetylcholine.at_dose(DOSE_MV))
        for mechanism in MECHANISMS
    )
    assert synaptic == Condition(release=combined.release)
    assert depolarizing == Condition(depolarization_mV=combined.depolarization_mV)
    assert combined == synaptic.plus(depolarizing)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_without_ach_nothing_differs(cfg, mechanism):
    ach = cfg.acetylcholine.at_dose(DOSE_MV)
    assert condition_of(mechanism, 0.0, ach) == Condition()
    assert condition_of(mechanism, 0.1, ach) != Condition()


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
    condition = condition_of("synaptic", 1.0, ach)
    factor = release_factor(ach.highest_uM, ach.release)
    for site, part in share.items():
        expected = pytest.approx(1 - part + part * factor)
        assert condition.release.get(site, 1.0) == expected


@pytest.mark.parametrize(("target", "share"), [("all", 1), ("excitatory", 0)])
def test_only_the_chosen_neurons_are_depolarized(cfg, target, share):
    shift = condition_of(
        "depolarizing", 1.0, aiming(cfg, depolarization=target)
    ).depolarization_mV
    assert shift["exc"] == pytest.approx(DOSE_MV)
    assert shift.get("inh", 0.0) == pytest.approx(share * DOSE_MV)


def aiming(cfg, **targets):
    ach = cfg.acetylcholine.at_dose(DOSE_MV)
    aimed = ach.targets.model_copy(update=targets)
    return ach.model_copy(update={"targets": aimed})
