"""The data set card: a README in the format of the Hugging Face Hub."""

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from minicolumn.circuits.mechanisms import MECHANISMS, VARIANTS
from minicolumn.export import layout
from minicolumn.export.facts import Facts
from minicolumn.export.files import ExportedFile
from minicolumn.outcomes import Outcome
from minicolumn.statistics.names import STATISTICS


def card(facts: Facts, files: Sequence[ExportedFile]) -> str:
    """Return the card, front matter and all, with a list of ``files``."""
    environment = Environment(
        loader=PackageLoader("minicolumn.export"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "size": _size,
        "count": "{:,}".format,
        "score": lambda value: "-" if value is None else f"{value:.2g}",
        # A verdict without its numbers.
        "finding": lambda verdict: verdict.split(":", 1)[0].rstrip("."),
    }
    return environment.get_template("card.md.j2").render(
        facts=facts,
        files=files,
        contents=_contents(facts.run.tables),
        tables=facts.run.tables,
        outcomes=[outcome.value for outcome in Outcome],
        variants=VARIANTS,
        statistics=STATISTICS,
        circuits_archive=layout.circuits_archive(MECHANISMS[0]),
        epochs_archive=layout.EPOCHS_ARCHIVE,
        checkpoints=layout.CHECKPOINTS_ARCHIVE,
        checksums=layout.CHECKSUMS,
        schema=layout.SCHEMA_TEXT,
        scores=layout.SCORES,
    )


def _contents(tables: Sequence[layout.ExportedTable]) -> dict[str, str]:
    return {
        **layout.ARCHIVES,
        **{table.file: f"one row is {table.row}" for table in tables},
        layout.SCORES: "scores of the predicted directions, with intervals",
        layout.SCHEMA_JSON: "columns, units, and meanings of the tables, for programs",
        layout.SCHEMA_TEXT: "the same, for people",
        layout.CROISSANT: "all of this in Croissant 1.0",
    }


def _size(n_bytes: int) -> str:
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= factor:
            return f"{n_bytes / factor:.1f} {unit}"
    return f"{n_bytes} B"
