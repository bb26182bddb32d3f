"""The sections on where recordings come from and which windows are used."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from minicolumn.config.base import (
    Count,
    Fraction,
    NonNegative,
    OneOf,
    Positive,
    Seconds,
    Section,
    check_files,
)
from minicolumn.config.nwb_mapping import DandiVersion, OwnNwb
from minicolumn.keys import SYNTHETIC_PER_GROUP
from minicolumn.registry.lookup import entry, names

Balance = Literal["none", "random", "nearest"]
Address = Annotated[str, Field(pattern=r"^https?://\S+[^/]$")]


class Fetched(Section):
    """Where fetched sessions are kept, and how many are fetched at once.

    Unless ``whole``, only what the workflow needs is read, in place on the server, as
    always from a lab's dandiset.
    """

    whole: bool
    directory: Path
    at_once: Count


class Archive(Section):
    """The public bucket of the Allen Institute, or its data warehouse."""

    url: Address


class Dandi(Archive):
    """The DANDI archive, which provides digests."""

    version: DandiVersion


class Cache(Section):
    """A directory in AllenSDK's layout that the user already has."""

    directory: Path | None


class Synthetic(Section):
    """Synthetic mice: simulated recordings of held-out circuits."""

    mice_per_mechanism: Annotated[int, Field(gt=0, le=SYNTHETIC_PER_GROUP)]
    bouts_per_state: Count


class UnitFilter(Section):
    """Which sorted units are used; limits are strict, and null means no limit."""

    areas: Annotated[tuple[str, ...], Field(min_length=1)]
    presence_ratio_above: Fraction | None
    isi_violations_below: Positive | None
    amplitude_cutoff_below: Positive | None


class Other(Section):
    """Files that an extension reads, if `Recordings.source` names it."""

    files: dict[Annotated[int, Field(gt=0)], Path]


class Recordings(Section):
    """Where recordings come from."""

    source: Annotated[str, OneOf(names("recordings"))]
    exclude: tuple[int, ...]
    fetched: Fetched
    s3: Archive
    dandi: Dandi
    warehouse: Archive
    cache: Cache
    nwb: OwnNwb
    other: Other
    synthetic: Synthetic
    units: UnitFilter

    @property
    def are_allens(self) -> bool:
        """Whether sessions are those of the catalog, from one of their archives."""
        return self.source in {"s3", "dandi", "warehouse"}

    @property
    def are_in_dandiset(self) -> bool:
        """Whether sessions are a lab's own, in its dandiset."""
        return self.source == "nwb" and self.nwb.dandiset.number is not None

    @property
    def are_in_place(self) -> bool:
        """Whether files are read on their server, without being downloaded."""
        return self.are_in_dandiset or (self.are_allens and not self.fetched.whole)

    @property
    def are_added(self) -> bool:
        """Whether an extension reads the sessions."""
        return not entry("recordings", self.source).is_built_in

    @property
    def need_allensdk(self) -> bool:
        """Whether the sessions are read by AllenSDK, in its environment."""
        return self.source != "nwb" and not self.are_added

    @property
    def own_files(self) -> dict[int, Path]:
        """The user's files, if the source is ``nwb`` or an extension."""
        return (self.other if self.are_added else self.nwb).files

    def reader_options(self) -> dict[str, Any]:
        """Return what the source's reader takes besides a file and its session."""
        needed = {"needed": self.units.model_dump()} if self.are_in_place else {}
        if self.source != "nwb":
            return needed
        mapping = self.nwb.model_dump(mode="json", exclude={"files", "dandiset"})
        return {"mapping": mapping, "areas": self.units.areas, **needed}

    @model_validator(mode="after")
    def _cache_is_there(self) -> Self:
        directory = self.cache.directory
        if self.source == "cache" and not (directory and directory.is_dir()):
            raise ValueError(
                f"cache.directory={directory} is not a directory, and source is cache: "
                "give the directory that contains session_<id>/session_<id>.nwb, or "
                "choose another source"
            )
        return self

    @model_validator(mode="after")
    def _own_files_are_there(self) -> Self:
        if self.source != "nwb" and not self.are_added:
            return self
        section, files = "other" if self.are_added else "nwb", self.own_files
        if not files:
            raise ValueError(
                f"{section}.files is empty, and source is {self.source}: give a number "
                "of your choice and a path for each session, such as "
                "{1: data/mouse-1.nwb}"
            )
        if self.are_in_dandiset:
            return self
        directories = [f"{id_}: {p}" for id_, p in files.items() if p.is_dir()]
        if directories:
            raise ValueError(
                f"{section}.files names directories ({', '.join(directories)}): NWB is "
                "read from HDF5 files, not from Zarr. Export them to HDF5"
            )
        check_files(f"{section}.files", files)
        return self

    @model_validator(mode="after")
    def _filters_have_columns(self) -> Self:
        without = [
            limit.rpartition("_")[0]
            for limit, value in self.units.model_dump(exclude={"areas"}).items()
            if value is not None
            and getattr(self.nwb.units, limit.rpartition("_")[0]) is None
        ]
        if self.source == "nwb" and without:
            raise ValueError(
                f"units has a limit on {', '.join(without)}, but nwb.units names no "
                "column for it: name the column, or set the limit to null"
            )
        return self


class RunningRule(Section):
    """What makes a window a running epoch."""

    fraction_moving_at_least: Fraction
    mean_above_cm_s: NonNegative


class StationaryRule(Section):
    """What makes a window a stationary epoch."""

    max_below_cm_s: Positive
    mean_below_cm_s: Positive


class Thresholds(Section):
    """What distinguishes running from rest."""

    moving_above_cm_s: Positive
    running: RunningRule
    stationary: StationaryRule


class PupilRule(Section):
    """Which pupils are small or large: shares of the session's samples below them."""

    small_below: Fraction
    large_above: Fraction

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if self.small_below > self.large_above:
            raise ValueError(
                f"small_below={self.small_below} is above large_above="
                f"{self.large_above}: a pupil would be both"
            )
        return self


class Epochs(Thresholds):
    """How epochs are found."""

    pupil: PupilRule

    stimulus: Literal["spontaneous", "all"]
    trim_s: NonNegative
    # At least two: half of the stationary epochs are for conditioning, half for
    # evaluation.
    per_state_at_least: Annotated[int, Field(ge=2)]
    balance: Balance


class Sensitivity(Section):
    """Other rules, whose epochs are counted but never used."""

    window_s: tuple[Seconds, ...]
    stimulus: tuple[Literal["spontaneous", "all"], ...]
    thresholds: dict[str, Thresholds]
