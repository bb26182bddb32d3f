"""The sections that say where recordings come from and which windows are used."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from minicolumn.config.base import (
    Count,
    Fraction,
    NonNegative,
    Positive,
    Section,
    one_of,
)
from minicolumn.registry.lookup import entry, names

Address = Annotated[str, Field(pattern=r"^https?://\S+[^/]$")]


class Fetched(Section):
    """Where fetched sessions are kept, and how many are fetched at a time."""

    directory: Path
    at_once: Count


class S3(Section):
    """The public bucket of the Allen Institute."""

    url: Address


class Dandi(Section):
    """The DANDI archive, which gives digests."""

    url: Address
    version: Annotated[str, Field(pattern=r"^(draft|[\d.]+)$")]


class Warehouse(Section):
    """The Allen Institute's data warehouse, AllenSDK's own source."""

    url: Address


class Cache(Section):
    """A directory in AllenSDK's layout that the user already has."""

    directory: Path | None


class Synthetic(Section):
    """Synthetic mice: recordings made by held-out circuits."""

    mice_per_mechanism: Count
    bouts_per_state: Count


class UnitFilter(Section):
    """Which sorted units are used; comparisons are strict, null switches one off."""

    areas: Annotated[tuple[str, ...], Field(min_length=1)]
    presence_ratio_above: Fraction | None
    isi_violations_below: Positive | None
    amplitude_cutoff_below: Positive | None


class UnitColumns(Section):
    """What a lab's unit table calls things; null says that it has no such column.

    A name such as ``electrodes.location`` is the column of the unit's electrodes.
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
    """Which time series is the running speed; without a unit, the file's own counts."""

    series: str
    unit: Literal["cm/s", "m/s", "mm/s"] | None


class StimulusTable(Section):
    """Which intervals say what was on the screen; without a table it was gray."""

    table: str | None
    label: str | None
    spontaneous: tuple[str, ...]


class OwnNwb(Section):
    """A lab's own NWB files, and what they call things."""

    files: dict[Annotated[int, Field(gt=0)], Path]
    units: UnitColumns
    speed: SpeedSeries
    stimuli: StimulusTable
    invalid: str | None


class Other(Section):
    """Files that an extension reads, if `Recordings.source` is its name."""

    files: dict[Annotated[int, Field(gt=0)], Path]


class Recordings(Section):
    """Where recordings come from."""

    source: Annotated[str, AfterValidator(one_of(names("recordings")))]
    exclude: tuple[int, ...]
    fetched: Fetched
    s3: S3
    dandi: Dandi
    warehouse: Warehouse
    cache: Cache
    nwb: OwnNwb
    other: Other
    synthetic: Synthetic
    units: UnitFilter

    @property
    def are_fetched(self) -> bool:
        """Whether sessions come over the network."""
        return self.source in {"s3", "dandi", "warehouse"}

    @property
    def are_added(self) -> bool:
        """Whether an extension reads the sessions."""
        return not entry("recordings", self.source).is_built_in

    @model_validator(mode="after")
    def _cache_is_there(self) -> Self:
        if self.source != "cache":
            return self
        directory = self.cache.directory
        if directory is None or not directory.is_dir():
            raise ValueError(
                f"cache.directory={directory} is not a directory, and source is cache: "
                "give the directory that holds session_<id>/session_<id>.nwb, or "
                "choose another source"
            )
        return self

    @model_validator(mode="after")
    def _own_files_are_there(self) -> Self:
        if self.source != "nwb" and not self.are_added:
            return self
        section = "other" if self.are_added else "nwb"
        files = getattr(self, section).files
        if not files:
            raise ValueError(
                f"{section}.files is empty, and source is {self.source}: give a number "
                "of your choice and a path for each session, such as "
                "{1: data/mouse-1.nwb}"
            )
        missing = [f"{id_}: {p}" for id_, p in files.items() if not p.is_file()]
        if missing:
            raise ValueError(
                f"{section}.files names what is not there ({', '.join(missing)}): "
                "correct it"
            )
        return self

    @model_validator(mode="after")
    def _filters_have_columns(self) -> Self:
        limits = {
            "presence_ratio": self.units.presence_ratio_above,
            "isi_violations": self.units.isi_violations_below,
            "amplitude_cutoff": self.units.amplitude_cutoff_below,
        }
        blind = [
            metric
            for metric, limit in limits.items()
            if limit is not None and getattr(self.nwb.units, metric) is None
        ]
        if self.source == "nwb" and blind:
            raise ValueError(
                f"units has a limit on {', '.join(blind)}, but nwb.units names no "
                "column for it: name the column, or switch the limit off with null"
            )
        return self


class RunningRule(Section):
    """What makes a window a running one."""

    fraction_moving_at_least: Fraction
    mean_above_cm_s: NonNegative


class StationaryRule(Section):
    """What makes a window a stationary one."""

    max_below_cm_s: Positive
    mean_below_cm_s: Positive


class Thresholds(Section):
    """What tells running from rest."""

    moving_above_cm_s: Positive
    running: RunningRule
    stationary: StationaryRule


class Epochs(Thresholds):
    """How running and stationary windows are found."""

    stimulus: Literal["spontaneous", "all"]
    trim_s: NonNegative
    # Two at least: half of the stationary epochs inform predictions, half are scored.
    per_state_at_least: Annotated[int, Field(ge=2)]
    balance: Literal["none", "random", "nearest"]


class Sensitivity(Section):
    """Other rules whose epochs are counted, and never used."""

    window_s: tuple[Positive, ...]
    stimulus: tuple[Literal["spontaneous", "all"], ...]
    thresholds: dict[str, Thresholds]
