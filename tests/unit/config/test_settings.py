"""A family of circuits brings settings; overlays have the last word."""

import re

import pytest

from minicolumn.config import ConfigError, parse_config
from minicolumn.config.settings import settings_of

TYPES = {"circuits": {"family": "v1_types"}}


def test_the_prior_of_a_family_replaces_that_of_another(settings):
    found = settings_of(settings(), TYPES)
    assert "p_scale" in found["prior"]
    assert "p_exc" not in found["prior"]
    assert found["neurons"]["by_type"].keys() == {"sst", "vip"}
    assert found["circuits"]["count"] == settings()["circuits"]["count"]


@pytest.mark.parametrize("first", [True, False])
def test_overlays_change_the_settings_of_a_family_wherever_it_is_chosen(
    settings, first
):
    change = {"prior": {"p_scale": {"low": 0.9}}, "run": "mine"}
    overlays = (change, TYPES) if first else (TYPES, change)
    found = settings_of(settings(), *overlays)
    assert found["prior"]["p_scale"] | {"source": ""} == {
        **{"low": 0.9, "high": 1.4, "scale": "uniform", "source": ""}
    }
    assert found["run"] == "mine"


def test_without_another_family_overlays_are_merged_as_ever(settings):
    found = settings_of(settings(), {"prior": {"p_exc": {"low": 0.2}}})
    assert found["prior"]["p_exc"]["low"] == 0.2
    assert found["prior"].keys() == settings()["prior"].keys()
    assert settings_of(settings()) == settings()


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        ({"circuits": 3}, r"circuits=3: "),
        ({"circuits": {"family": "x"}}, r"circuits.family='x': should be one of 'ei',"),
        (
            TYPES | {"prior": {"p_exc": {"low": 0.1}}},
            r"unknown parameters \['p_exc'\], missing parameters \[\]: the prior of",
        ),
        (
            {"neurons": {"by_type": {"pv": None}}},
            r"neurons.by_type.pv=None",
        ),
        (
            {"validation": {"families": ["ei", "ei"]}},
            r"validation.families=.*names a family twice",
        ),
        ({"validation": {"families": ["ei", "ca1"]}}, r"'ca1': should be one of"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(settings, overlay, said):
    with pytest.raises(ConfigError) as error:
        parse_config(settings_of(settings(), overlay))
    _, *faults = str(error.value).splitlines()
    assert len(faults) == 1, faults
    assert re.search(said, faults[0]), faults[0]


def test_types_and_sites_of_another_family_are_one_sentence(settings, of_types):
    sst = of_types.neurons.by_type["sst"].model_dump()
    site = {"U": 0.1, "recovery_ms": 1.0, "facilitation_ms": 1.0}
    for overlay, said in (
        ({"neurons": {"by_type": {"sst": sst}}}, "neurons.by_type names sst, and"),
        (
            {"synapses": {"tsodyks_markram": {"by_site": {"exc_sst": site}}}},
            "by_site names exc_sst, and circuits of the family ei have EE, EI, I",
        ),
    ):
        with pytest.raises(ConfigError, match=said):
            parse_config(settings_of(settings(), overlay))
