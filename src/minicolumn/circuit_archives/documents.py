"""Tables as JSON files in archives: one per circuit, epoch, and session.

`mapping` reads circuits back to the same float64 values. The same members give the same
bytes, for any user at any time.
"""

import gzip
import io
import json
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from minicolumn.circuits.mechanisms import VARIANTS, Mechanism
from minicolumn.files.store import read_table, read_tables, whole_file
from minicolumn.files.tables import (
    CIRCUITS,
    EPOCHS,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
)
from minicolumn.outcomes import SYNTHETIC
from minicolumn.statistics.names import STATISTIC_NAMES

Member = tuple[str, bytes]

_COMPRESSION = 6  # higher levels take twice the time to save two percent


def circuit_files(
    mechanism: Mechanism, circuits: Sequence[str], statistics: Sequence[str]
) -> Iterator[Member]:
    """Yield one JSON file per circuit of one mechanism, one shard in memory at a time.

    ``circuits`` are paths of the shards of `tables.CIRCUITS`, and ``statistics`` those
    of the same shards of `tables.SIMULATED_STATISTICS` under that mechanism.
    """
    directory = f"{VARIANTS[mechanism]}_circuits"
    for circuits_path, statistics_path in zip(circuits, statistics, strict=True):
        simulations = defaultdict(list)
        for row in read_table(statistics_path, SIMULATED_STATISTICS).to_pylist():
            del row["mechanism"]
            simulations[row.pop("circuit_id")].append(_with_statistics(row))
        for circuit in read_table(circuits_path, CIRCUITS).to_pylist():
            circuit_id = circuit.pop("circuit_id")
            document = {
                "circuit_id": circuit_id,
                "mechanism": mechanism,
                "parameters": circuit,
                "simulations": simulations[circuit_id],
            }
            yield f"{directory}/circuit_{circuit_id:06d}.json", as_json(document)


def _with_statistics(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its statistics in an object of their own."""
    others = {name: row[name] for name in row if name not in STATISTIC_NAMES}
    return others | {"statistics": {name: row[name] for name in STATISTIC_NAMES}}


def epoch_files(
    sessions: Sequence[str], epochs: Sequence[str], statistics: Sequence[str]
) -> Iterator[Member]:
    """Yield one JSON file per session, then one per epoch, with its statistics.

    The arguments are paths of `tables.SESSIONS`, `tables.EPOCHS`, and
    `tables.RECORDED_STATISTICS`. A session without epochs also has a file. Every file
    states whether the session is synthetic.
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


def write_archive(path: str | Path, members: Iterable[Member]) -> None:
    """Write a tar.gz that depends only on ``members``, complete or not at all.

    It contains no time, owner, or mode. ``members`` are names and contents, in the
    archive's order, of which one is in memory at a time.
    """
    with (
        whole_file(path) as temporary,
        temporary.open("wb") as file,
        gzip.GzipFile("", "wb", _COMPRESSION, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def as_json(value: Any) -> bytes:
    """Return JSON that reads back to the same float64 values; NaN is refused."""
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()
