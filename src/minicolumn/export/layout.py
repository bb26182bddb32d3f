"""Files and tables of an exported data set: names, columns, units, meanings."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from minicolumn.circuits.family import Family
from minicolumn.circuits.mechanisms import MECHANISMS, VARIANTS, Mechanism
from minicolumn.files.columns import parameter_columns
from minicolumn.files.store import Schema
from minicolumn.files.tables import (
    CIRCUITS,
    EPOCH_COUNTS,
    EPOCHS,
    PREDICTIONS,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
)

EPOCHS_ARCHIVE = "allen_epochs.tar.gz"  # its published name, for any recordings
CHECKPOINTS_ARCHIVE = "checkpoints.tar.gz"
SCORES = "scores.json"
SCHEMA_JSON = "schema.json"
SCHEMA_TEXT = "SCHEMA.md"
CROISSANT = "croissant.json"
CARD = "README.md"
CHECKSUMS = "SHA256SUMS"


class ExportedTable(NamedTuple):
    """A table of the data set: its schema, and what one row is."""

    schema: Schema
    row: str

    @property
    def name(self) -> str:
        """Name of the table, and of its configuration on the Hub."""
        return self.schema.name

    @property
    def file(self) -> str:
        """Path of the table."""
        return f"data/{self.name}.parquet"


def tables_of(circuits: Family) -> tuple[ExportedTable, ...]:
    """Return the tables of a data set of circuits of one family."""
    schema = CIRCUITS.plus(*parameter_columns(circuits.parameters))
    simulated, *others = _TABLES
    one_circuit = ExportedTable(schema, "one circuit: its sampled parameters")
    return simulated, one_circuit, *others


_TABLES = (
    ExportedTable(
        SIMULATED_STATISTICS, "one simulation: a circuit, a mechanism, an ACh level"
    ),
    ExportedTable(RECORDED_STATISTICS, "one recorded epoch, with the same statistics"),
    ExportedTable(EPOCHS, "one recorded epoch: time, stimulus, running speed"),
    ExportedTable(SESSIONS, "one recorded session: scored, or why not"),
    ExportedTable(EPOCH_COUNTS, "the epochs that one rule would find in one session"),
    ExportedTable(
        PREDICTIONS, "a target, method, and statistic: predicted and observed"
    ),
)


def circuits_archive(mechanism: Mechanism) -> str:
    """Return the published name of the archive of one mechanism."""
    return f"{VARIANTS[mechanism]}_circuits.tar.gz"


ARCHIVES = {
    **{
        circuits_archive(mechanism): f"circuits under the {mechanism} mechanism"
        for mechanism in MECHANISMS
    },
    EPOCHS_ARCHIVE: "recorded epochs and sessions",
    CHECKPOINTS_ARCHIVE: "trained surrogates",
}


def schema_document(
    tables: Sequence[ExportedTable], n_rows: Mapping[str, int]
) -> dict[str, Any]:
    """Return the content of ``schema.json``: file, rows, and columns by table."""
    return {
        table.name: {
            "file": table.file,
            "one_row_is": table.row,
            "n_rows": n_rows[table.name],
            "columns": [
                vars(column) | {"type": str(column.type)}
                for column in table.schema.columns
            ],
        }
        for table in tables
    }


def schema_text(tables: Sequence[ExportedTable], n_rows: Mapping[str, int]) -> str:
    """Return the same as Markdown."""
    lines = ["# Tables\n\nNull: undefined or missing, never 0. Unit 1: dimensionless."]
    for table in tables:
        rows = f"{n_rows[table.name]:,} rows"
        lines += [
            f"\n## {table.name}\n\n`{table.file}`, {rows}. One row is {table.row}.\n",
            "| column | type | unit | meaning |\n|---|---|---|---|",
            *(
                f"| `{c.name}` | {c.type} | {c.unit} | {c.description} |"
                for c in table.schema.columns
            ),
        ]
    return "\n".join(lines) + "\n"
