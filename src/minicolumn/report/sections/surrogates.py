"""How good the surrogates are on held-out circuits, and how good they could be."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import altair as alt

from minicolumn.report import charts
from minicolumn.report.results import Results
from minicolumn.report.section import Drawing
from minicolumn.report.style import GRAY, PALE, Look, with_looks_for
from minicolumn.report.wording import architecture, counted, label
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.names import ARCHITECTURES, TRAINING_SETS

Scoreboard = Any  # what ``surrogate_scores/*.json`` holds

MEASURES = {"r2": "R²", "r2_within": "R² within circuits"}
SHOWN = "combined"  # the training set of the figure by level
LOWEST = -0.5  # a worse score is drawn here
_SHARES = alt.Scale(domain=[LOWEST, 1])
_KNOWN = {
    "transformer": Look("#000000", "-", "o"),
    "mlp": Look("#CC79A7", "--", "s"),
    "xgboost": Look("#56B4E9", "-.", "^"),
    "ridge": Look("#6b6b6b", ":", "D"),
    "nearest": Look("#6b6b6b", "--", ""),
}
_LOOKS = {
    architecture(name): look
    for name, look in with_looks_for(ARCHITECTURES, _KNOWN).items()
}
_NAMES = tuple(_LOOKS)


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the skill of every model over all levels, and at each."""
    return {
        "skill": Drawing(
            ceiling_panels(results.scoreboards),
            "R squared of each model on each statistic and the noise ceiling, over all "
            "held-out simulations and within circuits",
        ),
        "skill_levels": Drawing(
            level_panels(results.scoreboards),
            "R squared of each model at each acetylcholine level and the noise "
            "ceiling, by statistic",
        ),
    }


def ceiling_panels(scoreboards: Sequence[Scoreboard]) -> charts.Chart:
    """Draw every model's skill on every statistic, with the noise ceiling.

    A row of panels per training set, a column per measure.

    Parameters
    ----------
    scoreboards
        From ``surrogate_scores/*.json``.
    """
    if not scoreboards:
        return charts.panels([charts.empty("", "no surrogate")])
    ordered = sorted(
        scoreboards, key=lambda board: TRAINING_SETS.index(board.training_set)
    )
    parts = [_ceilings(board, measure) for board in ordered for measure in MEASURES]
    return charts.panels(parts, columns=len(MEASURES))


def _ceilings(board: Scoreboard, measure: str) -> charts.Part:
    def base(rows: Iterator[dict[str, Any]]) -> alt.Chart:
        y = alt.Y("statistic:N", title=None, sort=[*map(label, STATISTIC_NAMES)])
        return alt.Chart(charts.data(rows)).encode(y=y)

    ceilings = base(
        {"statistic": label(name), "ceiling": one.share, "low": low, "high": high}
        for name in STATISTIC_NAMES
        for one in (getattr(board.ceilings[name], measure),)
        for low, high in (one.interval or (None, None),)
    )
    models = base(
        {"statistic": label(statistic), "model": architecture(model),
         "score": score, "drawn": _drawn(score)}
        for model, scores in board.models.items()
        if architecture(model) in _NAMES
        for statistic in STATISTIC_NAMES
        for score in (getattr(scores[statistic], measure),)
    )  # fmt: skip
    x = alt.X("low:Q", title=MEASURES[measure], scale=_SHARES)
    told = charts.tips("statistic", "ceiling", "low", "high")
    layers = (
        ceilings.mark_bar(color=PALE, size=13).encode(
            x=x, x2=alt.X2("high"), tooltip=told
        ),
        ceilings.mark_tick(color=GRAY, size=13, thickness=1.5).encode(
            x=alt.X("ceiling:Q"), tooltip=told
        ),
        models.mark_point(filled=True, size=34, opacity=0.9).encode(
            x=alt.X("drawn:Q"),
            **charts.looks("model:N", _LOOKS, _NAMES),
            tooltip=charts.tips("model", "statistic", "score"),
        ),
    )
    n = counted(board.n_test_circuits, "test circuit")
    title = f"trained on {board.training_set}: {MEASURES[measure]}"
    return charts.panel(title, f"n = {n}", *layers, width=310, height=176)


def _drawn(r2: float | None) -> float | None:
    return None if r2 is None else max(r2, LOWEST)


def level_panels(scoreboards: Sequence[Scoreboard]) -> charts.Chart:
    """Draw R2 of every model but the mean at each level, with the noise ceiling.

    Parameters
    ----------
    scoreboards
        From ``surrogate_scores/*.json``; `SHOWN` is drawn, if it is among them.
    """
    shown = [one for one in scoreboards if one.training_set == SHOWN]
    if not shown:
        return charts.panels([charts.empty("", f"no surrogate of {SHOWN}")])
    return charts.panels([_levels(name, *shown) for name in STATISTIC_NAMES])


def _levels(statistic: str, board: Scoreboard) -> charts.Part:
    y = alt.Y("drawn:Q", title="R²", scale=_SHARES)
    base = alt.Chart(
        charts.data(
            {"model": architecture(model), "level": one.level, "score": one.r2,
             "drawn": _drawn(one.r2)}
            for model, scores in board.models.items()
            if architecture(model) in _NAMES
            for one in scores[statistic].by_level
        )
    ).encode(x=alt.X("level:Q", title=charts.LEVEL), y=y)  # fmt: skip
    channels = charts.looks("model:N", _LOOKS, _NAMES)
    lines = base.mark_line(size=1.3).encode(
        color=channels["color"], strokeDash=charts.dashes("model:N", _LOOKS, _NAMES)
    )
    points = base.mark_point(filled=True, size=20, opacity=1).encode(
        **channels,
        tooltip=charts.tips("model", "level", "score"),
    )
    bands = _ceiling_band(board.ceilings[statistic].by_level)
    n = f"n = {counted(board.n_test_circuits, 'test circuit')}"
    return charts.panel(label(statistic), n, *bands, lines, points)


def _ceiling_band(by_level: Mapping[Any, Any]) -> list[alt.Chart]:
    """Return the band, or nothing to draw where no level has a ceiling."""
    found = {
        float(level): one.interval
        for level, one in by_level.items()
        if one.interval is not None
    }
    rows = [
        {"level": level, "low": max(low, LOWEST), "high": high}
        for level, (low, high) in sorted(found.items())
    ]
    band = alt.Chart(charts.data(rows)).mark_area(color=PALE)
    y = alt.Y("low:Q", scale=_SHARES)
    drawn = band.encode(x="level:Q", y=y, y2="high")
    return [drawn] if rows else []
