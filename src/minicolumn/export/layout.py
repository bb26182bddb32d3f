"""Names of files and tables in an exported data set."""

from typing import NamedTuple

from minicolumn.circuits.family import family
from minicolumn.circuits.mechanisms import MECHANISMS, VARIANTS, Mechanism
from minicolumn.files.store import Schema
from minicolumn.files.tables import (
    CIRCUITS,
    EPOCH_COUNTS,
    EPOCHS,
    PREDICTIONS,
    RECORDED_STATISTICS,
    SESSIONS,
    SIMULATED_STATISTICS,
    parameter_columns,
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


TABLES = (
    ExportedTable(
        SIMULATED_STATISTICS, "one simulation: a circuit, a mechanism, an ACh level"
    ),
    ExportedTable(
        CIRCUITS.plus(*parameter_columns(family("ei").parameters)),
        "one circuit: its sampled parameters",
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
