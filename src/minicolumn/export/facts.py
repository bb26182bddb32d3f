"""Facts about a run, counted from its own tables."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from minicolumn.circuits.family import family
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.export.layout import ExportedTable, tables_of
from minicolumn.outcomes import SESSION_OK, SYNTHETIC, Outcome
from minicolumn.statistics.names import STATISTIC_NAMES

_SIZES = (10**3, 10**4, 10**5, 10**6, 10**7, 10**8)
_SIZE_NAMES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M")
ORIGINS = {
    "allen": "from the Allen Institute's Visual Coding Neuropixels data",
    "other": "from files that the run's user named",
    SYNTHETIC: "SYNTHETIC, from simulated circuits and not from animals",
}


@dataclass(frozen=True)
class Run:
    """The part of a run's configuration that its data set depends on."""

    name: str
    title: str  # of the data set
    own_license: str  # of what the run simulated
    seed: int
    levels: tuple[float, ...]
    duration_s: float
    n_units: int
    imported: bool  # whether circuits come from archives
    family: str  # of circuits

    @property
    def tables(self) -> tuple[ExportedTable, ...]:
        """Tables of the data set."""
        return tables_of(family(self.family))


@dataclass(frozen=True)
class Facts:
    """Every number on the card; none is written by hand."""

    run: Run
    n_rows: Mapping[str, int]  # by table
    n_circuits: int
    n_parameters: int  # sampled, of each circuit
    outcomes: Mapping[str, Mapping[str, int]]  # simulations by mechanism and outcome
    undefined: Mapping[str, tuple[int, int]]  # simulations and epochs, by statistic
    origins: Mapping[str, int]  # sessions by origin
    session_outcomes: Mapping[str, int]
    states: Mapping[str, int]  # epochs by the name of their state
    surrogates: Sequence[Mapping[str, Any]]  # identity, size, R2 on held-out circuits
    scores: Sequence[Mapping[str, Any]]  # by model and statistic

    @property
    def n_synthetic(self) -> int:
        """Number of synthetic sessions."""
        return self.origins.get(SYNTHETIC, 0)

    @property
    def n_sessions(self) -> int:
        """Number of sessions, scored or not."""
        return sum(self.origins.values())

    @property
    def n_scored(self) -> int:
        """Number of sessions that are scored."""
        return self.session_outcomes.get(SESSION_OK, 0)

    @property
    def origin_sentences(self) -> list[str]:
        """One sentence per origin of sessions."""
        return [f"{n} {ORIGINS[origin]}" for origin, n in sorted(self.origins.items())]

    @property
    def license(self) -> str:
        """Identifier of the license on the Hub; ``other`` if parts belong to others."""
        others = self.run.imported or self.n_synthetic < self.n_sessions
        return "other" if others else self.run.own_license

    @property
    def size_category(self) -> str:
        """The Hub's name for this many rows of simulations."""
        n = self.n_rows["simulated_statistics"]
        return _SIZE_NAMES[int(np.searchsorted(_SIZES, n, side="right"))]

    @property
    def slug(self) -> str:
        """Name of the data set in characters that every catalog accepts."""
        return f"minicolumn-{self.run.name}"

    @property
    def version(self) -> str:
        """Version of the package that wrote the data set."""
        return version("minicolumn")

    @property
    def citation(self) -> str:
        """How to cite the data set."""
        return f"minicolumn {self.version}, data set {self.run.title!r}"

    @property
    def abstract(self) -> str:
        """Two sentences for catalogs; they name synthetic recordings as such."""
        simulated = "imported from archives" if self.run.imported else "simulated"
        recorded = f"{self.n_rows['epochs']:,} epochs of {self.n_sessions} sessions"
        if self.n_synthetic and self.n_synthetic == self.n_sessions:
            recorded = f"SYNTHETIC recordings, not from animals: {recorded}"
        elif self.n_synthetic:
            recorded += f", {self.n_synthetic} of them SYNTHETIC, not from animals"
        return (
            f"{self.n_circuits:,} cortical microcircuits, {simulated} under "
            f"{len(MECHANISMS)} mechanisms of acetylcholine at {len(self.run.levels)} "
            f"levels, described by {len(STATISTIC_NAMES)} population statistics. "
            f"Recorded for comparison: {recorded}."
        )


def collect(
    directory: Path, run: Run, n_rows: Mapping[str, int], surrogates: Sequence[str],
    scores: Mapping[str, Any],
) -> Facts:  # fmt: skip
    """Count the contents of the exported tables in ``directory``, and of models.

    ``surrogates`` are directories; ``scores`` is the content of ``scores.json``.
    """
    files = {table.name: directory / table.file for table in run.tables}
    simulated = pq.read_table(
        files["simulated_statistics"], columns=["circuit_id", "mechanism", "outcome"]
    )
    sessions = pq.read_table(files["sessions"], columns=["origin", "outcome"])
    epochs = pq.read_table(files["epochs"], columns=["state_name"])
    session_outcomes = Counter(sessions["outcome"].to_pylist()).items()
    return Facts(
        run=run,
        n_rows=n_rows,
        n_circuits=len(simulated["circuit_id"].unique()),
        n_parameters=len(set(pq.read_schema(files["circuits"]).names) - {"circuit_id"}),
        outcomes=_outcomes(simulated),
        undefined=_undefined(
            files["simulated_statistics"], files["recorded_statistics"]
        ),
        origins=Counter(sessions["origin"].to_pylist()),
        session_outcomes=dict(
            sorted(session_outcomes, key=lambda one: (-one[1], one[0]))
        ),
        states=Counter(epochs["state_name"].to_pylist()),
        surrogates=[_surrogate(Path(one)) for one in sorted(surrogates)],
        scores=[_score(cell) for cell in scores["scores"]],
    )


def _outcomes(simulated: pa.Table) -> dict[str, dict[str, int]]:
    both = (simulated[name].to_pylist() for name in ("mechanism", "outcome"))
    counts = Counter(zip(*both, strict=True))
    return {m: {o.value: counts[m, o] for o in Outcome} for m in MECHANISMS}


def _undefined(simulated: Path, recorded: Path) -> dict[str, tuple[int, int]]:
    def nulls(path: Path, name: str) -> int:
        return pq.read_table(path, columns=[name])[name].null_count

    return {n: (nulls(simulated, n), nulls(recorded, n)) for n in STATISTIC_NAMES}


def _score(cell: Mapping[str, Any]) -> dict[str, Any]:
    named = ("training_set", "architecture", "statistic", "p", "verdict")
    counted = ("n", "accuracy", "best_constant")
    return {name: cell[name] for name in named} | {
        name: cell["directions"][name] for name in counted
    }


def _surrogate(directory: Path) -> dict[str, Any]:
    metrics, manifest = (
        json.loads((directory / f"{name}.json").read_text())
        for name in ("metrics", "manifest")
    )
    r2 = [
        value
        for name in STATISTIC_NAMES
        if (value := metrics["test"].get(name, {}).get("r2")) is not None
    ]
    return {
        "training_set": manifest["training_set"],
        "architecture": manifest["architecture"],
        "n_weights": manifest["n_weights"],
        "n_test": manifest["counts"]["circuits"]["test"],
        "n_defined": len(r2),
        "median_r2": float(np.median(r2)) if r2 else None,
        "lowest_r2": min(r2, default=None),
    }
