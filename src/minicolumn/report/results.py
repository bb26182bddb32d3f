"""What the report is made from, and nothing else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from minicolumn.files.documents import read_document
from minicolumn.files.store import read_provenance, read_table, read_tables
from minicolumn.files.tables import (
    DOMAIN,
    EPOCH_COUNTS,
    OBSERVED_CHANGES,
    PREDICTIONS,
    RATE_MATCHING,
    RECORDED_STATISTICS,
    REFUSED_FILES,
    SESSIONS,
    SIMULATED_STATISTICS,
    SIMULATIONS,
)
from minicolumn.inference.mechanism.learned import LearnedMechanism
from minicolumn.outcomes import SESSION_OK, SYNTHETIC
from minicolumn.prediction.combinations import BANK, RATE_ALONE, SESSION
from minicolumn.report.posterior_record import PosteriorRecord
from minicolumn.report.recording import (
    ShownSession,
    choose_session,
    read_session,
    tables_of,
)


@dataclass(frozen=True)
class SurrogateRecord:
    """What a trained surrogate says about itself.

    Attributes
    ----------
    training_set, architecture
        Which surrogate it is.
    metrics, manifest
        The contents of ``metrics.json`` and ``manifest.json``.
    """

    training_set: str
    architecture: str
    metrics: Mapping[str, Any]
    manifest: Mapping[str, Any]

    @classmethod
    def read(cls, directory: str | Path) -> "SurrogateRecord":
        """Read the two files from the directory of a surrogate."""
        metrics, manifest = (
            json.loads((Path(directory) / f"{name}.json").read_text())
            for name in ("metrics", "manifest")
        )
        return cls(
            manifest["training_set"], manifest["architecture"], metrics, manifest
        )

    def score(self, statistic: str, measure: str) -> float | None:
        """Return one score on held-out circuits; None if it is undefined or absent."""
        return self.metrics.get("test", {}).get(statistic, {}).get(measure)


@dataclass(frozen=True, eq=False)
class Results:
    """Everything the report shows.

    Attributes
    ----------
    config
        The configuration as plain values, without addresses and directories.
    simulated, recorded, sessions, epoch_counts, domain, rate_matching
        Tables of the kinds of the same names in `minicolumn.files.tables`.
    changes
        Rows of `tables.PREDICTIONS`: sessions, by surrogates. ``target_id`` is named
        ``session_id`` and ``forward`` is named ``architecture``.
    domain_cohort
        The contents of ``domain/domain.json``.
    observed
        The table `tables.OBSERVED_CHANGES`.
    shown
        One session, for its figure; None without any.
    example
        Rows of one shard of simulations, for the spike rasters; none if imported.
    refused
        Files of archives that did not fit, as `tables.REFUSED_FILES`; None if circuits
        were simulated and not imported.
    surrogates
        One record per trained surrogate.
    scoreboards
        The contents of ``surrogate_scores/*.json``, one per training set.
    scores
        The contents of ``prediction/scores.json``.
    mechanism, learned
        The contents of ``inference/mechanism.json`` and ``mechanism_model.json``.
    posterior
        Which circuits each session could be.
    provenance
        What made the simulations, each distinct record once.
    """

    config: Mapping[str, Any]
    simulated: pd.DataFrame
    recorded: pd.DataFrame
    sessions: pd.DataFrame
    epoch_counts: pd.DataFrame
    shown: ShownSession | None
    changes: pd.DataFrame
    domain: pd.DataFrame
    domain_cohort: Mapping[str, Any]
    rate_matching: pd.DataFrame
    observed: pd.DataFrame
    example: pd.DataFrame
    refused: pd.DataFrame | None
    surrogates: Sequence[SurrogateRecord]
    scoreboards: Sequence[Mapping[str, Any]]
    scores: Mapping[str, Any]
    mechanism: Mapping[str, Any]
    learned: LearnedMechanism
    posterior: PosteriorRecord
    provenance: Sequence[Mapping[str, Any]]

    @property
    def synthetic(self) -> bool:
        """Whether any recording was made by a simulated circuit.

        The files say so themselves, wherever they came from.
        """
        return bool((self.sessions["origin"] == SYNTHETIC).any())

    @property
    def n_scored(self) -> int:
        """Number of sessions that are scored."""
        return len(where(self.sessions, outcome=SESSION_OK))

    @property
    def truth(self) -> Mapping[str, str]:
        """True mechanism by session identity; empty for recorded animals."""
        return self.scores.get("truth", {})


def read_results(
    *,
    config: Mapping[str, Any],
    simulated: Sequence[str],
    recorded: Sequence[str],
    sessions: Sequence[str],
    epoch_counts: Sequence[str],
    recordings: Mapping[str, Sequence[str]],
    changes: str,
    example: Sequence[str],
    made: Sequence[str],
    refused: str | None,
    domain: str,
    domain_cohort: str,
    rate_matching: str,
    observed: str,
    surrogates: Sequence[str],
    scoreboards: Sequence[str],
    scores: str,
    mechanism: str,
    learned: str,
    posterior: Mapping[str, str],
) -> Results:
    """Read what the report is made from.

    Parameters
    ----------
    config
        The configuration as plain values.
    simulated, recorded, sessions, epoch_counts, changes, observed, domain
        Paths of tables; see `Results`. So is ``rate_matching``.
    domain_cohort
        Path of ``domain.json``.
    recordings
        Paths of the ``units``, ``speed``, ``intervals`` and ``epochs`` of all sessions,
        of which one is shown.
    example
        Path of the shard of simulations that the spike rasters come from, if any.
    made
        Paths of shards of simulations, or of imported circuits, whose provenance is
        printed.
    refused
        Path of the files of archives that did not fit; None if none were imported.
    surrogates
        Directories of surrogates.
    scoreboards
        Paths of the scores of each training set's surrogates.
    scores, mechanism, learned
        Paths of ``scores.json``, ``mechanism.json`` and ``mechanism_model.json``.
    posterior
        Paths that `PosteriorRecord.read` takes.

    Raises
    ------
    UnreadableTableError
        If a table is damaged or of another kind.
    """
    found = read_tables(sessions, SESSIONS).to_pandas()
    return Results(
        config=config,
        simulated=read_tables(simulated, SIMULATED_STATISTICS).to_pandas(),
        recorded=read_tables(recorded, RECORDED_STATISTICS).to_pandas(),
        sessions=found,
        epoch_counts=read_tables(epoch_counts, EPOCH_COUNTS).to_pandas(),
        shown=_shown(found, recordings, config),
        changes=_changes(read_table(changes, PREDICTIONS).to_pandas()),
        example=read_tables(example, SIMULATIONS).to_pandas(),
        refused=read_table(refused, REFUSED_FILES).to_pandas() if refused else None,
        domain=read_table(domain, DOMAIN).to_pandas(),
        domain_cohort=json.loads(Path(domain_cohort).read_text()),
        rate_matching=read_table(rate_matching, RATE_MATCHING).to_pandas(),
        observed=read_table(observed, OBSERVED_CHANGES).to_pandas(),
        surrogates=[SurrogateRecord.read(path) for path in surrogates],
        scoreboards=[json.loads(Path(path).read_text()) for path in scoreboards],
        scores=json.loads(Path(scores).read_text()),
        mechanism=json.loads(Path(mechanism).read_text()),
        learned=read_document(learned, LearnedMechanism),
        posterior=PosteriorRecord.read(**posterior),
        provenance=_distinct([read_provenance(path) for path in made]),
    )


def _changes(predictions: pd.DataFrame) -> pd.DataFrame:
    mine = where(predictions, target=SESSION)
    mine = mine[~mine["forward"].isin([BANK, RATE_ALONE])]
    return mine.rename(columns={"target_id": "session_id", "forward": "architecture"})


def _shown(
    sessions: pd.DataFrame,
    recordings: Mapping[str, Sequence[str]],
    config: Mapping[str, Any],
) -> ShownSession | None:
    chosen = choose_session(sessions)
    if chosen is None:
        return None
    (origin,) = where(sessions, session_id=chosen)["origin"]
    tables = tables_of(chosen, **recordings)
    return read_session(chosen, origin, tables, config["recordings"]["units"])


def where(table: pd.DataFrame, **equal: Any) -> pd.DataFrame:
    """Return the rows of ``table`` whose columns equal the values given."""
    keep = np.ones(len(table), dtype=bool)
    for name, value in equal.items():
        keep &= np.asarray(table[name] == value, dtype=bool)
    return table.take(np.flatnonzero(keep))


def _distinct(records: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    by_content = {json.dumps(record, sort_keys=True): record for record in records}
    return list(by_content.values())
