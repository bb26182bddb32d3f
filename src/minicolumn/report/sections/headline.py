"""The sentences at the top: the answer, and what the scores amount to."""

from collections import Counter
from collections.abc import Sequence

from minicolumn.circuits.mechanisms import CLASSES, NONE
from minicolumn.inference.mechanism.answers import OUTSIDE
from minicolumn.report.results import Results
from minicolumn.report.sections.directions import Score, kind_of
from minicolumn.report.sections.mechanism import (
    MOST_PROBABLE,
    Answers,
    most_likely,
    probability,
    recoveries,
)
from minicolumn.report.wording import counted, interval, listed
from minicolumn.scoring.verdict import Verdict

_ORIGINS = {
    "allen": "of the Allen Institute's Visual Coding Neuropixels data",
    "other": "of files that the user named",
    "synthetic": "SYNTHETIC, made by simulated circuits and not by animals",
}


def content(results: Results) -> dict[str, str]:
    """Return the sentences above the contents."""
    return {
        "opening": opening(results),
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
    best, named = most_likely(cohort)
    p = cohort.probability[best]
    named = named if best == NONE else f"the {best} mechanism"
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
    scored = [one for one in scores if one.directions.accuracy is not None]
    if not scored:
        return "No direction could be scored."
    n = Counter(map(kind_of, scored))
    won = Counter(kind_of(s) for s in scored if s.verdict == Verdict.CONSISTENT)
    parts = [
        f"Direction of change: {won['primary']} of "
        f"{counted(n['primary'], 'primary score')} (mechanism by statistic, declared "
        "beforehand) beat both the best constant direction and chance after correction"
    ]
    if n["other"]:
        parts.append(f"{won['other']} of {counted(n['other'], 'other score')} did")
    if n["control"]:
        parts.append(
            f"{won['control']} of {counted(n['control'], 'score')} of the ACh-shuffled "
            "control did, which knows nothing of ACh"
        )
    return f"{'; '.join(parts)}."
