"""The sentences at the top: the answer, and what the scores amount to."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.inference.mechanism.answers import OF_ALL, OUTSIDE, PUBLISHED_OF_ALL
from minicolumn.outcomes import SYNTHETIC
from minicolumn.report.recoveries import recoveries
from minicolumn.report.results import OfSessions, Results
from minicolumn.report.sections.claims import in_words, most_likely, probability
from minicolumn.report.sections.directions import Score, kind_of
from minicolumn.report.sections.mechanism import Answers, most_probable
from minicolumn.report.wording import (
    MISSING,
    counted,
    interval,
    listed,
    number,
    p_equals,
    percent,
)
from minicolumn.scoring.evidence import evidence
from minicolumn.scoring.verdict import Verdict

_GUESSING = percent(1 / len(CLASSES))
_ORIGINS = {
    "allen": "of the Allen Institute's Visual Coding Neuropixels data",
    "other": "of files that the user named",
    "synthetic": "SYNTHETIC, made by simulated circuits and not by animals",
}


class Card(NamedTuple):
    """One number of the answer: what it counts, and what to compare it with."""

    value: str
    what: str
    beside: str


def content(results: Results) -> dict[str, Any]:
    """Return what the page says before its sections."""
    rest, running = results.states.rest, results.states.running
    return {
        "question": "Which mechanism of acetylcholine explains how mouse V1 changes "
        f"between {rest} and {running}?",
        "data": data(results),
        "opening": opening(results),
        "second": directions(results.scores.scores),
        "cards": cards(results),
    }


def data(results: OfSessions) -> str:
    """Return whose recordings these are."""
    n = len(results.sessions)
    if _is_synthetic(results):
        made = "recordings" if n != 1 else "a recording"
        return (
            f"{_mice(n)}, not animals: {made} made by simulated circuits whose "
            "mechanism is known"
        )
    origins = Counter(results.sessions["origin"])
    areas = listed(list(results.config["recordings"]["units"]["areas"]))
    parts = [f"{count} {_ORIGINS[origin]}" for origin, count in sorted(origins.items())]
    whose = f"; {listed(parts)}" if parts else ""
    return (
        f"{results.n_scored} scored of {counted(n, 'recorded session')} "
        f"(units of {areas}{whose})"
    )


def _is_synthetic(results: OfSessions) -> bool:
    """Return whether no recording is of an animal."""
    origins = results.sessions["origin"]
    return bool(len(origins)) and bool((origins == SYNTHETIC).all())


def _mice(n: int) -> str:
    return counted(n, "SYNTHETIC mouse", "SYNTHETIC mice")


def opening(results: Results) -> str:
    """Return the answer and its uncertainty in one sentence."""
    n = len(results.sessions)
    sessions = counted(results.n_scored, "scored session")
    whose = _mice(n) if _is_synthetic(results) else sessions
    return f"From {whose}: {_found(results)}."


def cards(results: Results) -> list[Card]:
    """Return the numbers of the answer, each with n, interval and comparison."""
    if not results.n_scored:
        return []
    of_mechanism = _recovered_cards if results.truth else _inferred_cards
    found = of_mechanism(results.mechanism)
    n, won = _counts(results.scores.scores)
    if n["primary"]:
        beside = (
            f"other scores {won['other']} of {n['other']}; ACh-shuffled control "
            f"{won['control']} of {n['control']}"
        )
        what = "primary scores better than chance and constant"
        found.append(Card(f"{won['primary']} of {n['primary']}", what, beside))
    domain = results.domain_cohort
    sessions = domain.coverage
    if sessions.n_judged:
        beside = (
            f"95 % interval {interval(sessions.interval)}; cohort against simulations "
            f"p {p_equals(domain.p)}"
        )
        value = f"{sessions.n_inside} of {sessions.n_judged}"
        found.append(Card(value, "sessions inside the simulated domain", beside))
    return found


def _recovered_cards(answers: Answers) -> list[Card]:
    found = {one.method: one for one in recoveries(answers)}
    if not found:
        return []
    probable, published = found[OF_ALL], found[PUBLISHED_OF_ALL]
    right, wrong = _claimed(answers)
    return [
        Card(
            f"{right} of {len(answers.cohorts)}",
            "cohorts: true mechanism claimed",
            f"a wrong one for {wrong}; {probable.n} mice in all",
        ),
        Card(
            f"{number(probable.right)} of {probable.n}",
            "single mice: true mechanism most probable",
            f"95 % interval {interval(probable.interval)}; guessing {_GUESSING}; "
            f"published method {number(published.right)} of {published.n}",
        ),
    ]


def _claimed(answers: Answers) -> tuple[int, int]:
    """Return for how many cohorts the true class is claimed, and a wrong one."""
    right = sum(one.claim == one.name for one in answers.cohorts)
    return right, sum(one.claim in CLASSES for one in answers.cohorts) - right


def _inferred_cards(answers: Answers) -> list[Card]:
    if not answers.cohorts:
        return []
    (cohort,) = answers.cohorts
    best = most_likely(cohort)
    judged = [one for one in answers.sessions if most_probable(one) in CLASSES]
    alike = sum(most_probable(one) == best for one in judged)
    found = evidence(alike, len(judged))
    means_nothing = cohort.claim == OUTSIDE
    return [
        Card(
            MISSING if means_nothing else probability(cohort.probability[best]),
            f"probability of {in_words(best, answers.negligible)}",
            f"{counted(cohort.n, 'session')} together{_left_out(cohort)}; claim: "
            f"{cohort.claim}",
        ),
        Card(
            f"{alike} of {len(judged)}",
            "single sessions: the same class most probable",
            f"95 % interval {interval(found.clopper_pearson if found else None)}; "
            f"guessing {_GUESSING}",
        ),
    ]


def _left_out(cohort: Any) -> str:
    if cohort.with_all is None:
        return ""
    return (
        f" without {len(cohort.left_out)} outside the simulated domain (with all "
        f"{cohort.with_all.n}: {cohort.with_all.claim})"
    )


def _found(results: Results) -> str:
    if results.n_scored == 0:
        return (
            "no session was scored, so this run does not answer the question; the "
            "reasons are listed below"
        )
    if results.truth:
        return _recovered(results.mechanism)
    return _inferred(results.mechanism, results.config["inference"]["claim_above"])


def _recovered(answers: Answers) -> str:
    found = {one.method: one for one in recoveries(answers)}
    if not found:
        return "no synthetic mouse could be compared with any mechanism"
    probable = found[OF_ALL]
    mice = counted(probable.n, "single mouse", "single mice")
    right, wrong = _claimed(answers)
    return (
        f"their true mechanism is claimed for {right} of "
        f"{counted(len(answers.cohorts), 'cohort')} (a wrong one for {wrong}) and is "
        f"the most probable for {number(probable.right)} of {mice} (95 % "
        f"interval {interval(probable.interval)}), which tests the method and says "
        "nothing about the brain"
    )


def _inferred(answers: Answers, claim_above: float) -> str:
    if not answers.cohorts:
        return "no session could be compared with simulated mice"
    (cohort,) = answers.cohorts
    best = most_likely(cohort)
    p = cohort.probability[best]
    named = in_words(best, answers.negligible)
    if best in MECHANISMS:
        named = f"the {named} mechanism"
    if cohort.claim == OUTSIDE:
        return (
            "no mechanism can be named, because together they lie outside the "
            "simulated domain, where probabilities mean nothing"
        )
    if cohort.claim == best:
        return (
            f"of the classes compared, {named} fits best (probability "
            f"{probability(p)} under equal priors), which cannot show that "
            "acetylcholine is the cause"
        )
    lacks = (
        f"less than the {claim_above:g} that a claim requires"
        if p <= claim_above
        else "but they are unlike its simulated mice"
    )
    return (
        f"no mechanism is claimed; {named} is the most probable "
        f"({probability(p)}, {lacks})"
    )


def directions(scores: Sequence[Score]) -> str:
    """Return what the scores of direction amount to, the control as a control."""
    n, won = _counts(scores)
    if not n:
        return "No direction could be scored."
    return (
        f"Direction of change: {won['primary']} of "
        f"{counted(n['primary'], 'primary score')} (mechanism by statistic, declared "
        "beforehand) beat both the best constant direction and chance after correction."
    )


def _counts(scores: Sequence[Score]) -> tuple[Counter[str], Counter[str]]:
    """Return the scores of each kind, and those with the strongest verdict."""
    scored = [one for one in scores if one.directions.accuracy is not None]
    won = [one for one in scored if one.verdict == Verdict.CONSISTENT]
    return Counter(map(kind_of, scored)), Counter(map(kind_of, won))
