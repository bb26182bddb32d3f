"""A session in its neutral form, read back from its three tables."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.files.store import read_provenance, read_table
from minicolumn.files.tables import INTERVALS, SPEED, UNITS
from minicolumn.recordings.epochs import Stimulus
from minicolumn.recordings.intervals import Interval, subtract, union
from minicolumn.recordings.recording import ALL_PROBES, IN_STATE, OBSERVED
from minicolumn.recordings.running import SpeedTrace, clean_speed, on_grid
from minicolumn.states import STATES, State


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
        return clean_speed(*self._frames("speed_cm_s"))

    @cached_property
    def pupil(self) -> NDArray[np.float64]:
        """Size of the pupil at the times of the speed, (n,); NaN where unknown."""
        return on_grid(self.trace.time_s, *self._frames("pupil"))

    def _frames(self, name: str) -> Iterator[NDArray[np.float64]]:
        return (self.speed[one].to_numpy() for one in ("start_s", "stop_s", name))

    @cached_property
    def stimuli(self) -> list[Stimulus]:
        """What was on the screen, block by block."""
        return [
            Stimulus(row["start_s"], row["stop_s"], row["label"])
            for row in self.intervals.to_pylist()
            if row["kind"] == "stimulus"
        ]

    @cached_property
    def labels(self) -> dict[State, list[Interval]]:
        """When the session was in each state, as far as its file says so."""
        found: dict[State, list[Interval]] = {state: [] for state in STATES}
        for row in self.intervals.to_pylist():
            if row["kind"] == IN_STATE:
                found[row["label"]].append((row["start_s"], row["stop_s"]))
        return found

    def unobserved_for(self, units: NDArray[np.int64]) -> list[Interval]:
        """Return when one of these rows of units was not recorded.

        That is outside the times in which the file says that the unit was observed, and
        before the first and after the last spike of any unit of its probe.
        """
        chosen = self.units.take(pa.array(units, pa.int64()))
        ids = {str(one) for one in chosen["unit_id"].to_pylist()}
        observed: dict[str, list[Interval]] = {}
        for row in self.intervals.to_pylist():
            if row["kind"] == OBSERVED and row["label"] in ids:
                observed.setdefault(row["label"], []).append(
                    (row["start_s"], row["stop_s"])
                )
        # Units of one probe mostly share their times.
        spans = {tuple(sorted(times)) for times in observed.values()}
        probes = set(chosen["probe"].to_pylist())
        spans |= {(span,) for probe, span in self._spans.items() if probe in probes}
        always = [(-math.inf, math.inf)]
        return union(gap for times in spans for gap in subtract(always, times))

    @cached_property
    def _spans(self) -> dict[str, Interval]:
        """From the first to the last spike of each probe that has any."""
        spans: dict[str, Interval] = {}
        rows = zip(self.units["probe"], self.units["spike_times_s"], strict=True)
        for probe, train in rows:
            if len(train):
                first, last = spans.get(probe.as_py(), (math.inf, -math.inf))
                ends = float(train.values[0].as_py()), float(train.values[-1].as_py())
                spans[probe.as_py()] = min(first, ends[0]), max(last, ends[1])
        return spans

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
