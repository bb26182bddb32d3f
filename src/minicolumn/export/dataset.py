"""Write the whole data set."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from minicolumn.circuit_archives.documents import (
    circuit_files,
    epoch_files,
    inside,
    write_archive,
)
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.export import layout
from minicolumn.export.card import card
from minicolumn.export.croissant import croissant
from minicolumn.export.facts import Facts, Run, collect
from minicolumn.export.files import ExportedFile, checkpoint_files, gather_table
from minicolumn.files.documents import read_values
from minicolumn.files.store import read_tables, whole_file, write_json
from minicolumn.files.tables import SESSIONS
from minicolumn.outcomes import SYNTHETIC

logger = logging.getLogger(__name__)


def export(
    directory: str | Path,
    run: Run,
    tables: Mapping[str, Sequence[str]],
    surrogates: Sequence[str],
    scores: str,
) -> None:
    """Write the data set; the same results give the same bytes.

    Parameters
    ----------
    directory
        Output directory; files of an earlier export are replaced.
    run
        The run's part of the configuration.
    tables
        Paths of the parts of each table in `Run.tables`, by its name; those of
        ``simulated_statistics`` by mechanism and then in the order of ``circuits``.
    surrogates, scores
        Directories of surrogates, and path of ``scores.json``.
    """
    directory = Path(directory)
    _write_archives(directory, tables, surrogates)
    n_rows = {
        table.name: gather_table(
            directory / table.file, table.schema, tables[table.name]
        )
        for table in run.tables
    }
    scored = read_values(scores)
    write_json(directory / layout.SCORES, scored)
    write_json(
        directory / layout.SCHEMA_JSON, layout.schema_document(run.tables, n_rows)
    )
    _write_text(directory / layout.SCHEMA_TEXT, layout.schema_text(run.tables, n_rows))
    _describe(directory, collect(directory, run, n_rows, surrogates, scored))


def _write_archives(
    directory: Path, tables: Mapping[str, Sequence[str]], surrogates: Sequence[str]
) -> None:
    circuits, simulated = tables["circuits"], tables["simulated_statistics"]
    for at, mechanism in enumerate(MECHANISMS):
        mine = simulated[at * len(circuits) : (at + 1) * len(circuits)]
        write_archive(
            directory / layout.circuits_archive(mechanism),
            circuit_files(mechanism, circuits, mine),
        )
    sessions = tables["sessions"]
    epochs = epoch_files(sessions, tables["epochs"], tables["recorded_statistics"])
    epochs = inside(_epochs_directory(sessions), epochs)
    write_archive(directory / layout.EPOCHS_ARCHIVE, epochs)
    models = inside("checkpoints", checkpoint_files(surrogates))
    write_archive(directory / layout.CHECKPOINTS_ARCHIVE, models)


def _epochs_directory(sessions: Sequence[str]) -> str:
    """Return a directory that names the origin of the epochs; the archive's cannot."""
    origins = set(read_tables(sessions, SESSIONS)["origin"].to_pylist())
    if origins == {"allen"}:
        return "allen_epochs"
    return "SYNTHETIC_epochs" if origins == {SYNTHETIC} else "recorded_epochs"


def _describe(directory: Path, facts: Facts) -> None:
    names = [
        *layout.ARCHIVES,
        *(table.file for table in facts.run.tables),
        *(layout.SCORES, layout.SCHEMA_JSON, layout.SCHEMA_TEXT),
    ]
    files = [ExportedFile.of(directory, name) for name in names]
    write_json(directory / layout.CROISSANT, croissant(facts, files))
    files.append(ExportedFile.of(directory, layout.CROISSANT))
    _write_text(directory / layout.CARD, card(facts, files))
    files.append(ExportedFile.of(directory, layout.CARD))
    checksums = "".join(f"{file.sha256}  {file.name}\n" for file in files)
    _write_text(directory / layout.CHECKSUMS, checksums)
    total = sum(file.n_bytes for file in files)
    logger.info("%d files, %.2f MB", len(files) + 1, total / 1e6)


def _write_text(path: Path, text: str) -> None:
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
