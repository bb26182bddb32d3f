"""A session in its neutral form, read back from its three tables."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.files.store import read_provenance, read_table
from minicolumn.files.tables import INTERVALS, SPEED, UNITS
from minicolumn.recordings.epochs import Stimulus
from minicolumn.recordings.intervals import Interval
from minicolumn.recordings.recording import ALL_PROBES
from minicolumn.recordings.running import SpeedTrace, clean_speed


@dataclass(frozen=True, eq=False)
class Recorded:
    """One recorded session.

    ``units``, ``speed`` and ``intervals`` are tables `minicolumn.files.tables.UNITS`,
    `SPEED` and `INTERVALS`; ``description`` is what the session's file says about
    itself.
    """

    session_id: int
    units: pa.Table
    speed: pa.Table
    intervals: pa.Table
    description: str = ""

    @classmethod
    def read(
        cls, session_id: int, units: str, speed: str, intervals: str
    ) -> "Recorded":
        """Read the tables of one session from their paths."""
        return cls(
            session_id,
            read_table(units, UNITS),
            read_table(speed, SPEED),
            read_table(intervals, INTERVALS),
            read_provenance(units)["session_description"],
        )

    @cached_property
    def trace(self) -> SpeedTrace:
        """Running speed, cleaned."""
        frames = (self.speed[name].to_numpy() for name in SPEED.names)
        return clean_speed(*frames)

    @cached_property
    def stimuli(self) -> list[Stimulus]:
        """What was on the screen, block by block."""
        return [
            Stimulus(row["start_s"], row["stop_s"], row["label"])
            for row in self.intervals.to_pylist()
            if row["kind"] == "stimulus"
        ]

    def invalid_for(self, units: NDArray[np.int64]) -> list[Interval]:
        """Return when the spikes of these rows of units are invalid, by their probes.

        The labels ``stimulus`` and ``optotagging`` mean that the screen or the laser
        failed, which invalidates no spikes.
        """
        probes = self.units["probe"].take(pa.array(units, pa.int64()))
        void = {ALL_PROBES, *probes.to_pylist()}
        return [
            (row["start_s"], row["stop_s"])
            for row in self.intervals.to_pylist()
            if row["kind"] == "invalid" and row["label"] in void
        ]
