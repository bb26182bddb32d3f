"""What is written as SONATA has the layout of its guide, and reads back the same."""

import csv
import json

import h5py
import numpy as np
import pytest
from circuit_for_others import SPIKES, exported

from minicolumn.export.sonata import EDGES, NODE_TYPES, write_sonata


@pytest.fixture(scope="module")
def written(cfg, tmp_path_factory):
    directory = tmp_path_factory.mktemp("sonata")
    one = exported(cfg)
    write_sonata(directory, one)
    return one, directory


def types_of(path):
    with path.open() as file:
        return list(csv.DictReader(file, delimiter=" "))


def test_every_file_has_the_mark_of_the_format(written):
    for name in ("nodes", "edges", "spikes"):
        with h5py.File(written[1] / f"{name}.h5") as file:
            assert file.attrs["magic"] == 0x0A7A
            assert file.attrs["version"].tolist() == [0, 1]


def test_nodes_have_their_type_and_drive(written):
    one, directory = written
    with h5py.File(directory / "nodes.h5") as file:
        nodes = file["nodes/circuit"]
        assert nodes["node_group_index"][:].tolist() == list(range(one.circuit.n))
        np.testing.assert_array_equal(nodes["0/drive_nA"][:], one.drive_nA)
        types = nodes["node_type_id"][:]
    assert (types == NODE_TYPES["exc"]).tolist() == one.excitatory.tolist()
    known = {int(row["node_type_id"]) for row in types_of(directory / "node_types.csv")}
    assert known == set(types)


def test_edges_are_the_weights_and_say_their_pathway(written):
    one, directory = written
    rows = types_of(directory / "edge_types.csv")
    with h5py.File(directory / "edges.h5") as file:
        edges = file[f"edges/{EDGES}"]
        source, target = (edges[f"{end}_node_id"] for end in ("source", "target"))
        assert {ids.attrs["node_population"] for ids in (source, target)} == {"circuit"}
        source, target = source[:].astype(int), target[:].astype(int)
        weights_uS = np.zeros_like(one.circuit.weights_uS)
        weights_uS[source, target] = edges["0/syn_weight"][:]
        decay_ms = edges["0/decay_ms"][:] / one.circuit.decay_factor[target]
        pathway = np.array([rows[k]["pathway"] for k in edges["edge_type_id"][:]])
    np.testing.assert_array_equal(weights_uS, one.circuit.weights_uS)
    is_inhibitory = source >= one.circuit.n_exc
    assert ((pathway == "I") == is_inhibitory).all()
    synapses = one.config.synapses
    expected_ms = np.where(
        is_inhibitory, synapses.gaba_a.decay_ms, synapses.ampa.decay_ms
    )
    np.testing.assert_allclose(decay_ms, expected_ms)


@pytest.mark.parametrize(
    ("name", "end"), [("source_to_target", "source"), ("target_to_source", "target")]
)
def test_an_index_leads_from_each_node_to_its_edges_alone(written, name, end):
    one, directory = written
    with h5py.File(directory / "edges.h5") as file:
        edges = file[f"edges/{EDGES}"]
        ids = edges[f"{end}_node_id"][:]
        ranges = edges[f"indices/{name}/node_id_to_ranges"][:].astype(int)
        places = edges[f"indices/{name}/range_to_edge_id"][:].astype(int)
    assert len(ranges) == one.circuit.n
    for node, (first, stop) in enumerate(ranges):
        found = [edge for a, b in places[first:stop] for edge in range(a, b)]
        assert found == np.flatnonzero(ids == node).tolist()


def test_spikes_are_by_time_in_ms(written):
    with h5py.File(written[1] / "spikes.h5") as file:
        spikes = file["spikes/circuit"]
        assert (spikes["node_ids"][:].tolist(), spikes["timestamps"][:].tolist()) == (
            SPIKES
        )
        assert spikes["timestamps"].attrs["units"] == "ms"
        names = h5py.check_enum_dtype(spikes.attrs.get_id("sorting").dtype)
        assert names == {"none": 0, "by_id": 1, "by_time": 2}
        assert spikes.attrs["sorting"] == names["by_time"]


def test_the_configurations_name_files_that_are_there(written):
    one, directory = written

    def named(value):
        if isinstance(value, dict):
            return [name for one in value.values() for name in named(one)]
        if isinstance(value, list):
            return [name for one in value for name in named(one)]
        is_file = isinstance(value, str) and "." in value and value != "."
        return [value.removeprefix("$BASE_DIR/")] if is_file else []

    for config in ("circuit_config.json", "simulation_config.json"):
        files = named(json.loads((directory / config).read_text()))
        assert files
        assert all((directory / name).is_file() for name in files)
    run = json.loads((directory / "simulation_config.json").read_text())["run"]
    assert run["tstop"] == 1000 * one.config.simulation.duration_s
