"""One score of the transfer: a model, a statistic, and what they came to."""

from dataclasses import dataclass

from minicolumn.transfer.evidence import Evidence


@dataclass(frozen=True)
class Cell:
    """The score of one model on one statistic; None where undefined.

    Attributes
    ----------
    training_set, architecture, statistic
        What was scored.
    n
        Sessions with a prediction and an observation.
    matches
        Sessions whose directions agree, plus half the ties.
    n_ties
        Sessions without a direction to compare.
    accuracy
        ``matches / n``.
    best_constant
        Accuracy, by the same rules, of the better of "always up" and "always down".
        It is chosen with hindsight, which favours it and not the model.
    skill
        ``accuracy - best_constant``.
    n_signs
        Distinct directions among the predictions: 1 means a constant guess.
    decided
        Intervals and p-value of the matches among sessions that are not ties.
    p_holm
        p-value corrected for all cells scored together.
    verdict
        What may be said, in words.
    """

    training_set: str
    architecture: str
    statistic: str
    n: int
    matches: float
    n_ties: int
    accuracy: float | None
    best_constant: float | None
    skill: float | None
    n_signs: int
    decided: Evidence | None
    p_holm: float | None = None
    verdict: str = ""
