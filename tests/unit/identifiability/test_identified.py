"""What is said of circuits whose answer is known, since they are linear."""

import numpy as np
import pandas as pd
import pytest

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.mice import States
from minicolumn.files.documents import read_document, write_document
from minicolumn.files.tables import IDENTIFIED
from minicolumn.identifiability.agreement import agreement
from minicolumn.identifiability.by_circuit import Study, identified
from minicolumn.identifiability.heatmap import heatmap
from minicolumn.identifiability.identified import Identified
from minicolumn.identifiability.sensitivity import Sensitivity, compared
from minicolumn.inference.circuits.checks import PosteriorChecks
from minicolumn.report.style import saved
from minicolumn.statistics.names import STATISTIC_NAMES

PARAMETERS = ("drive", "conductance", "noise")
N = len(STATISTIC_NAMES)


def sensitivity(change, seed=1):
    """Return circuits of which a mechanism changes the statistics by so much, (11,)."""
    rng = np.random.default_rng(seed)
    one = rng.normal(size=(4, 1, N, len(PARAMETERS)))
    derivative = 5 * np.repeat(one, 2, axis=1)
    rest = np.zeros((4, N))
    place = np.stack([rest, rest + change(derivative[:, 0])], axis=1)
    return Sensitivity("mlp", np.arange(4), PARAMETERS, derivative, place)


def like_parameters(jacobian):
    return jacobian @ [0.5, -0.2, 0.0]


@pytest.fixture
def study(noise):
    by_mechanism = {name: sensitivity(like_parameters) for name in MECHANISMS}
    by_mechanism[MECHANISMS[0]] = sensitivity(lambda jacobian: np.eye(N)[2])
    return Study(by_mechanism, noise, 4)


@pytest.fixture
def found(study):
    empty = pd.DataFrame(
        columns=["circuit_id", "mechanism", "parameter", "level", "statistic",
                 "simulator", "simulator_se"]
    )  # fmt: skip
    states = States(stationary=0.2, running=0.8)
    table = compared(study.sensitivity, empty, states)
    known = dict.fromkeys((*PARAMETERS, "level"), 0.3)
    checks = PosteriorChecks(1, 1, {}, {}, (), (), {1: known, 4: known}, {})
    return identified(study, table, checks), table


def test_a_mechanism_that_does_what_parameters_do_has_no_angle(study, found):
    effects = found[0].effects
    assert effects[MECHANISMS[1]].angle_deg.median == pytest.approx(0, abs=1e-4)
    assert effects[MECHANISMS[0]].angle_deg.median > 20
    assert effects[MECHANISMS[0]].directions_rest.median == len(PARAMETERS)
    rows = list(study.rows())
    assert len(rows) == 4 * len(MECHANISMS)
    assert list(rows[0]) == IDENTIFIED.names


def test_mechanisms_that_do_the_same_are_not_apart(found):
    same = found[0].pairs[f"{MECHANISMS[1]}, {MECHANISMS[2]}"]
    assert same.angle_deg.median == pytest.approx(0, abs=1e-4)
    assert same.known.high == same.unknown.high == 0
    other = found[0].pairs[f"{MECHANISMS[0]}, {MECHANISMS[1]}"]
    assert 0 < other.unknown.median < other.known.median


def test_directions_are_a_basis_from_stiff_to_sloppy(found):
    directions = found[0].directions
    sizes = [one.information for one in directions]
    assert sizes == sorted(sizes, reverse=True)
    weights = np.array([list(one.weights.values()) for one in directions])
    np.testing.assert_allclose(weights @ weights.T, np.eye(len(PARAMETERS)), atol=1e-9)


def test_the_document_survives_the_disk_and_is_drawn(tmp_path, found):
    document, table = found
    write_document(tmp_path / "identifiability.json", document)
    assert read_document(tmp_path / "identifiability.json", Identified) == document
    assert set(document.contraction) == {
        "local, rest", "local, both", "posterior, epochs: 1", "posterior, epochs: 4",
    }  # fmt: skip
    assert document.agreement == agreement(table)
    assert b"conductance" in saved(heatmap(table, document), "svg")


def test_a_simulator_that_says_the_same_counts_the_same(study, found):
    table = found[1].assign(simulator=found[1]["surrogate"], simulator_se=0.0)
    counted = study.counted(table[table["mechanism"] == "combined"])
    assert (counted.n_circuits, counted.n_parameters) == (4, len(PARAMETERS))
    assert counted.surrogate == counted.simulator
    assert counted.surrogate.median == len(PARAMETERS)
    assert found[0].counted.n_circuits == 0


def test_agreement_knows_its_ceiling():
    rng = np.random.default_rng(4)
    truth, error = rng.normal(size=(2, 20_000))
    pairs = pd.DataFrame({"surrogate": 0.5 * truth, "simulator": truth + error})
    pairs = pairs.assign(simulator_se=1.0, statistic="fano")
    found = agreement(pairs)
    assert found["fano"] == found["all"]
    assert found["all"].reliability == pytest.approx(0.5, abs=0.03)
    assert found["all"].correlation == pytest.approx(found["all"].ceiling, abs=0.03)
    assert found["all"].slope == pytest.approx(2, abs=0.05)
    assert agreement(pairs[:5])["all"].correlation is None
