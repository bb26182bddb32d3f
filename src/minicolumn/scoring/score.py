"""The numbers of one score: a surrogate, a statistic, and what they came to."""

from dataclasses import dataclass

from minicolumn.scoring.directions import Directions
from minicolumn.scoring.magnitude import Magnitude


@dataclass(frozen=True)
class Reference:
    """What a prediction without any surrogate came to on the same sessions.

    Attributes
    ----------
    n, matches, accuracy
        As in `Directions`.
    n_same
        Sessions in which it says the same direction as the model.
    n_compared
        Sessions in which both say a direction.
    """

    n: int
    matches: float
    accuracy: float | None
    n_same: int
    n_compared: int

    @property
    def equals_model(self) -> bool:
        """Whether it says just what the model says, so that the model adds nothing."""
        return self.n_compared > 0 and self.n_same == self.n_compared


@dataclass(frozen=True)
class Nulls:
    """p-values under the nulls of `nulls`, two-sided; None where undefined.

    Attributes
    ----------
    swapped
        Rest and running exchanged by a coin in each session.
    permuted
        Predictions dealt out to other sessions; 1 for a constant guess.
    sham_n, sham_matches
        Sessions with, and matches of, a direction between the first and the second half
        of rest, where nothing is to be predicted.
    sham
        p-value of these against a coin.
    sham_max_t
        The same corrected for all scores.
    """

    swapped: float | None
    permuted: float | None
    sham_n: int
    sham_matches: int
    sham: float | None
    sham_max_t: float | None


@dataclass(frozen=True)
class Corrected:
    """p-values corrected for the number of scores; None where there is none.

    Attributes
    ----------
    holm
        Of a primary score: among the primary ones, of the exact binomial p-values.
    benjamini_hochberg
        Of any other: among the others, likewise.
    max_t
        Among all scores, by swapped states, which know how scores depend on each other.
    """

    holm: float | None
    benjamini_hochberg: float | None
    max_t: float | None

    def deciding(self, primary: bool) -> float | None:
        """Return the one that the verdict rests on."""
        return self.holm if primary else self.max_t


@dataclass(frozen=True)
class Numbers:
    """What one surrogate came to on one statistic; a verdict follows from it.

    Attributes
    ----------
    training_set, architecture, statistic
        What was scored.
    primary
        Whether the configuration declares it a primary score.
    directions
        Over all sessions.
    subsets
        The same over some of them: ``decided`` (the observed direction is more than
        noise), and ``inside`` and ``outside`` the simulated domain where that is known.
    magnitude
        Sizes of change.
    nulls, corrected
        p-values.
    references
        Predictions without a surrogate, by name; none for the ACh-shuffled control.
    held_out
        Positive control: the same score of the same method on held-out mice of the
        mechanism; None without any.
    p
        The corrected p-value that the verdict rests on: Holm's for a primary score,
        max-T for the others.
    adds_nothing
        Whether the simulator's mean says just what the surrogate says.
    """

    training_set: str
    architecture: str
    statistic: str
    primary: bool
    directions: Directions
    subsets: dict[str, Directions]
    magnitude: Magnitude
    nulls: Nulls
    corrected: Corrected
    references: dict[str, Reference]
    held_out: Directions | None
    p: float | None
    adds_nothing: bool
