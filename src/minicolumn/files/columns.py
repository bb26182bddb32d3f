"""Columns that several tables have."""

from collections.abc import Iterable

import pyarrow as pa

from minicolumn.circuits.family import DOSE as MAX_MV, Parameter
from minicolumn.files.store import Column
from minicolumn.statistics.names import EXTRAS, MATCHED, STATISTICS, Statistic


def described_by(statistics: tuple[Statistic, ...]) -> tuple[Column, ...]:
    """Return a column for each of some statistics."""
    return tuple(
        Column(s.name, pa.float64(), s.unit, f"{s.description}; null when undefined")
        for s in statistics
    )


def parameter_columns(parameters: Iterable[Parameter]) -> tuple[Column, ...]:
    """Return the columns that tables of circuits have besides their own."""
    return tuple(Column(p.name, pa.float64(), p.unit, p.meaning) for p in parameters)


STATISTIC_COLUMNS = described_by((*STATISTICS, *EXTRAS, *MATCHED))
MECHANISM = Column("mechanism", pa.string(), "1", "mechanism of acetylcholine")
CIRCUIT = Column("circuit_id", pa.int64(), "1", "identity of the circuit")
SESSION = Column("session_id", pa.int64(), "1", "identity of the recording session")
STATE = Column(
    "state", pa.string(), "1", "role: stationary (less ACh expected) or running (more)"
)
STATE_NAME = Column("state_name", pa.string(), "1", "its name, as configured in states")
COMPARED = Column(
    "compared", pa.string(), "1", "names of the states: less to more ACh expected"
)
LEVEL = Column("level", pa.float64(), "1", "ACh level, 0 to 1")
TRIAL = Column("trial", pa.int32(), "1", "which background; 0 is that of simulations")
OUTCOME = Column("outcome", pa.string(), "1", "how the simulation ended")
STATISTIC = Column("statistic", pa.string(), "1", "one of the 11")
DURATION = Column("duration_s", pa.float64(), "s", "length of the window described")
EPOCH = Column("epoch", pa.int32(), "1", "number within the session")
SELECTED = Column("n_units", pa.int32(), "1", "units that passed selection")
DOSE = Column(MAX_MV, pa.float64(), "mV", "depolarization at the highest level")
TRAINING_SET = Column(
    "training_set", pa.string(), "1", "mechanism, or ACh-shuffled control"
)
EPOCHS_PER_STATE = (
    COMPARED,
    Column("n_stationary", pa.int32(), "1", "epochs of the state with less ACh"),
    Column("n_running", pa.int32(), "1", "epochs of the state with more ACh"),
)
SIZE = (
    Column("n_units", pa.int32(), "neurons", "size of the circuit"),
    Column("n_excitatory", pa.int32(), "neurons", "units 0..n_excitatory-1"),
)
