"""Everything that was scored, as the document ``scores.json``."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from minicolumn.config.prediction import Prediction, Primary
from minicolumn.scoring.dissociation import Dissociation, dissociation
from minicolumn.scoring.panel import Panel
from minicolumn.scoring.reliability import Reliability, reliabilities
from minicolumn.scoring.resampling import Resampling
from minicolumn.scoring.score import Numbers
from minicolumn.scoring.scores import score_predictions
from minicolumn.scoring.verdict import Verdict, sentence, verdict


@dataclass(frozen=True)
class Score(Numbers):
    """The score of one model on one statistic, in numbers and in words.

    Attributes
    ----------
    verdict
        What the numbers allow us to say.
    sentence
        The same with the numbers it follows from, and what weakens it.
    """

    verdict: Verdict
    sentence: str


@dataclass(frozen=True)
class Missing:
    """A statistic that a session could not be scored on, and its epochs."""

    session_id: int
    statistic: str
    n_stationary: int
    n_running: int


@dataclass(frozen=True)
class Scores:
    """The document ``scores.json``; ``docs/prediction.md`` explains its numbers.

    Attributes
    ----------
    primary, undecided_below_se, n_resamples, n_permutations
        The settings.
    n_sessions
        Sessions with any observed change.
    scores
        One per model and statistic.
    reliability
        How well observed directions are known, by statistic.
    missing
        What could not be scored.
    dissociation
        The comparison of two mechanisms on two statistics.
    truth
        True mechanism of each synthetic mouse; empty for animals.
    """

    primary: Primary
    undecided_below_se: float
    n_resamples: int
    n_permutations: int
    n_sessions: int
    scores: tuple[Score, ...]
    reliability: tuple[Reliability, ...]
    missing: tuple[Missing, ...]
    dissociation: Dissociation
    truth: dict[int, str]


def summarize(
    predictions: pa.Table,
    observed: pa.Table,
    settings: Prediction,
    seed: int,
    inside: Mapping[int, bool | None] | None = None,
    truth: Mapping[int, str] | None = None,
) -> Scores:
    """Score all predictions.

    The tables are of the kinds `tables.PREDICTIONS` and `tables.OBSERVED_CHANGES`;
    ``inside`` is as of `scores.score_predictions`, and ``truth`` the true mechanism by
    session, where it is known. All that is redrawn follows from ``seed``.
    """
    resampling = Resampling(seed, settings.n_resamples, settings.n_permutations)
    panel = Panel.of(predictions, observed)
    numbers = score_predictions(panel, predictions, settings, resampling, inside)
    below_se = settings.undecided_below_se
    return Scores(
        primary=settings.primary,
        undecided_below_se=below_se,
        n_resamples=resampling.n_resamples,
        n_permutations=resampling.n_permutations,
        n_sessions=len(panel.session_id),
        scores=tuple(
            Score(**vars(one), verdict=verdict(one), sentence=sentence(one))
            for one in numbers
        ),
        reliability=tuple(reliabilities(observed, below_se)),
        missing=missing(observed),
        dissociation=dissociation(panel, settings.primary, resampling),
        truth=dict(truth or {}),
    )


def missing(observed: pa.Table) -> tuple[Missing, ...]:
    """Return what has no observed change in a table of the kind OBSERVED_CHANGES."""
    keys = ("session_id", "statistic", "n_stationary", "n_running")
    rows = (row for row in observed.to_pylist() if row["change"] is None)
    return tuple(Missing(**{key: row[key] for key in keys}) for row in rows)
