"""What each score allows us to say: a verdict, and a sentence with its numbers."""

from enum import StrEnum

from minicolumn.scoring.directions import Directions
from minicolumn.scoring.evidence import SIGNIFICANT, Evidence, smallest_p
from minicolumn.scoring.score import Numbers


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
    Verdict.CONSTANT_PREDICTION: "Constant prediction",
    Verdict.OPPOSED: "Opposed to the observed direction more often than chance",
    Verdict.BELOW_CONSTANT: "Worse than a constant direction",
    Verdict.CONSTANT_DIRECTION: "Not distinguishable from a constant direction",
    Verdict.CHANCE: "Not distinguishable from chance after correction",
    Verdict.CONSISTENT: "Consistent with the predicted directions",
}


def verdict(score: Numbers) -> Verdict:
    """Return what the numbers of a score allow to be said; the first that applies."""
    found, decided = score.directions, score.directions.evidence
    if decided is None or score.p is None:
        return Verdict.NOT_SCORED
    if smallest_p(decided.n) >= SIGNIFICANT:
        return Verdict.TOO_FEW_SESSIONS
    if found.n_signs <= 1:
        return Verdict.CONSTANT_PREDICTION
    if score.p < SIGNIFICANT and decided.clopper_pearson[1] < 0.5:
        return Verdict.OPPOSED
    if found.skill_interval is None or found.skill_interval[0] <= 0:
        below = found.skill_interval is not None and found.skill_interval[1] < 0
        return Verdict.BELOW_CONSTANT if below else Verdict.CONSTANT_DIRECTION
    return Verdict.CONSISTENT if score.p < SIGNIFICANT else Verdict.CHANCE


def sentence(score: Numbers) -> str:
    """Return the verdict with the numbers it follows from, and what weakens it."""
    label, found = verdict(score).label, score.directions
    decided = found.evidence
    if found.n == 0:
        return f"{label}: no session has both a prediction and an observed change."
    if decided is None or score.p is None:
        return f"{label}: none of {found.n} sessions has a direction to compare."
    if verdict(score) is Verdict.TOO_FEW_SESSIONS:
        return (
            f"{label}: even {decided.n} of {decided.n} matches would have "
            f"p = {smallest_p(decided.n):.2g}. {_count(found, decided)}."
        )
    parts = [_count(found, decided), _skill(found), _p_values(score, score.p)]
    return f"{label}: {'; '.join(parts)}.{_cautions(score)}"


def _count(found: Directions, decided: Evidence) -> str:
    low, high = decided.clopper_pearson
    return (
        f"{found.matches:g} of {found.n} sessions match "
        f"({found.accuracy:.1%}, 95 % interval {low:.1%} to {high:.1%})"
    )


def _skill(found: Directions) -> str:
    interval = found.skill_interval
    over = f"skill {100 * (found.skill or 0):+.1f} points over the best constant"
    limits = (
        f" (95 % interval {100 * interval[0]:+.1f} to {100 * interval[1]:+.1f})"
        if interval
        else " (no interval)"
    )
    return f"{over}, {found.best_constant:.1%}{limits}"


def _p_values(score: Numbers, p: float) -> str:
    how = "Holm, primary" if score.primary else "max-T, all scores"
    text = f"corrected p = {p:.2g} ({how})"
    if score.nulls.permuted is not None:
        text += f"; sessions permuted p = {score.nulls.permuted:.2g}"
    return text


def _cautions(score: Numbers) -> str:
    said, nulls = [], score.nulls
    if score.adds_nothing:
        said.append(
            "The simulator's mean direction, without any surrogate, is the same in "
            "every session: the surrogate adds nothing here."
        )
    if nulls.sham_max_t is not None and nulls.sham_max_t < SIGNIFICANT:
        said.append(
            f"The predictions also match {nulls.sham_matches} of {nulls.sham_n} sham "
            "changes from early to late rest (corrected p = "
            f"{nulls.sham_max_t:.2g}), where there was nothing to predict."
        )
    return "".join(f" {one}" for one in said)
