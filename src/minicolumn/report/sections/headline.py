"""The sentences at the top: the answer, what it rests on, and what it may claim."""

from collections import Counter
from collections.abc import Sequence

from minicolumn.circuits.mechanisms import CLASSES, NONE
from minicolumn.inference.mechanism.answers import OUTSIDE
from minicolumn.report.results import Results
from minicolumn.report.sections.directions import Score
from minicolumn.report.sections.mechanism import (
    CLAIMED,
    MOST_PROBABLE,
    PUBLISHED,
    Answer,
    Answers,
    recoveries,
)
from minicolumn.report.wording import counted, decimals, interval, listed
from minicolumn.scoring.verdict import Verdict
from minicolumn.surrogates.names import ACH_SHUFFLED

_NONE = "the class “none of the three”"
_ORIGINS = {
    "allen": "of the Allen Institute's Visual Coding Neuropixels data",
    "other": "of files that the user named",
    "synthetic": "SYNTHETIC, made by simulated circuits and not by animals",
}


def content(results: Results) -> dict[str, str]:
    """Return the sentences above the contents."""
    return {
        "opening": opening(results),
        "answer": answer(results),
        "directions": directions(results.scores.scores),
    }


def opening(results: Results) -> str:
    """Return the answer, its uncertainty and its data, in one sentence."""
    return f"From {_data(results)}: {_found(results)}."


def _data(results: Results) -> str:
    n = len(results.sessions)
    origins = Counter(results.sessions["origin"])
    if n and origins["synthetic"] == n:
        made = "recordings" if n != 1 else "a recording"
        return (
            f"{n:,} SYNTHETIC {'mice' if n != 1 else 'mouse'}, not animals ({made} "
            "made by simulated circuits whose mechanism is known)"
        )
    areas = listed(list(results.config["recordings"]["units"]["areas"]))
    parts = [f"{count} {_ORIGINS[origin]}" for origin, count in sorted(origins.items())]
    whose = f"; {listed(parts)}" if parts else ""
    return (
        f"{results.n_scored} scored of {counted(n, 'recorded session')} "
        f"(units of {areas}{whose})"
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
    probable = found[MOST_PROBABLE]
    mice = counted(probable.n, "single mouse", "single mice")
    cohorts = answers.cohorts
    right = sum(one.claim == one.name for one in cohorts)
    wrong = sum(one.claim in CLASSES for one in cohorts) - right
    return (
        f"their true mechanism is claimed for {right} of "
        f"{counted(len(cohorts), 'cohort')} (a wrong one for {wrong}) and is the most "
        f"probable for {probable.right} of {mice} "
        f"(95 % interval {interval(probable.interval)}, where guessing among three "
        "gets a third), which tests the method and says nothing about the brain"
    )


def _inferred(answers: Answers, claim_above: float) -> str:
    if not answers.cohorts:
        return "no session could be compared with simulated mice"
    (cohort,) = answers.cohorts
    best = max(CLASSES, key=lambda name: cohort.probability[name])
    p = cohort.probability[best]
    named = _NONE if best == NONE else f"the {best} mechanism"
    if cohort.claim == OUTSIDE:
        return (
            "no mechanism can be named, because together they lie outside the "
            "simulated domain, where probabilities mean nothing"
        )
    if cohort.claim == best:
        return (
            f"of the classes compared, {named} fits best (probability "
            f"{_probability(p)} under equal priors), which cannot show that "
            "acetylcholine is the cause"
        )
    lacks = (
        f"less than the {claim_above:g} that a claim requires"
        if p <= claim_above
        else "but they are unlike its simulated mice"
    )
    return (
        f"no mechanism is claimed; {named} is the most probable "
        f"({_probability(p)}, {lacks})"
    )


def answer(results: Results) -> str:
    """Return what was found of each cohort and of single sessions."""
    if results.n_scored == 0:
        return "No mechanism was inferred."
    if results.truth:
        return recovery_sentence(results.mechanism)
    return inference_sentence(results.mechanism)


def recovery_sentence(answers: Answers) -> str:
    """Return what may be said of mechanisms found in synthetic mice."""
    found = {one.method: one for one in recoveries(answers)}
    if not found:
        return "No synthetic mouse could be compared with any mechanism."
    claimed, probable = found[CLAIMED], found[MOST_PROBABLE]
    cohorts = "; ".join(
        f"{one.name} ({counted(one.n, 'mouse', 'mice')}): {_of_cohort(one)}"
        for one in answers.cohorts
    )
    return (
        "Inferred mechanism of each cohort of synthetic mice, by true mechanism: "
        f"{cohorts}. For {probable.right} of "
        f"{counted(probable.n, 'single mouse', 'single mice')}, the true mechanism is "
        f"the most probable (95 % interval {interval(probable.interval)}); guessing "
        "among three would get one third, and the published method gets "
        f"{found[PUBLISHED].right}. It is claimed for {claimed.right}, and a wrong one "
        f"for {claimed.wrong}."
    )


def inference_sentence(answers: Answers) -> str:
    """Return what may be said of recorded sessions together."""
    if not answers.cohorts:
        return "No session could be compared with simulated mice."
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
    best = max(CLASSES, key=lambda name: one.probability[name])
    named = _NONE if best == NONE else best
    probability = _probability(one.probability[best])
    if one.claim == OUTSIDE:
        return "outside the simulated domain, so none is named"
    if one.claim == best:
        return f"{named} with probability {probability}"
    return f"undecided ({named} is the most probable, {probability})"


def _probability(value: float) -> str:
    return "above 0.99" if value > 0.99 else decimals(value)


def directions(scores: Sequence[Score]) -> str:
    """Return what the scores of direction amount to, the control as a control."""
    scored = [one for one in scores if one.directions.accuracy is not None]
    if not scored:
        return "No direction could be scored."
    primary = [one for one in scored if one.primary]
    control = [one for one in scored if one.training_set == ACH_SHUFFLED]
    others = [s for s in scored if not s.primary and s.training_set != ACH_SHUFFLED]
    parts = [
        f"Direction of change: {_consistent(primary)} of "
        f"{counted(len(primary), 'primary score')} (mechanism by statistic, declared "
        "beforehand) beat both the best constant direction and chance after correction"
    ]
    if others:
        n = counted(len(others), "other score")
        parts.append(f"{_consistent(others)} of {n} did")
    if control:
        n = counted(len(control), "score")
        parts.append(
            f"{_consistent(control)} of {n} of the ACh-shuffled control did, which "
            "knows nothing of ACh"
        )
    return f"{'; '.join(parts)}."


def _consistent(scores: Sequence[Score]) -> int:
    return sum(one.verdict == Verdict.CONSISTENT for one in scores)
