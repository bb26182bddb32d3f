"""Every column of every table, for programs and for people, from their schemas."""

from collections.abc import Mapping, Sequence
from typing import Any

from minicolumn.export.layout import ExportedTable


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
                {
                    "name": column.name,
                    "type": str(column.type),
                    "unit": column.unit,
                    "description": column.description,
                }
                for column in table.schema.columns
            ],
        }
        for table in tables
    }


def schema_text(tables: Sequence[ExportedTable], n_rows: Mapping[str, int]) -> str:
    """Return the same as Markdown."""
    sections = [_section(table, n_rows[table.name]) for table in tables]
    head = "# Tables\n\nNull: undefined or missing, never 0. Unit 1: dimensionless.\n"
    return "\n".join([head, *sections])


def _section(table: ExportedTable, n_rows: int) -> str:
    rows = "\n".join(
        f"| `{c.name}` | {c.type} | {c.unit} | {c.description} |"
        for c in table.schema.columns
    )
    return (
        f"## {table.name}\n\n`{table.file}`, {n_rows:,} rows. One row is {table.row}."
        "\n\n"
        f"| column | type | unit | meaning |\n|---|---|---|---|\n{rows}\n"
    )
