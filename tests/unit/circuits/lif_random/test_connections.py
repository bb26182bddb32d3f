"""Random networks: pairs of all types connect alike, as often as in v1_types."""

import numpy as np
import pytest

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import parse_config
from minicolumn.config.settings import settings_of
from minicolumn.errors import ConfigError


def of_family(settings, family, **overlay):
    return parse_config(
        settings_of(settings(), {"circuits": {"family": family}, **overlay})
    )


def circuits(settings, family, n, **changed):
    cfg = of_family(settings, family)
    rows = parameter_rows(cfg.prior, 1, range(n))
    return build_circuits([{**row, **changed} for row in rows], cfg)


def density(built):
    return np.mean([(one.weights_uS > 0).mean() for one in built])


def test_pairs_of_all_types_connect_with_one_probability(settings):
    built = circuits(settings, "lif_random", 20, n_neurons=200, p=0.2)
    connected = np.mean([one.weights_uS > 0 for one in built], axis=0)
    for pre in (slice(160), slice(160, None)):
        for post in (slice(160), slice(160, None)):
            assert connected[pre, post].mean() == pytest.approx(0.2, abs=0.01)
    assert not np.diagonal(connected).any()


def test_strength_depends_on_the_source_alone(settings):
    same = {"n_neurons": 200, "p": 0.2, "g_exc_nS": 40.0, "g_inh_nS": 90.0}
    built = circuits(settings, "lif_random", 20, **same)
    for pre, mean_nS in ((slice(160), 40.0), (slice(160, None), 90.0)):
        for post in (slice(160), slice(160, None)):
            weights = np.concatenate([one.weights_uS[pre, post] for one in built])
            mean_uS = weights[weights > 0].mean() * np.sqrt(200 / 50)
            assert 1e3 * mean_uS == pytest.approx(mean_nS, rel=0.05)


@pytest.mark.parametrize("family", ["lif_random", "lif_types"])
def test_as_many_connections_as_in_the_rung_above(settings, family):
    of_rung, above = (
        density(circuits(settings, name, 300)) for name in (family, "v1_types")
    )
    assert of_rung == pytest.approx(above, rel=0.1)


@pytest.mark.parametrize(
    ("family", "neurons", "said"),
    [
        (
            "lif_random",
            {"excitatory": {"threshold_mV": -50.0}},
            "excitatory.threshold_mV",
        ),
        ("lif_random", {"inhibitory": {"g_Na_S_cm2": 0.05}}, "inhibitory.g_Na_S_cm2"),
        (
            "lif_types",
            {"by_type": {"sst": {"g_M_S_cm2": 1e-5}}},
            "by_type.sst.g_M_S_cm2",
        ),
    ],
)
def test_channels_that_these_neurons_lack_are_refused(settings, family, neurons, said):
    expected = rf"neurons\.{said}=.*, and circuits of the family {family} have "
    with pytest.raises(ConfigError, match=expected):
        of_family(settings, family, neurons=neurons)
