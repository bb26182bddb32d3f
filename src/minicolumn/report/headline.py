"""The sentences at the top: what the report rests on, and what it may claim."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from minicolumn.mechanisms import MECHANISMS
from minicolumn.report.recovery import Nearest, Recovery, nearest, recoveries
from minicolumn.report.results import Results
from minicolumn.report.wording import architecture, counted, listed, p_equals
from minicolumn.transfer.mechanism import UNDECIDED
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
        return recovery_sentence(recoveries(results.scores["confusion"]))
    return nearest_sentence(nearest(results.scores["mechanisms"]))


def recovery_sentence(found: Sequence[Recovery]) -> str:
    """Return what may be said of mechanisms found in synthetic mice."""
    if not found:
        return "No synthetic mouse could be compared with any mechanism."
    counts = listed(
        [f"{one.right} of {one.n} ({architecture(one.architecture)})" for one in found]
    )
    smallest = p_equals(min(one.p_holm for one in found))
    return (
        f"The nearest-mechanism rule named the true mechanism for {counts} synthetic "
        f"mice, where guessing among three gets one third: {_judgement(found)} "
        f"(smallest corrected p {smallest}, over {counted(len(found), 'model type')})."
    )


def _judgement(found: Sequence[Recovery]) -> str:
    better = [architecture(o.architecture) for o in found if o.better_than_guessing]
    worse = [architecture(o.architecture) for o in found if o.worse_than_guessing]
    if better and len(better) == len(found):
        return "more often than guesses explain"
    if better:
        return (
            f"more often than guesses explain with {listed(better)} only, so the "
            "answer depends on the model"
        )
    if worse:
        return f"less often than guesses explain with {listed(worse)}"
    return (
        "not distinguishable from guessing, so this run does not show that the method "
        "can tell the mechanisms apart"
    )


def nearest_sentence(found: Sequence[Nearest]) -> str:
    """Return what may be said of the mechanisms nearest to recorded sessions."""
    if not found:
        return "No session could be compared with any mechanism."
    named = "; ".join(
        f"{architecture(one.architecture)}: {_named(one)}" for one in found
    )
    no_better = listed(
        [
            f"{one.n_no_better} of {one.n} ({architecture(one.architecture)})"
            for one in found
        ]
    )
    return (
        "Sessions by nearest mechanism, a rule that always names one, is no "
        f"probability and cannot show that acetylcholine is the cause: {named}; even "
        "the nearest predicts no better than \u201cno change at all\u201d for "
        f"{no_better}."
    )


def _named(one: Nearest) -> str:
    parts = [f"{name} {one.counts[name]}" for name in MECHANISMS]
    if one.counts[UNDECIDED]:
        parts.append(f"{UNDECIDED} {one.counts[UNDECIDED]}")
    return f"{listed(parts)} of {one.n}"


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
