"""Tables as JSON files: one per circuit, epoch, and session.

`mapping` reads circuits back to the same float64 values.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from minicolumn.circuit_archives.pack import Member, as_json
from minicolumn.circuits.mechanisms import VARIANTS, Mechanism
from minicolumn.files.store import read_table, read_tables
from minicolumn.files.tables import (
    CIRCUITS,
    EPOCHS,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
)
from minicolumn.outcomes import SYNTHETIC
from minicolumn.statistics.names import STATISTIC_NAMES

_CIRCUIT_KEYS = {"circuit_id", "mechanism"}


def circuit_files(
    mechanism: Mechanism, circuits: Sequence[str], statistics: Sequence[str]
) -> Iterator[Member]:
    """Yield one JSON file per circuit of one mechanism, one shard in memory at a time.

    Parameters
    ----------
    mechanism
        The mechanism of the simulations.
    circuits, statistics
        Paths of the shards of `tables.CIRCUITS`, and of the same shards of
        `tables.SIMULATED_STATISTICS` under that mechanism.
    """
    variant = VARIANTS[mechanism]
    for circuits_path, statistics_path in zip(circuits, statistics, strict=True):
        rows = _grouped(read_table(statistics_path, SIMULATED_STATISTICS))
        for circuit in read_table(circuits_path, CIRCUITS).to_pylist():
            circuit_id = circuit.pop("circuit_id")
            document = {
                "circuit_id": circuit_id,
                "mechanism": mechanism,
                "parameters": circuit,
                "simulations": [_simulation(row) for row in rows.get(circuit_id, [])],
            }
            yield f"{variant}_circuits/circuit_{circuit_id:06d}.json", as_json(document)


def _grouped(statistics: pa.Table) -> dict[int, list[dict[str, Any]]]:
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in statistics.to_pylist():
        rows.setdefault(row["circuit_id"], []).append(row)
    return rows


def _simulation(row: Mapping[str, Any]) -> dict[str, Any]:
    return _with_statistics({k: v for k, v in row.items() if k not in _CIRCUIT_KEYS})


def _with_statistics(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its statistics in an object of their own."""
    others = {name: row[name] for name in row if name not in STATISTIC_NAMES}
    return others | {"statistics": {name: row[name] for name in STATISTIC_NAMES}}


def epoch_files(
    sessions: Sequence[str], epochs: Sequence[str], statistics: Sequence[str]
) -> Iterator[Member]:
    """Yield one JSON file per session, then one per epoch, with its statistics.

    A session without epochs also has a file. Every file states whether the session is
    synthetic.

    Parameters
    ----------
    sessions, epochs, statistics
        Paths of `tables.SESSIONS`, `tables.EPOCHS`, and `tables.RECORDED_STATISTICS`.
    """
    found = read_tables(sessions, SESSIONS).to_pylist()
    origin = {session["session_id"]: session["origin"] for session in found}
    for session in found:
        document = {"synthetic": session["origin"] == SYNTHETIC, **session}
        yield f"sessions/{session['session_id']}.json", as_json(document)
    described = {
        (row["session_id"], row["epoch"]): row
        for row in read_tables(statistics, RECORDED_STATISTICS).to_pylist()
    }
    for epoch in read_tables(epochs, EPOCHS).to_pylist():
        key = session_id, number = epoch["session_id"], epoch["epoch"]
        document = {
            "synthetic": origin[session_id] == SYNTHETIC,
            "origin": origin[session_id],
            **_epoch(epoch, described[key]),
        }
        yield f"epochs/{session_id}/epoch_{number:04d}.json", as_json(document)


def _epoch(epoch: Mapping[str, Any], described: Mapping[str, Any]) -> dict[str, Any]:
    """Return an epoch with its statistics; n_units differs between the two tables."""
    description = _with_statistics(described)
    return {
        **{name: epoch[name] for name in epoch if name != "n_units"},
        "n_units_selected": epoch["n_units"],
        **{name: description[name] for name in description if name not in epoch},
        "n_units": description["n_units"],
    }


def inside(directory: str, members: Iterable[Member]) -> Iterator[Member]:
    """Yield the same members, placed in a directory."""
    return ((f"{directory}/{name}", content) for name, content in members)
