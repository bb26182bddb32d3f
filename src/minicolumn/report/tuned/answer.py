"""What comes first: how near fits came at rest, and what they are worth for running."""

from typing import Any, NamedTuple

import numpy as np

from minicolumn.report.sections.headline import Card, data
from minicolumn.report.tuned.results import TunedResults
from minicolumn.report.wording import (
    counted,
    decimals,
    interval,
    percent,
    points,
    points_limits,
)
from minicolumn.scoring.evidence import evidence
from minicolumn.scoring.resampling import Resampling, session_interval


class Compared(NamedTuple):
    """Directions that fits and the circuits they started from predicted right.

    ``gain`` is the difference of their shares, with its 95 % interval over sessions.
    """

    n: int
    after: int
    before: int
    gain: float
    interval: tuple[float, float] | None


def content(results: TunedResults) -> dict[str, Any]:
    """Return what the page says before its sections."""
    return {
        "question": _question(results),
        "data": data(results),
        "opening": _opening(results),
        "second": _second(results),
        "cards": cards(results),
    }


def _question(results: TunedResults) -> str:
    words = results.states
    if words.rest == "rest":
        return "What would a circuit that rests like this mouse do while it runs?"
    return (
        f"What would a circuit that is like this mouse {words.at_rest} do "
        f"{words.while_running}?"
    )


def _opening(results: TunedResults) -> str:
    distances = results.distances
    after, before = (decimals(distances[one].median()) for one in ("after", "before"))
    if distances.empty:
        return "No session could be fitted; the reasons are listed below."
    n = distances["session_id"].nunique()
    whose = "SYNTHETIC mouse" if results.synthetic else "session"
    plural = "SYNTHETIC mice" if results.synthetic else "sessions"
    return (
        f"{counted(len(distances), 'circuit')} fitted to "
        f"{counted(n, whose, plural)} {results.states.at_rest}: their distance from "
        f"epochs that no fit has seen is {after} standard deviations of one epoch "
        f"(median), {before} before the fit."
    )


def _second(results: TunedResults) -> str:
    found, words = compared(results), results.states
    if found is None:
        return (
            f"No direction of change between {words.rest} and {words.running} could be "
            "compared."
        )
    under = "the true mechanism" if results.truth else "any of three mechanisms"
    return (
        f"{words.running.capitalize()}, predicted from {words.rest} alone under "
        f"{under}: fits have "
        f"{found.after} of {counted(found.n, 'decided direction')} right, the circuits "
        f"they started from {found.before}."
    )


def cards(results: TunedResults) -> list[Card]:
    """Return the numbers of the answer, each with n, interval and comparison."""
    distances = results.distances
    if distances.empty:
        return []
    of_session = distances.groupby("session_id")[["before", "after"]].median()
    n, nearer = len(of_session), int((of_session["after"] < of_session["before"]).sum())
    found = evidence(nearer, n)
    made = [
        Card(
            decimals(distances["after"].median()),
            f"distance from unseen epochs {results.states.at_rest}, in SD of one epoch",
            f"median of {counted(len(distances), 'fit')}; before "
            f"{decimals(distances['before'].median())}",
        ),
        Card(
            f"{nearer} of {n}",
            "sessions: nearer after the fit",
            f"95 % interval {interval(found.clopper_pearson if found else None)}",
        ),
    ]
    if signs := compared(results):
        beside = (
            f"start {percent(signs.before / signs.n)}; difference {points(signs.gain)} "
            f"points (95 % interval over sessions {points_limits(signs.interval)})"
        )
        when = results.states.while_running
        what = f"of {counted(signs.n, 'decided direction')} right {when}"
        made.append(Card(percent(signs.after / signs.n), what, beside))
    lost = sum(one.n_lost for one in results.drift)
    flipped = sum(one.n_flipped for one in results.drift)
    total = sum(one.n for one in results.drift)
    beside = f"of {counted(total, 'connection')}; changed sign: {flipped}"
    return [*made, Card(f"{lost:,}", "connections lost", beside)]


def compared(results: TunedResults) -> Compared | None:
    """Compare fits with the circuits they started from; None without any direction."""
    keys = ["session_id", "training_set", "statistic"]
    right = results.decided.pivot(index=keys, columns="when", values="right")
    both = right.reindex(columns=["after", "before"]).dropna().astype(float)
    if both.empty:
        return None
    of_session = both.groupby("session_id").agg(["sum"]).droplevel(1, axis=1)
    after, before = (of_session[name].to_numpy(float) for name in ("after", "before"))
    n = np.asarray(both.groupby("session_id").size(), dtype=float)

    def gain(after: Any, before: Any, n: Any, axis: int = -1) -> Any:
        return (after.sum(axis) - before.sum(axis)) / n.sum(axis)

    resampling = Resampling(results.config["seed"], results.scores.n_resamples)
    return Compared(
        len(both),
        int(after.sum()),
        int(before.sum()),
        float(gain(after, before, n)),
        session_interval(gain, (after, before, n), resampling, "percentile"),
    )
