"""Other programs read one circuit and one run as this project wrote them."""

import time

import numpy as np
import pytest
from circuit_for_others import SPIKES, exported
from other_programs import ROOT, found_in, needs_readers
from small_run import write_run

from minicolumn.config import parse_config
from minicolumn.export.crate import write_crate
from minicolumn.export.neuroml import write_neuroml
from minicolumn.export.sonata import write_sonata
from minicolumn.files.origin import Origin, working
from minicolumn.jobs.runs.run import Plan, Run
from minicolumn.yaml_files import read_yaml

pytestmark = [needs_readers, pytest.mark.slow]


@pytest.fixture(scope="module")
def config():
    return parse_config(read_yaml(ROOT / "config.yaml", ROOT / "demo.yaml"))


def test_libsonata_reads_neurons_weights_and_spikes(config, tmp_path):
    one = exported(config)
    write_sonata(tmp_path, one)
    found = found_in(tmp_path, "sonata")
    assert found["n_nodes"] == one.circuit.n
    weights_uS = np.zeros_like(one.circuit.weights_uS)
    weights_uS[found["source"], found["target"]] = found["weight"]
    np.testing.assert_array_equal(weights_uS, one.circuit.weights_uS)
    from_first = np.flatnonzero(np.equal(found["source"], 0))
    assert sorted(found["from_first"]) == from_first.tolist()
    assert found["spikes"] == [list(part) for part in SPIKES]


def test_pyneuroml_reads_a_valid_file_with_every_connection(config, tmp_path):
    one = exported(config)
    path = tmp_path / f"{one.name}.net.nml"
    write_neuroml(path, one)
    found = found_in(path, "neuroml")
    assert found["is_valid"]
    assert found["n_cells"] == one.circuit.n
    assert found["n_connections"] == np.count_nonzero(one.circuit.weights_uS)


def test_rocrate_reads_a_run_with_all_its_files(config, tmp_path):
    directory = tmp_path / "small run"
    with working(Origin("sample_circuits", "0000", {}), {}):
        write_run(directory, config.prior)
    written = sorted(
        path.relative_to(directory).as_posix()
        for path in directory.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    )
    values = {"run": "small", "seed": 7, "export": {"title": "A", "license": "mit"}}
    plan = Plan("user", "host", 1, time.time(), (), (), values)
    write_crate(directory, Run(plan), [])
    found = found_in(directory, "crate")
    assert written
    assert set(written) <= set(found["files"])
