import sys

import numpy as np
import pytest

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.dynamics import Dynamics
from minicolumn.circuits.family import FAMILIES, family
from minicolumn.circuits.prior import parameter_rows
from minicolumn.errors import ConfigError


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_has_parameters_with_units_and_all_hooks(name):
    one = family(name)
    assert one.name == name
    assert len(set(one.parameter_names)) == len(one.parameters) > 0
    assert all(parameter.unit and parameter.meaning for parameter in one.parameters)
    assert callable(one.build)
    assert isinstance(one.dynamics, Dynamics)
    assert one.dynamics is one.dynamics  # programs are compiled once for each
    assert one.dynamics.sites


def test_an_unknown_family_is_one_sentence():
    with pytest.raises(ConfigError, match=r"^circuits\.family='x' is unknown; known: "):
        family("x")


def test_circuits_are_built_by_their_family(cfg):
    rows = parameter_rows(cfg.prior, cfg.seed, [7])
    (built,) = build_circuits(rows, cfg)
    same = sys.modules["minicolumn.circuits.ei.wiring"].build_circuit(7, rows[0], cfg)
    assert built.circuit_id == 7
    np.testing.assert_array_equal(built.weights_uS, same.weights_uS)
