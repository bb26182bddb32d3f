"""What may be said of the mechanism of sessions and cohorts, in sentences."""

from typing import Any

from minicolumn.circuits.mechanisms import CLASSES, NONE
from minicolumn.inference.mechanism.answers import OUTSIDE
from minicolumn.report.wording import counted, decimals

Answers = Any  # what ``inference/mechanism.json`` holds
Answer = Any  # of one session or cohort


def claims(answers: Answers) -> str:
    """Return what may be said of each cohort, and of single sessions if recorded."""
    if not answers.cohorts:
        return "No session could be compared with simulated mice."
    if answers.truth:
        cohorts = "; ".join(
            f"{one.name} ({one.n}): {_of_cohort(one)}" for one in answers.cohorts
        )
        return f"By true mechanism (n SYNTHETIC mice): {cohorts}."
    (cohort,) = answers.cohorts
    outside = sum(one.claim == OUTSIDE for one in answers.sessions)
    return (
        f"{counted(cohort.n, 'session')} together: {_of_cohort(cohort)}; alone, "
        f"{outside} of {len(answers.sessions)} lie outside the simulated domain. "
        "Probabilities compare these classes only, under equal priors, and cannot show "
        "that acetylcholine is the cause."
    )


def _of_cohort(one: Answer) -> str:
    """Return the answer about a cohort, and that with the sessions left out of it."""
    if one.with_all is None:
        return _said(one)
    return (
        f"{_said(one)} ({len(one.left_out)} outside the simulated domain left out; all "
        f"{one.with_all.n}: {_said(one.with_all)})"
    )


def _said(one: Answer) -> str:
    """Return the answer about a cohort: what is claimed, or why nothing is."""
    best, named = most_likely(one)
    p = probability(one.probability[best])
    if one.claim == OUTSIDE:
        return "outside the simulated domain, so none is named"
    if one.claim == best:
        return f"{named} with probability {p}"
    return f"undecided ({named} is the most probable, {p})"


def most_likely(one: Answer) -> tuple[str, str]:
    """Return the class with most probability, and what a sentence calls it."""
    best = max(CLASSES, key=lambda name: one.probability[name])
    return best, "the class “none of the three”" if best == NONE else best


def probability(value: float) -> str:
    """Return a probability that a sentence can bear: none of 1."""
    return "above 0.99" if value > 0.99 else decimals(value)
