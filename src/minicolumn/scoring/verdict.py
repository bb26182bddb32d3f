"""What may be said of each score: one of few verdicts, and a sentence of numbers."""

from enum import StrEnum

from minicolumn.prediction.references import SIMULATOR_MEAN
from minicolumn.scoring.directions import Score
from minicolumn.scoring.evidence import SIGNIFICANT, Evidence, smallest_p
from minicolumn.scoring.score import Cell, Reference


class Verdict(StrEnum):
    """What a score shows. The strongest is `CONSISTENT`.

    It needs more than one predicted direction, a skill interval wholly above zero and a
    corrected p-value below 0.05. Agreement of direction can never show that
    acetylcholine is the cause.
    """

    NOT_SCORED = "not_scored"
    TOO_FEW_SESSIONS = "too_few_sessions"
    CONSTANT_PREDICTION = "constant_prediction"
    OPPOSED = "opposed"
    BELOW_CONSTANT = "below_constant"
    CONSTANT_DIRECTION = "constant_direction"
    CHANCE = "chance"
    CONSISTENT = "consistent"

    @property
    def label(self) -> str:
        """The verdict in words."""
        return _LABELS[self]


_LABELS = {
    Verdict.NOT_SCORED: "Not scored",
    Verdict.TOO_FEW_SESSIONS: "Too few sessions to tell anything from chance",
    Verdict.CONSTANT_PREDICTION: "Constant prediction: one direction for all sessions",
    Verdict.OPPOSED: "Opposed to the observed direction more often than chance",
    Verdict.BELOW_CONSTANT: "Worse than a constant direction",
    Verdict.CONSTANT_DIRECTION: "Not distinguishable from a constant direction",
    Verdict.CHANCE: "Not distinguishable from chance after correction",
    Verdict.CONSISTENT: "Consistent with the predicted directions",
}


def verdict(cell: Cell) -> Verdict:
    """Return what the numbers of a score allow to be said; the first that applies."""
    score, decided = cell.score, cell.score.evidence
    if decided is None or cell.p is None:
        return Verdict.NOT_SCORED
    if smallest_p(decided.n) >= SIGNIFICANT:
        return Verdict.TOO_FEW_SESSIONS
    if score.n_signs <= 1:
        return Verdict.CONSTANT_PREDICTION
    if cell.p < SIGNIFICANT and decided.clopper_pearson[1] < 0.5:
        return Verdict.OPPOSED
    if score.skill_interval is None or score.skill_interval[0] <= 0:
        below = score.skill_interval is not None and score.skill_interval[1] < 0
        return Verdict.BELOW_CONSTANT if below else Verdict.CONSTANT_DIRECTION
    return Verdict.CONSISTENT if cell.p < SIGNIFICANT else Verdict.CHANCE


def sentence(cell: Cell) -> str:
    """Return the verdict with the numbers it follows from, and what weakens it."""
    label, score, decided = verdict(cell).label, cell.score, cell.score.evidence
    if score.n == 0:
        return f"{label}: no session has both a prediction and an observed change."
    if decided is None or cell.p is None:
        return f"{label}: none of {score.n} sessions has a direction to compare."
    if verdict(cell) is Verdict.TOO_FEW_SESSIONS:
        return (
            f"{label}: even {decided.n} of {decided.n} matches would have "
            f"p = {smallest_p(decided.n):.2g}. {_count(score, decided)}."
        )
    parts = [f"{label}: {_count(score, decided)}", _skill(score), _p_values(cell)]
    return f"{'; '.join(part for part in parts if part)}.{_cautions(cell)}"


def _count(score: Score, decided: Evidence) -> str:
    low, high = decided.clopper_pearson
    return (
        f"{score.matches:g} of {score.n} sessions match "
        f"({score.accuracy:.1%}, 95 % interval {low:.1%} to {high:.1%})"
    )


def _skill(score: Score) -> str:
    interval = score.skill_interval
    over = f"skill {100 * (score.skill or 0):+.1f} points over the best constant"
    limits = (
        f" (95 % interval {100 * interval[0]:+.1f} to {100 * interval[1]:+.1f})"
        if interval
        else " (no interval)"
    )
    return f"{over}, {score.best_constant:.1%}{limits}"


def _p_values(cell: Cell) -> str:
    how = "Holm, primary" if cell.primary else "max-T, all scores"
    text = f"corrected p = {cell.p:.2g} ({how})"
    if cell.nulls.permuted is not None:
        text += f"; sessions permuted p = {cell.nulls.permuted:.2g}"
    return text


def _cautions(cell: Cell) -> str:
    said = []
    if adds_nothing(cell.references.get(SIMULATOR_MEAN)):
        said.append(
            "The simulator's mean direction, without any surrogate, is the same in "
            "every session: the surrogate adds nothing here."
        )
    if cell.nulls.sham_max_t is not None and cell.nulls.sham_max_t < SIGNIFICANT:
        said.append(
            f"It also matches {cell.nulls.sham_matches} of {cell.nulls.sham_n} drifts "
            f"between halves of rest (corrected p = {cell.nulls.sham_max_t:.2g}), "
            "where nothing was to be predicted."
        )
    return "".join(f" {one}" for one in said)


def adds_nothing(simulator: Reference | None) -> bool:
    """Return whether a simulator without surrogate says just what the model says."""
    return simulator is not None and simulator.equals_model
