"""One look for the charts that answer to the mouse (Vega-Lite), and their parts.

A figure whose marks represent a session, a model or a simulation is a chart: point at a
mark and it says which. Spikes, histograms and tables of counts are drawn by Matplotlib.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import altair as alt
import pandas as pd

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.report.style import GRAY, INK, LOOKS, Look
from minicolumn.report.wording import UNIT_OF

Chart = dict[str, Any]
"""A chart in Vega-Lite's own words, in the report's look."""
Part = alt.LayerChart

COLUMNS = 3
PANEL_WIDTH, PANEL_HEIGHT = 222, 125
LEVEL = "ACh level"
SESSION = "session"  # the parameter that a click on a session's mark sets
_FAINT = 0.1
_DIGITS = 5

_DASHES = {"-": [1, 0], "--": [5, 3], "-.": [6, 2, 1.5, 2], ":": [1.5, 2.5], "": [0, 9]}
_SHAPES = {
    "o": "circle",
    "s": "square",
    "^": "triangle-up",
    "v": "triangle-down",
    ">": "triangle-right",
    "P": "cross",
    "D": "diamond",
    "": "cross",
}

# What readers are told that columns are; other columns are called by their names.
NAMED = {
    "session_id": "session", "training_set": "training set", "of": "simulations",
    "n": "number", "low": "lower limit", "high": "upper limit", "rest": "at rest",
    "decided": "direction is decided", "best_constant": "best constant direction",
    "corrected_p": "corrected p", "closest": "closest class", "row": "statistic",
    "outside": "statistics outside", "score": "R²", "ceiling": "ceiling",
}  # fmt: skip

CONFIG = {
    "aria": False,  # the page says in words what each figure shows
    "background": "white",
    "font": "DejaVu Sans, Verdana, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "grid": False, "domainColor": GRAY, "tickColor": GRAY, "labelColor": INK,
        "titleColor": INK, "labelFontSize": 10.5, "titleFontSize": 11,
        "titleFontWeight": "normal", "tickCount": 3, "labelLimit": 260,
    },
    "title": {
        "anchor": "start", "frame": "group", "fontSize": 12, "fontWeight": "normal",
        "color": INK, "subtitleColor": GRAY, "subtitleFontSize": 10, "offset": 6,
    },
    "legend": {
        "orient": "top", "title": None, "labelFontSize": 11, "labelColor": INK,
        "labelLimit": 320, "symbolStrokeWidth": 1.5,
        "symbolOpacity": 1, "columnPadding": 16,
    },
    "concat": {"spacing": 22},
}  # fmt: skip


def data(rows: pd.DataFrame | Iterable[Mapping[Any, Any]]) -> alt.Data:
    """Return rows as they are written into the page; undefined numbers are null."""
    if isinstance(rows, pd.DataFrame):
        rows = rows.to_dict("records")
    # A tuple: Altair copies every row of a list again for each layer.
    return alt.Data(
        values=tuple({str(k): _plain(one) for k, one in row.items()} for row in rows)
    )


def _plain(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None


def looks(
    field: str, wanted: Mapping[str, Look] = LOOKS, names: Sequence[str] = MECHANISMS
) -> dict[str, Any]:
    """Return channels that tell names apart by color and shape, alike everywhere."""
    mine = [wanted[name] for name in names]
    return {
        "color": alt.Color(field).scale(
            domain=list(names), range=[one.color for one in mine]
        ),
        "shape": alt.Shape(field).scale(
            domain=list(names), range=[_SHAPES[one.marker] for one in mine]
        ),
    }


def dashes(
    field: str, wanted: Mapping[str, Look] = LOOKS, names: Sequence[str] = MECHANISMS
) -> alt.StrokeDash:
    """Return the channel that tells lines apart without color."""
    dash = [_DASHES[wanted[name].line] for name in names]
    return alt.StrokeDash(field).scale(domain=list(names), range=dash)


def tips(*fields: str) -> list[alt.Tooltip]:
    """Return what is said of a mark when it is pointed at: names of its columns."""
    return [
        alt.Tooltip(field=name, type="nominal", title=NAMED.get(name, name))
        for name in fields
    ]


def faded() -> alt.OpacityValue:
    """Return the channel that fades all sessions but the one clicked on."""
    shown = cast(Any, {"param": SESSION, "value": 0.9})
    return alt.OpacityValue(_FAINT, condition=shown)


def at(axis: str, value: float, color: str = GRAY, **look: Any) -> alt.Chart:
    """Return a straight line across a panel."""
    channel = {axis: alt.datum(value)}
    rule = alt.Chart(data([{}])).mark_rule(color=color, size=0.8, **look)
    return rule.encode(**channel)


def means(rows: alt.Chart, field: str, **axis: Any) -> tuple[alt.Chart, alt.Chart]:
    """Return bars from ``low`` to ``high``, and points at a field, one in each row.

    ``axis`` is that of the field, such as its title.
    """
    bars = rows.mark_rule(color=INK).encode(x=alt.X("low:Q", **axis), x2="high:Q")
    points = rows.mark_point(filled=True, size=30, color=INK)
    return bars, points.encode(x=alt.X(f"{field}:Q", **axis))


def panel(title: str, note: str, *layers: alt.Chart, **size: float) -> Part:
    """Return layers as a panel with its title, a note below it (its n), and a size."""
    words = alt.TitleParams(title, subtitle=note) if note else alt.TitleParams(title)
    size = {"width": PANEL_WIDTH, "height": PANEL_HEIGHT, **size}
    return cast(Part, alt.layer(*layers)).properties(title=words, **size)


def empty(title: str, reason: str, **size: float) -> Part:
    """Return a panel that says why it shows nothing."""
    text = alt.Chart(data([{}])).mark_text(color=GRAY, limit=PANEL_WIDTH)
    return panel(title, "", text.encode(text=alt.value(reason)), **size)


def panels(parts: Sequence[Part], columns: int = COLUMNS) -> Chart:
    """Return panels, so many in a row, with one legend for all.

    Layers that have a name are those whose marks are sessions: a click on one keeps
    that session, in all panels, and fades the others; two clicks show all again.
    """
    together = alt.concat(*parts, columns=columns).resolve_scale(
        color="shared", shape="shared", strokeDash="shared"
    )
    found = together.to_dict()
    views = list(_names(found))
    select = {"type": "point", "fields": ["session_id"], "clear": "dblclick"}
    params = [{"name": SESSION, "select": select, "views": views}] if views else []
    return {**found, "config": CONFIG, "params": params}


def _names(part: Mapping[str, Any]) -> Iterator[str]:
    if "name" in part:
        yield part["name"]
    for one in (*part.get("concat", ()), *part.get("layer", ())):
        yield from _names(one)


def change_title(statistic: str) -> str:
    """Return the title of an axis of changes of a statistic."""
    unit = UNIT_OF[statistic]
    return f"change ({unit})" if unit else "change"


def rows_of(chart: Chart) -> pd.DataFrame:
    """Return everything that a chart draws, each row once, with the panel it is in."""
    rows: dict[tuple, dict[str, Any]] = {}
    for panel in chart["concat"]:
        # Data that all parts share is in what holds them.
        for part in (chart, panel, *panel["layer"]):
            for row in part.get("data", {}).get("values", ()):
                if row:
                    full = {"panel": panel["title"]["text"], **row}
                    rows[tuple(full.items())] = full
    return pd.DataFrame(rows.values())
