"""What circuits of the family cannot have is one sentence."""

import pytest

from minicolumn.config import parse_config
from minicolumn.config.settings import settings_of
from minicolumn.errors import ConfigError


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"neurons": {"excitatory": {"threshold_mV": -48.0}}},
            r"neurons.excitatory.threshold_mV=-48.0, and circuits of the family pd14 ",
        ),
        (
            {"synapses": {"gaba_a": {"decay_ms": 8.0}}},
            r"synapses.gaba_a.decay_ms=8.0, and circuits .* have 0.5, as published: ",
        ),
        (
            {"synapses": {"gaba_a": {"reversal_mV": -60.0}}},
            r"synapses.gaba_a.reversal_mV=-60.0 below, the -65.0 mV at which circuits",
        ),
        (
            {"prior": {"n_recorded": {"high": 2000}}},
            r"prior.n_recorded.high=2000 exceeds the smallest circuit, prior.n_neuro",
        ),
        (
            {"prior": {"n_recorded": {"low": 20}}},
            r"statistics.n_units=25 exceeds prior.n_recorded.low=20: every recording",
        ),
        (
            {"prior": {"in_degree": {"high": 2.0}}},
            r"in_degree.high=2.0 must be 1 or less",
        ),
        ({"prior": {"g_ee_nS": {"low": 1.0}}}, r"g_ee_nS"),
    ],
)
def test_a_fault_is_one_sentence(settings, changed, said):
    overlay = {"circuits": {"family": "pd14"}, **changed}
    with pytest.raises(ConfigError, match=said):
        parse_config(settings_of(settings(), overlay))


def test_further_types_of_neuron_are_refused(settings, of_column):
    own = of_column.neurons.excitatory.model_dump()
    overlay = {"circuits": {"family": "pd14"}, "neurons": {"by_type": {"l5e": own}}}
    with pytest.raises(
        ConfigError, match=r"neurons.by_type names l5e, and all neurons"
    ):
        parse_config(settings_of(settings(), overlay))
