"""One circuit as SONATA: nodes, edges and spikes in HDF5.

The format is that of the SONATA developer guide (github.com/AllenInstitute/sonata; Dai
et al. 2020, PLoS Comput Biol 16:e1007696).
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from minicolumn.export.one_circuit import Connections, OneCircuit
from minicolumn.files.store import whole_file, write_json

POPULATION = "circuit"
EDGES = f"{POPULATION}__{POPULATION}__chemical"
NODE_TYPES = {"exc": 100, "inh": 200}
CIRCUIT_CONFIG, SIMULATION_CONFIG = "circuit_config.json", "simulation_config.json"
_MAGIC, _VERSION = 0x0A7A, (0, 1)
_SORTING = h5py.enum_dtype({"none": 0, "by_id": 1, "by_time": 2}, basetype="u1")


def write_sonata(directory: Path, one: OneCircuit) -> None:
    """Write a circuit, and the spikes it had, into a directory.

    Neurons have their mean background current ``drive_nA``, the SD of their fast and
    slow background currents and the factor on the decay of their synapses. Connections
    have ``syn_weight`` in uS, ``delay`` and ``decay_ms``; what the connections of a
    pathway share is in ``edge_types.csv``.
    """
    directory.mkdir(parents=True, exist_ok=True)
    every = list(one.connections())
    _write_nodes(directory / "nodes.h5", one)
    _write_edges(directory / "edges.h5", one, every)
    _write_spikes(directory / "spikes.h5", one)
    rows = [_node_type(one, *item) for item in NODE_TYPES.items()]
    _write_types(directory / "node_types.csv", rows)
    rows = [_edge_type(*item) for item in enumerate(every)]
    _write_types(directory / "edge_types.csv", rows)
    write_json(directory / CIRCUIT_CONFIG, _circuit_config())
    write_json(directory / SIMULATION_CONFIG, _simulation_config(one))


def _write_nodes(path: Path, one: OneCircuit) -> None:
    circuit = one.circuit
    n = circuit.n
    with whole_file(path) as temporary, h5py.File(temporary, "w") as file:
        _mark(file)
        types = np.where(one.excitatory, *NODE_TYPES.values())
        _population(
            file.create_group(f"nodes/{POPULATION}"),
            "node",
            types,
            drive_nA=one.drive_nA,
            noise_fast_nA=np.broadcast_to(circuit.noise_fast_nA, n),
            noise_slow_nA=np.broadcast_to(circuit.noise_slow_nA, n),
            burst_nA=np.broadcast_to(circuit.burst_nA, n),
            decay_factor=np.broadcast_to(circuit.decay_factor, n),
        )


def _write_edges(path: Path, one: OneCircuit, every: Sequence[Connections]) -> None:
    sizes = [part.pre.size for part in every]
    source, target, weight_uS = (
        np.concatenate([getattr(part, name) for part in every])
        for name in ("pre", "post", "weight_uS")
    )
    delay_ms, decay_ms = (
        np.repeat(values, sizes)
        for values in (
            [part.delay_ms for part in every],
            [part.parameters["decay"] for part in every],
        )
    )
    with whole_file(path) as temporary, h5py.File(temporary, "w") as file:
        _mark(file)
        group = file.create_group(f"edges/{EDGES}")
        types = np.repeat(np.arange(len(every)), sizes)
        _population(
            group,
            "edge",
            types,
            syn_weight=weight_uS,
            delay=delay_ms,
            decay_ms=decay_ms * one.circuit.decay_factor[target],
        )
        for name, ids in (("source", source), ("target", target)):
            ends = group.create_dataset(f"{name}_node_id", data=ids.astype(np.uint64))
            ends.attrs["node_population"] = POPULATION
        for name, ids in (("source_to_target", source), ("target_to_source", target)):
            _write_index(group.create_group(f"indices/{name}"), ids, one.circuit.n)


def _population(
    group: h5py.Group, kind: str, types: NDArray[Any], **columns: NDArray[Any]
) -> None:
    """Write the columns of a population as its one group, ``0``."""
    n = types.size
    group[f"{kind}_type_id"] = types.astype(np.int64)
    group[f"{kind}_group_id"] = np.zeros(n, np.uint64)
    group[f"{kind}_group_index"] = np.arange(n, dtype=np.uint64)
    for name, values in columns.items():
        group[f"0/{name}"] = np.asarray(values, np.float64)


def _write_index(group: h5py.Group, ids: NDArray[np.int64], n: int) -> None:
    """Write the edges of each node as ranges of ascending edges."""
    order = np.argsort(ids, kind="stable").astype(np.uint64)
    bounds = np.searchsorted(ids[order], np.arange(n + 1))
    group["range_to_edge_id"] = np.stack([order, order + 1], axis=1)
    ranges = np.stack([bounds[:-1], bounds[1:]], axis=1)
    group["node_id_to_ranges"] = ranges.astype(np.uint64)


def _write_spikes(path: Path, one: OneCircuit) -> None:
    with whole_file(path) as temporary, h5py.File(temporary, "w") as file:
        _mark(file)
        group = file.create_group(f"spikes/{POPULATION}")
        group.attrs.create("sorting", 2, dtype=_SORTING)
        group["node_ids"] = one.spike_unit.astype(np.uint64)
        times = group.create_dataset(
            "timestamps", data=one.spike_time_ms.astype(np.float64)
        )
        times.attrs["units"] = "ms"


def _mark(file: h5py.File) -> None:
    file.attrs["magic"] = np.uint32(_MAGIC)
    file.attrs["version"] = np.array(_VERSION, np.uint32)


def _node_type(one: OneCircuit, kind: str, number: int) -> dict[str, Any]:
    return {
        "node_type_id": number,
        "pop_name": kind,
        "ei": kind[0],
        "model_type": "single_compartment",
        "model_template": f"nml:{one.name}.net.nml#{kind}_cell",
    }


def _edge_type(number: int, part: Connections) -> dict[str, Any]:
    values = {"recovery": 0.0, "facilitation": 0.0, "magnesium": 0.0}
    return {
        "edge_type_id": number,
        "pathway": part.pathway,
        "model_template": "tsodyks_markram",
        **(values | dict(part.parameters)),
    }


def _write_types(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    first, *others = rows
    with whole_file(path) as temporary, temporary.open("w", newline="") as file:
        writer = csv.DictWriter(file, first, delimiter=" ", lineterminator="\n")
        writer.writeheader()
        writer.writerows([first, *others])


def _circuit_config() -> dict[str, Any]:
    def part(kind: str, population: str, **about: str) -> dict[str, Any]:
        return {
            f"{kind}s_file": f"$BASE_DIR/{kind}s.h5",
            f"{kind}_types_file": f"$BASE_DIR/{kind}_types.csv",
            "populations": {population: about},
        }

    return {
        "version": 2,
        "manifest": {"$BASE_DIR": "."},
        "networks": {
            "nodes": [part("node", POPULATION, type="single_compartment")],
            "edges": [part("edge", EDGES, type="chemical")],
        },
    }


def _simulation_config(one: OneCircuit) -> dict[str, Any]:
    simulation = one.config.simulation
    run = {"tstop": 1000 * simulation.duration_s, "dt": simulation.dt_ms}
    return {
        "manifest": {"$BASE_DIR": "."},
        "network": f"$BASE_DIR/{CIRCUIT_CONFIG}",
        "run": run | {"random_seed": one.config.seed},
        "conditions": {"v_init": one.dynamics.v_init_mV},
        "output": {"output_dir": "$BASE_DIR", "spikes_file": "spikes.h5"},
    }
