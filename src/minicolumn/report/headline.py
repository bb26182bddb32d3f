"""The sentences at the top: what the report rests on, and what it may claim."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from minicolumn.inference.answers import OUTSIDE
from minicolumn.mechanisms import CLASSES, NONE
from minicolumn.report.recovery import (
    CLAIMED,
    MOST_PROBABLE,
    PUBLISHED,
    Answers,
    recoveries,
)
from minicolumn.report.results import Results
from minicolumn.report.wording import counted, decimals, interval, listed
from minicolumn.transfer.verdict import Verdict

BASELINE = "baseline"

_ORIGINS = {
    "allen": "of the Allen Institute's Visual Coding Neuropixels data",
    "other": "of files that the user named",
    "synthetic": "SYNTHETIC, made by simulated circuits and not by animals",
}


def basis(results: Results) -> str:
    """Return the first line: what data the report rests on."""
    n = len(results.sessions)
    origins = Counter(results.sessions["origin"])
    if n and origins["synthetic"] == n:
        mice = counted(n, "recording")
        made = "each made" if n != 1 else "made"
        return (
            f"This report rests on SYNTHETIC mice, not on animals: {mice}, {made} by a "
            "simulated circuit whose mechanism is known. It tests the method and says "
            "nothing about the brain."
        )
    areas = listed(list(results.config["recordings"]["units"]["areas"]))
    parts = [f"{count} {_ORIGINS[origin]}" for origin, count in sorted(origins.items())]
    return (
        f"This report rests on {results.n_scored} scored of "
        f"{counted(n, 'recorded session')} (units of {areas})"
        f"{': ' + listed(parts) if parts else ''}."
    )


def answer(results: Results) -> str:
    """Return the answer in one sentence that claims no more than the numbers."""
    if results.n_scored == 0:
        return (
            "No session was scored, so this run does not answer the question; the "
            "reasons are listed below."
        )
    if results.truth:
        return recovery_sentence(results.mechanism)
    return inference_sentence(results.mechanism)


def recovery_sentence(answers: Answers) -> str:
    """Return what may be said of mechanisms found in synthetic mice."""
    found = {one.way: one for one in recoveries(answers)}
    if not found:
        return "No synthetic mouse could be compared with any mechanism."
    claimed, probable = found[CLAIMED], found[MOST_PROBABLE]
    cohorts = "; ".join(
        f"{one['name']} ({counted(one['n'], 'mouse', 'mice')}): {_said(one)}"
        for one in answers["cohorts"]
    )
    return (
        "Found mechanism of each cohort of synthetic mice, by its true one: "
        f"{cohorts}. Of {counted(probable.n, 'mouse', 'mice')} alone, "
        f"{probable.right} have their true mechanism as the most probable (95 % "
        f"interval {interval(probable.interval)}), where guessing among three gets one "
        f"third and the published way {found[PUBLISHED].right}; it is claimed for "
        f"{claimed.right}, and a wrong one for {claimed.wrong}."
    )


def inference_sentence(answers: Answers) -> str:
    """Return what may be said of recorded sessions together."""
    if not answers["cohorts"]:
        return "No session could be compared with simulated mice."
    (cohort,) = answers["cohorts"]
    outside = sum(one["claim"] == OUTSIDE for one in answers["sessions"])
    return (
        f"{counted(cohort['n'], 'session')} together: {_said(cohort)}; alone, "
        f"{outside} of {len(answers['sessions'])} lie outside the simulated domain. "
        "Probabilities compare these classes only, under equal priors, and cannot show "
        "that acetylcholine is the cause."
    )


def _said(one: Mapping[str, Any]) -> str:
    """Return the answer about a cohort: what is claimed, or why nothing is."""
    best = max(CLASSES, key=lambda name: one["probability"][name])
    named = "none of the three mechanisms" if best == NONE else best
    probability = _probability(one["probability"][best])
    if one["claim"] == OUTSIDE:
        return "outside the simulated domain, so none is named"
    if one["claim"] == best:
        return f"{named} with probability {probability}"
    return f"undecided ({named} has most probability, {probability})"


def _probability(value: float) -> str:
    return "above 0.99" if value > 0.99 else decimals(value)


def directions(cells: Sequence[Mapping[str, Any]]) -> str:
    """Return what the scores of direction come to, the baseline as a control."""
    scored = [cell for cell in cells if cell["score"]["accuracy"] is not None]
    if not scored:
        return "No direction could be scored."
    primary = [cell for cell in scored if cell["primary"]]
    baseline = [cell for cell in scored if cell["training_set"] == BASELINE]
    others = [c for c in scored if not c["primary"] and c not in baseline]
    sentence = (
        f"Direction of change: {_telling(primary)} of "
        f"{counted(len(primary), 'primary score')} (mechanism by statistic, declared "
        "beforehand) beat both the best constant direction and chance after correction"
    )
    if others:
        sentence += (
            f"; of {counted(len(others), 'other score')}, {_telling(others)} did"
        )
    if baseline:
        sentence += (
            f"; of the baseline, which knows nothing of ACh, {_telling(baseline)} of "
            f"{len(baseline)} did"
        )
    return f"{sentence}."


def _telling(cells: Sequence[Mapping[str, Any]]) -> int:
    return sum(cell["verdict"] == Verdict.CONSISTENT for cell in cells)


def findings(cells: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return how many scores came to each verdict: primary, others, baseline."""
    counts: dict[Verdict, Counter[str]] = {}
    for cell in cells:
        is_baseline = cell["training_set"] == BASELINE
        kind = BASELINE if is_baseline else "primary" if cell["primary"] else "others"
        counts.setdefault(Verdict(cell["verdict"]), Counter())[kind] += 1
    return [
        {
            "finding": one.label,
            **{kind: counts[one][kind] for kind in ("primary", "others", BASELINE)},
        }
        for one in Verdict
        if one in counts
    ]
