"""What other programs find in a file: read_elsewhere.py KIND PATH; prints JSON.

Runs in the environment of envs/readers.lock, which has nothing of this project.
"""

import json
import sys
from pathlib import Path


def sonata(directory):
    import libsonata

    config = libsonata.CircuitConfig.from_file(str(directory / "circuit_config.json"))
    nodes = config.node_population("circuit")
    (name,) = config.edge_populations
    edges = config.edge_population(name)
    every = libsonata.Selection([(0, edges.size)])
    spikes = libsonata.SpikeReader(str(directory / "spikes.h5"))["circuit"].get_dict()
    return {
        "n_nodes": nodes.size,
        "source": edges.source_nodes(every).tolist(),
        "target": edges.target_nodes(every).tolist(),
        "weight": edges.get_attribute("syn_weight", every).tolist(),
        "from_first": edges.efferent_edges([0]).flatten().tolist(),
        "spikes": [spikes["node_ids"].tolist(), spikes["timestamps"].tolist()],
    }


def neuroml(path):
    from neuroml.utils import is_valid_neuroml2
    from pyneuroml.io import read_neuroml2_file

    (network,) = read_neuroml2_file(str(path), include_includes=False).networks
    return {
        "is_valid": is_valid_neuroml2(str(path)),
        "n_cells": sum(len(one.instances) or one.size for one in network.populations),
        "n_connections": sum(
            len(one.connections) + len(one.connection_wds)
            for one in network.projections
        ),
    }


def crate(directory):
    from rocrate.rocrate import ROCrate

    found = ROCrate(str(directory))
    files = [one.id for one in found.data_entities if one.type == "File"]
    return {"name": found.name, "files": sorted(files)}


def nwb(path):
    from nwbinspector import inspect_nwbfile

    return [
        [one.importance.name, one.check_function_name, one.message]
        for one in inspect_nwbfile(nwbfile_path=str(path))
    ]


if __name__ == "__main__":
    kinds = {one.__name__: one for one in (sonata, neuroml, crate, nwb)}
    print("\n" + json.dumps(kinds[sys.argv[1]](Path(sys.argv[2]))))
