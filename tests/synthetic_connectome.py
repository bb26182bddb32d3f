"""Small SYNTHETIC connectomes as tables and as SONATA, and their configuration."""

import csv
import runpy
from pathlib import Path

import h5py
import numpy as np

from minicolumn.config import parse_config
from minicolumn.config.settings import settings_of

ROOT = Path(__file__).parents[1]
EXAMPLE = runpy.run_path(str(ROOT / "docs" / "connectome" / "synthetic.py"))
TYPES = {
    "synth_pyr": "exc",
    "synth_Vip": "vip",
    "synth_Sst": "sst",
    "synth_Pvalb": "pv",
}


def overlay(directory, **changed):
    """Return the overlay for tables that the example wrote."""
    tables = {
        "connections": str(directory / "synthetic_connections.csv"),
        "neurons": str(directory / "synthetic_neurons.csv"),
        "columns": {"strength": "synapses"},
        "types": TYPES,
    }
    return {"circuits": {"family": "connectome", "connectome": tables | changed}}


def configured(settings, *overlays):
    return parse_config(settings_of(settings, *overlays))


def write_rows(path, header, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return str(path)


def write_sonata(directory, types, pre, post, synapses, *, library=True, first=0):
    """Write a connectome as the SONATA guide says, with an external population."""
    n, ids = len(types), [*TYPES]
    with h5py.File(directory / "nodes.h5", "w") as file:
        nodes = file.create_group("nodes/v1")
        nodes["node_type_id"] = np.array([100 + ids.index(one) for one in types])
        nodes["node_group_id"] = np.zeros(n, np.uint32)
        nodes["node_group_index"] = np.arange(n, dtype=np.uint32)
        group = nodes.create_group("0")
        if library:
            group["mtype"] = np.array([ids.index(one) for one in types], np.uint32)
            group["@library/mtype"] = np.array(ids, h5py.string_dtype())
        file.create_group("nodes/lgn")["node_type_id"] = np.zeros(3)
    with h5py.File(directory / "edges.h5", "w") as file:
        for name, source in (("v1_to_v1", "v1"), ("lgn_to_v1", "lgn")):
            edges = file.create_group(f"edges/{name}")
            size = len(pre)
            for end, of, which in (("source", source, pre), ("target", "v1", post)):
                edges[f"{end}_node_id"] = np.asarray(which, np.uint64) + first
                edges[f"{end}_node_id"].attrs["node_population"] = of
            edges["edge_type_id"] = np.zeros(size, np.int64)
            # Two groups: every second edge is in the other.
            edges["edge_group_id"] = np.arange(size, dtype=np.uint32) % 2
            edges["edge_group_index"] = np.arange(size, dtype=np.uint64) // 2
            for group in (0, 1):
                edges[f"{group}/nsyns"] = np.asarray(synapses)[group::2]
    rows = (f"{100 + place} {name}\n" for place, name in enumerate(ids))
    (directory / "node_types.csv").write_text("node_type_id pop_name\n" + "".join(rows))
    return {
        "connections": str(directory / "edges.h5"),
        "neurons": str(directory / "nodes.h5"),
        "population": "v1",
        "columns": {"strength": "nsyns", "type": "mtype"},
    }
