"""The section on a lab's own NWB files, and what things are called in them."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from minicolumn.config.base import Positive, Section

DandiVersion = Annotated[str, Field(pattern=r"^(draft|[\d.]+)$")]


class UnitColumns(Section):
    """Names of columns in a lab's unit table; null if there is no such column.

    A name such as ``electrodes.location`` is a column of the unit's electrodes, also
    where the unit names its electrode in ``peak_channel_id``.
    """

    area: str | None
    probe: str | None
    presence_ratio: str | None
    isi_violations: str | None
    amplitude_cutoff: str | None
    waveform_duration: str | None
    waveform_unit: Literal["s", "ms", "us"]
    keep: dict[str, tuple[str | int | bool, ...]]


class SpeedSeries(Section):
    """Which time series is the running speed; null means the file's own unit.

    ``derived_from`` differentiates a position, or the angle of a wheel. Without a
    ``series``, the speed is unknown.
    """

    series: str | None
    unit: Literal["cm/s", "m/s", "mm/s"] | None
    derived_from: Literal["position", "angle"] | None
    wheel_radius_cm: Positive | None

    @model_validator(mode="after")
    def _angle_has_radius(self) -> Self:
        if self.derived_from == "angle" and self.wheel_radius_cm is None:
            raise ValueError(
                "derived_from is angle, and wheel_radius_cm is null: give the distance "
                "from the axis of the wheel to the paws"
            )
        return self


class PupilSeries(Section):
    """Which time series is the size of the pupil, in any unit; null: not recorded."""

    series: str | None


class StimulusTable(Section):
    """Which intervals list the stimuli; without a table, the screen was always gray."""

    table: str | None
    label: str | None
    spontaneous: tuple[str, ...]


class StateTable(Section):
    """Which labels of which table of intervals mean which of the two states.

    In place of a table, ``table`` may name a time series: its first time divides the
    session. Labels are those of the rows, and ``before`` the first and ``after`` the
    last of them. Null labels mean all times that are in no row.
    """

    table: str | None
    label: str | None
    less_ach: tuple[str, ...] | None
    more_ach: tuple[str, ...] | None

    @model_validator(mode="after")
    def _labels_differ(self) -> Self:
        if self.less_ach is None and self.more_ach is None:
            raise ValueError(
                "less_ach and more_ach are both null: only one state can be all times "
                "that are in no row of the table"
            )
        both = sorted({*(self.less_ach or ())} & {*(self.more_ach or ())})
        if both:
            raise ValueError(
                f"less_ach and more_ach both contain {', '.join(both)}: a label means "
                "one state"
            )
        return self


class Dandiset(Section):
    """A data set of a lab on DANDI; without a number, files are on this machine."""

    number: Annotated[str, Field(pattern=r"^\d{6}$")] | None
    version: DandiVersion

    @field_validator("number", "version", mode="before")
    @classmethod
    def _is_text(cls, value: Any) -> Any:
        if isinstance(value, int | float):
            raise ValueError(
                "write it in quotes, as in '000409': YAML reads some of these numbers "
                "as others"
            )
        return value


class OwnNwb(Section):
    """A lab's own NWB files, and the names in them.

    With the number of a dandiset, ``files`` are paths in it.
    """

    files: dict[Annotated[int, Field(gt=0)], Path]
    dandiset: Dandiset
    units: UnitColumns
    speed: SpeedSeries
    pupil: PupilSeries
    stimuli: StimulusTable
    invalid: str | None
    states: StateTable

    def check_behavior(self, by: str) -> None:
        """Refuse a mapping that does not let speed, or pupil, tell states apart."""
        for one in by.split("_and_"):
            if getattr(self, one).series is None:
                raise ValueError(
                    f"recordings.nwb.{one}.series is null, and states.by is {by}: name "
                    "the series, or choose another way to tell states apart"
                )
        if self.states.table is not None:
            raise ValueError(
                f"recordings.nwb.states.table={self.states.table}, and states.by is "
                f"{by}: set states.by to intervals, or the table to null"
            )

    def check_states(self) -> None:
        """Refuse a mapping that names no intervals of one of the states."""
        if self.states.table is None:
            raise ValueError(
                "recordings.nwb.states.table is null, and states.by is intervals: name "
                "the table of intervals that says when each state was"
            )
        for state in ("less_ach", "more_ach"):
            if getattr(self.states, state) == ():
                raise ValueError(
                    f"recordings.nwb.states.{state} is empty, and states.by is "
                    "intervals: list the labels of the table that mean this state"
                )
