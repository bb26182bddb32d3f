"""What may be said of the mechanism of sessions and cohorts, in sentences."""

from typing import Any

from minicolumn.circuits.mechanisms import CLASSES, NONE, RIVALS
from minicolumn.inference.mechanism.answers import OUTSIDE
from minicolumn.report.wording import counted, decimals

DEPOLARIZES = ("depolarizing", "combined")
NORADRENALINE = (
    "In running mice, the tonic depolarization of V1 neurons needed noradrenaline, and "
    "acetylcholine kept their potential unimodal at rest (Polack et al. 2013, Nat "
    "Neurosci 16:1331): that neurons are depolarized does not tell which of the two "
    "does it."
)

Answers = Any  # what ``inference/mechanism.json`` holds
Answer = Any  # of one session or cohort


def claims(answers: Answers) -> str:
    """Return what may be said of each cohort, and of single sessions if recorded."""
    if not answers.cohorts:
        return "No session could be compared with simulated mice."
    if answers.truth:
        cohorts = "; ".join(
            f"{one.name} ({one.n}): {_of_cohort(one, answers.negligible)}"
            for one in answers.cohorts
        )
        return f"By true mechanism (n SYNTHETIC mice): {cohorts}."
    (cohort,) = answers.cohorts
    outside = sum(one.claim == OUTSIDE for one in answers.sessions)
    return (
        f"{counted(cohort.n, 'session')} together: "
        f"{_of_cohort(cohort, answers.negligible)}; alone, {outside} of "
        f"{len(answers.sessions)} lie outside the simulated domain. "
        "Probabilities compare these classes only, under equal priors, and cannot show "
        "that acetylcholine is the cause."
    )


def caution(answers: Answers, more_ach: str) -> str | None:
    """Return what to bear in mind beside a claim about recorded mice, if anything.

    ``more_ach`` is the name of the state in which they are compared with rest.
    """
    named = {one.claim for one in (*answers.cohorts, *answers.sessions)}
    if answers.truth or more_ach != "running" or named.isdisjoint(DEPOLARIZES):
        return None
    return NORADRENALINE


def _of_cohort(one: Answer, negligible: float) -> str:
    """Return the answer about a cohort, and that with the sessions left out of it."""
    said = _said(one, negligible)
    if one.with_all is None:
        return said
    return (
        f"{said} ({len(one.left_out)} outside the simulated domain left out; all "
        f"{one.with_all.n}: {_said(one.with_all, negligible)})"
    )


def _said(one: Answer, negligible: float) -> str:
    """Return the answer about a cohort: what is claimed, or why nothing is."""
    best = most_likely(one)
    named = in_words(best, negligible)
    p = probability(one.probability[best])
    if one.claim == OUTSIDE:
        return "outside the simulated domain, so none is named"
    if one.claim == best:
        return f"{named} with probability {p}"
    return f"undecided ({named} is the most probable, {p})"


def most_likely(one: Answer) -> str:
    """Return the class with most probability."""
    return max(CLASSES, key=lambda name: one.probability[name])


def in_words(name: str, negligible: float) -> str:
    """Return what a sentence calls a class; none is said of no larger rise of ACh."""
    if name in RIVALS:
        return f"{name} (a rival of the mechanisms)"
    if name != NONE:
        return name
    return (
        "the class “none of the three” (no rise of acetylcholine above "
        f"{negligible:g}-fold)"
    )


def probability(value: float) -> str:
    """Return a probability that a sentence can bear: none of 1."""
    return "above 0.99" if value > 0.99 else decimals(value)
