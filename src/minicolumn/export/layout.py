"""What lies where in an exported data set."""

from typing import NamedTuple

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
)

EPOCHS_ARCHIVE = "allen_epochs.tar.gz"  # its published name, whoever was recorded
CHECKPOINTS_ARCHIVE = "checkpoints.tar.gz"
SCORES = "scores.json"
SCHEMA_JSON = "schema.json"
SCHEMA_TEXT = "SCHEMA.md"
CROISSANT = "croissant.json"
CARD = "README.md"
CHECKSUMS = "SHA256SUMS"


class ExportedTable(NamedTuple):
    """A table of the data set: its schema and what one row is."""

    schema: Schema
    row: str

    @property
    def name(self) -> str:
        """Name of the table, and of its configuration on the Hub."""
        return self.schema.name

    @property
    def file(self) -> str:
        """Where it lies."""
        return f"data/{self.name}.parquet"


TABLES = (
    ExportedTable(
        SIMULATED_STATISTICS, "one simulation: a circuit, a mechanism, an ACh level"
    ),
    ExportedTable(CIRCUITS, "one circuit: its sampled parameters"),
    ExportedTable(RECORDED_STATISTICS, "one recorded epoch, described alike"),
    ExportedTable(EPOCHS, "one recorded epoch: when, what was shown, how fast"),
    ExportedTable(SESSIONS, "one recorded session, scored or not, and why"),
    ExportedTable(EPOCH_COUNTS, "epochs that one rule would find in one session"),
    ExportedTable(
        PREDICTIONS, "a target, method and statistic: predicted and observed"
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
