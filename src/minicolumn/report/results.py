"""What pages are made from, and nothing else."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self, get_origin, get_type_hints

import numpy as np
import pandas as pd

from minicolumn.domain.measure import DomainSummary
from minicolumn.files import tables
from minicolumn.files.documents import read_document
from minicolumn.files.models import read_manifest
from minicolumn.files.store import read_provenance, read_tables
from minicolumn.inference.circuits.checks import PosteriorChecks
from minicolumn.inference.circuits.posterior_archive import PosteriorManifest
from minicolumn.inference.mechanism.learned import LearnedMechanism
from minicolumn.inference.mechanism.sessions import MechanismAnswers
from minicolumn.outcomes import SESSION_OK, SYNTHETIC
from minicolumn.perturbation.over_circuits import PerturbationSummary
from minicolumn.prediction.combinations import SESSION
from minicolumn.report.shown_session import ShownSession, read_chosen
from minicolumn.report.start import Start
from minicolumn.report.state_words import StateWords
from minicolumn.report.surrogate_record import SurrogateRecord
from minicolumn.scoring.dose_response import DoseResponses
from minicolumn.scoring.summary import Scores
from minicolumn.surrogates.scoreboard import Scoreboard

_DOCUMENTS = ("domain_cohort", "scores", "mechanism", "learned", "posterior_checks")


@dataclass(frozen=True, eq=False, kw_only=True)
class Shown(ABC):
    """What every page shows.

    Attributes
    ----------
    config
        The configuration as plain values, without addresses and directories.
    defaults
        The contents of ``config.yaml``.
    provenance
        What made the simulations, each distinct record once.
    started
        When the run was started, by which code and command.
    perturbation
        How networks that were fitted to known circuits foretell light and ACh; None if
        the run has not made it.
    beside
        Files beside the page that it names.
    """

    beside: ClassVar[tuple[str, ...]]

    config: Mapping[str, Any]
    defaults: Mapping[str, Any]
    provenance: Sequence[Mapping[str, Any]]
    started: Start
    perturbation: PerturbationSummary | None = None

    @property
    @abstractmethod
    def synthetic(self) -> bool:
        """Whether anything that is shown was made by a simulated circuit."""

    @property
    def truth(self) -> Mapping[int, str]:
        """True mechanism by session identity; empty for recorded animals."""
        return {}

    @classmethod
    def frames(cls, paths: Mapping[str, Any]) -> dict[str, Any]:
        """Read the tables whose kind is with their type, from paths by their names."""
        return {
            name: read_frame(paths[name], *kind.__metadata__)
            for name, kind in get_type_hints(cls, include_extras=True).items()
            if get_origin(kind) is Annotated
        }

    def shared(self) -> dict[str, Any]:
        """Return what the templates of all sections know."""
        return {
            "config": self.config,
            "synthetic": self.synthetic,
            "truth": self.truth,
            "made": self.started,
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class OfSessions(Shown):
    """What pages about sessions show.

    Attributes
    ----------
    sessions
        A table of the kind `tables.SESSIONS`.
    scores
        Of the predictions that the page speaks of.
    """

    sessions: Annotated[pd.DataFrame, tables.SESSIONS]
    scores: Scores

    @property
    def synthetic(self) -> bool:
        """Whether any recording was made by a simulated circuit.

        The files say so themselves, wherever they came from.
        """
        return bool((self.sessions["origin"] == SYNTHETIC).any())

    @property
    def states(self) -> StateWords:
        """What the two states are called."""
        return StateWords.of(self.config["states"])

    def shared(self) -> dict[str, Any]:
        """Return what the templates of all sections know."""
        return {**super().shared(), "states": self.states}

    @property
    def n_scored(self) -> int:
        """Number of sessions that are scored."""
        return len(where(self.sessions, outcome=SESSION_OK))

    @property
    def truth(self) -> Mapping[int, str]:
        """True mechanism by session identity; empty for recorded animals."""
        return self.scores.truth


@dataclass(frozen=True, eq=False, kw_only=True)
class Results(OfSessions):
    """Everything the report shows; the kind of each table is with its type.

    Attributes
    ----------
    changes
        Sessions in a table of the kind `tables.PREDICTIONS`.
    posterior
        The manifest of the posterior.
    shown
        One session, for its figure; None without any.
    example
        Rows of one shard of simulations, for the spike rasters; none if imported.
    refused
        Files of archives that did not fit, as `tables.REFUSED_FILES`; None if circuits
        were simulated and not imported.
    dose_response
        How statistics follow ACh within sessions; None if there is no pupil.
    surrogates, scoreboards
        One per trained surrogate, and one per training set.
    """

    beside: ClassVar = (
        "inference/mechanism.parquet",
        "inference/mechanism.json",
        "prediction/predictions.parquet",
        "prediction/observed.parquet",
        "prediction/scores.json",
        "domain/domain.parquet",
        "inference/posterior.json",
    )
    simulated: Annotated[pd.DataFrame, tables.SIMULATED_STATISTICS]
    recorded: Annotated[pd.DataFrame, tables.RECORDED_STATISTICS]
    epoch_counts: Annotated[pd.DataFrame, tables.EPOCH_COUNTS]
    domain: Annotated[pd.DataFrame, tables.DOMAIN]
    rate_matching: Annotated[pd.DataFrame, tables.RATE_MATCHING]
    observed: Annotated[pd.DataFrame, tables.OBSERVED_CHANGES]
    circuits: Annotated[pd.DataFrame, tables.POSTERIOR_SAMPLES]
    predictive: Annotated[pd.DataFrame, tables.PREDICTIVE_CHECKS]
    changes: pd.DataFrame
    domain_cohort: DomainSummary
    mechanism: MechanismAnswers
    learned: LearnedMechanism
    posterior_checks: PosteriorChecks
    posterior: PosteriorManifest
    shown: ShownSession | None
    example: pd.DataFrame
    refused: pd.DataFrame | None
    dose_response: DoseResponses | None
    surrogates: Sequence[SurrogateRecord]
    scoreboards: Sequence[Scoreboard]

    @classmethod
    def read(
        cls,
        paths: Mapping[str, Any],
        config: Mapping[str, Any],
        defaults: Mapping[str, Any],
        started: Start,
        perturbation: PerturbationSummary | None = None,
    ) -> Self:
        """Read what the report is made from.

        Parameters
        ----------
        paths
            Path or paths of each input of the rule ``write_report``, by its name.
        config, defaults
            The configuration, and ``config.yaml`` alone, as plain values.
        started
            When and how the run was started.
        perturbation
            As `Shown`.

        Raises
        ------
        UnreadableTableError
            If a table is damaged or of another kind.
        """
        kinds, found = get_type_hints(cls), cls.frames(paths)
        found |= {name: read_document(paths[name], kinds[name]) for name in _DOCUMENTS}
        refused, within = paths.get("refused"), paths.get("dose_response")
        found_records = map(read_provenance, paths["made"])
        records = {json.dumps(one, sort_keys=True): one for one in found_records}
        return cls(
            config=config,
            **found,
            changes=of_sessions(read_frame(paths["predictions"], tables.PREDICTIONS)),
            posterior=read_manifest(paths["posterior"], PosteriorManifest),
            shown=read_chosen(found["sessions"], paths, config["recordings"]["units"]),
            example=read_frame(paths.get("example", ()), tables.SIMULATIONS),
            refused=read_frame(refused, tables.REFUSED_FILES) if refused else None,
            dose_response=read_document(within, DoseResponses) if within else None,
            surrogates=[SurrogateRecord.read(path) for path in paths["surrogates"]],
            scoreboards=[
                read_document(one, Scoreboard) for one in paths["scoreboards"]
            ],
            provenance=list(records.values()),
            defaults=defaults,
            started=started,
            perturbation=perturbation,
        )

    def shared(self) -> dict[str, Any]:
        """Return what the templates of all sections know."""
        more = {
            "imported": self.refused is not None,
            "main": self.main,
            "has_perturbation": self.perturbation is not None,
        }
        return super().shared() | more

    @property
    def main(self) -> str | None:
        """The architecture shown first, as declared beforehand; None without scores."""
        return self.scores.primary.architecture if self.scores.scores else None

    def predicted(self, selector: str) -> pd.DataFrame:
        """Return what the main architecture predicts from a selector's circuits."""
        return where(self.changes, architecture=self.main, selector=selector)


def where(table: pd.DataFrame, **equal: Any) -> pd.DataFrame:
    """Return the rows of ``table`` whose columns equal the values given."""
    keep = np.ones(len(table), dtype=bool)
    for name, value in equal.items():
        keep &= np.asarray(table[name] == value, dtype=bool)
    return table.take(np.flatnonzero(keep))


def read_frame(paths: str | Sequence[str], kind: tables.Schema) -> Any:
    """Return the rows of one file, or of several, of one kind."""
    several = [paths] if isinstance(paths, str) else paths
    return read_tables(several, kind).to_pandas()


def of_sessions(predictions: pd.DataFrame) -> pd.DataFrame:
    """Return the sessions of `tables.PREDICTIONS`, named as other tables name them."""
    names = {"target_id": "session_id", "forward": "architecture"}
    return where(predictions, target=SESSION).rename(columns=names)
