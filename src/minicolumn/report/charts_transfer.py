"""Charts of the transfer: directions and changes, predicted and observed."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.report.charts import (
    Chart,
    Part,
    at,
    data,
    empty,
    faded,
    looks,
    panel,
    panels,
    tips,
)
from minicolumn.report.results import where
from minicolumn.report.style import GRAY, INK, LOOKS
from minicolumn.report.wording import DASH, counted, n_range
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.names import TRAINING_SETS

_AGREE = "#eef5ee"
_TALL = 24  # pixels of one statistic's row


def accuracies(
    cells: Sequence[Mapping[str, Any]], reliability: Sequence[Mapping[str, Any]]
) -> Chart:
    """Draw the accuracy of each model of one architecture on each statistic.

    Parameters
    ----------
    cells
        Scores of `transfer.scoring` as plain values, of one architecture.
    reliability
        Of `transfer.reliability`, likewise, one per statistic.
    """
    scored = [cell for cell in cells if cell["directions"]["accuracy"] is not None]
    if not scored:
        return panels([empty("", "no session was scored")])
    label = _with_n(scored)
    base = alt.Chart(data(_accuracy(cell, label) for cell in scored)).encode(
        y=alt.Y("row:N", title=None, sort=list(label.values())).axis(domain=False),
    )
    ceilings = alt.Chart(
        data(
            {"row": label[one["statistic"]], "ceiling": one["ceiling"]}
            for one in reliability
            if one["statistic"] in label
        )
    ).encode(y=alt.Y("row:N", sort=list(label.values())))
    models = base.encode(yOffset=alt.YOffset("model:N").scale(domain=TRAINING_SETS))
    channels = looks("model:N", LOOKS, TRAINING_SETS)
    x = alt.X("accuracy:Q", title="sessions whose direction was predicted (share)")
    told = tips("statistic:N", "model:N", "matches:Q", "n:Q", "accuracy:Q", "low:Q",
            "high:Q", "best_constant:Q", "corrected_p:Q")  # fmt: skip
    layers = (
        at("x", 0.5, strokeDash=[2, 2]),
        ceilings.mark_tick(color=GRAY, size=_TALL, thickness=1).encode(
            x=alt.X("ceiling:Q"), tooltip=tips("row:N", "ceiling:Q")
        ),
        base.mark_tick(color=INK, size=_TALL, thickness=2.5).encode(
            x=alt.X("best_constant:Q"), tooltip=tips("row:N", "best_constant:Q")
        ),
        models.mark_rule(size=1.2).encode(
            x=alt.X("low:Q"), x2=alt.X2("high"), color=channels["color"]
        ),
        models.mark_point(filled=True, size=44, opacity=1).encode(
            x=x.scale(domain=[0, 1]), **channels, tooltip=told
        ),
    )
    return panels([panel("", "", *layers, width=640, height=(_TALL + 8) * len(label))])


def _accuracy(cell: Mapping[str, Any], label: Mapping[str, str]) -> dict[str, Any]:
    score = cell["directions"]
    evidence = score["evidence"] or {"clopper_pearson": (None, None)}
    low, high = evidence["clopper_pearson"]
    return {
        "row": label[cell["statistic"]],
        "statistic": cell["statistic"],
        "model": cell["training_set"],
        "matches": score["matches"],
        "n": score["n"],
        "accuracy": score["accuracy"],
        "low": low,
        "high": high,
        "best_constant": score["best_constant"],
        "corrected_p": cell["p"],
    }


def _with_n(cells: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the label of each statistic that is scored: its name and its n."""
    labels = {}
    for name in STATISTIC_NAMES:
        n = {c["directions"]["n"] for c in cells if c["statistic"] == name}
        if n:
            labels[name] = f"{name} (n = {n_range(n)})"
    return labels


def change_panels(
    changes: pd.DataFrame, observed: pd.DataFrame, undecided_below_se: float
) -> Chart:
    """Draw observed against predicted change of each session, one panel per statistic.

    Parameters
    ----------
    changes
        Rows of one architecture of `Results.changes`.
    observed
        Table of the kind `tables.OBSERVED_CHANGES`.
    undecided_below_se
        Standard errors within which a direction is undecided: an open symbol.
    """
    errors = observed[["session_id", "statistic", "se"]]
    rows = changes.merge(errors, on=["session_id", "statistic"], how="left")
    rows = rows[rows["training_set"].isin(list(MECHANISMS))]
    y, error = rows["observed"] / rows["scale"], rows["se"] / rows["scale"]
    rows = rows.assign(
        x=rows["predicted"] / rows["scale"],
        y=y,
        low=y - error.fillna(0.0),
        high=y + error.fillna(0.0),
        decided=rows["observed"].abs() >= undecided_below_se * rows["se"],
    ).dropna(subset=["x", "y"])
    return panels(
        [_changes(name, where(rows, statistic=name)) for name in STATISTIC_NAMES]
    )


def _changes(statistic: str, rows: pd.DataFrame) -> Part:
    if rows.empty:
        return empty(statistic, "no session with both changes")
    ends = rows[["x", "low", "high"]].abs().max()
    x_end, y_end = 1.1 * float(ends["x"]) or 1.0, 1.1 * float(ends[1:].max()) or 1.0
    both = min(x_end, y_end)
    columns = ["session_id", "training_set", "x", "y", "low", "high", "decided"]
    x = alt.X("x:Q", title="predicted change (SD)").scale(
        domain=[-x_end, x_end], nice=False
    )
    y = alt.Y("y:Q", title="observed change (SD)").scale(
        domain=[-y_end, y_end], nice=False
    )
    base = alt.Chart(data(rows[columns].to_dict("records"))).encode(x=x)
    channels = looks("training_set:N")
    points = base.mark_point(size=30, strokeWidth=1.2).encode(
        y=y,
        **channels,
        fill=alt.condition("datum.decided", channels["color"], alt.value("white")),
        opacity=faded(),
        tooltip=tips("session_id:N", "training_set:N",
                 alt.Tooltip("x:Q", title="predicted"),
                 alt.Tooltip("y:Q", title="observed"), "decided:N"),
    )  # fmt: skip
    layers = (
        alt.Chart(
            data(
                [{"x": 0, "y": 0, "x2": x_end, "y2": y_end},
                 {"x": -x_end, "y": -y_end, "x2": 0, "y2": 0}]
            )
        ).mark_rect(color=_AGREE).encode(x=x, y=y, x2=alt.X2("x2"), y2=alt.Y2("y2")),
        at("x", 0.0),
        at("y", 0.0),
        alt.Chart(data([{"x": -both, "y": -both}, {"x": both, "y": both}]))
        .mark_line(color=GRAY, size=0.8, strokeDash=[5, 3])
        .encode(x=x, y=y),
        base.mark_rule(size=0.8).encode(
            y=alt.Y("low:Q"),
            y2=alt.Y2("high"),
            color=channels["color"],
            opacity=faded(),
        ),
        points.properties(name=f"changes_{statistic}"),
    )  # fmt: skip
    n = counted(rows["session_id"].nunique(), "session")
    return panel(statistic, f"n = {n}", *layers, height=150)


def published_panels(rows: Sequence[Mapping[str, Any]], this_run: str) -> Chart:
    """Draw the published accuracies with what their counts allow, and this run's.

    Parameters
    ----------
    rows
        From `listings.published_rows`.
    this_run
        What this run's sessions are called.
    """
    statistics = dict.fromkeys(row["published"].statistic for row in rows)
    points = [point for row in rows for point in _published(row, this_run)]
    return panels([_published_panel(name, points, this_run) for name in statistics])


def _published(row: Mapping[str, Any], this_run: str) -> list[dict[str, Any]]:
    one, ours = row["published"], row["ours"]
    low, high = row["evidence"].clopper_pearson
    key = {"statistic": one.statistic, "mechanism": one.training_set}
    published = {
        **key, "source": "published", "accuracy": one.percent / 100, "low": low,
        "high": high, "matches": one.matches, "n": row["evidence"].n,
        "best_constant": one.constant_guess, "p": row["evidence"].p,
    }  # fmt: skip
    score = ours["directions"] if ours else None
    if score is None or score["evidence"] is None:
        return [published]
    low, high = score["evidence"]["clopper_pearson"]
    mine = {
        **key, "source": this_run, "low": low, "high": high, "p": score["evidence"]["p"]
    }  # fmt: skip
    return [
        published,
        mine | {name: score[name] for name in ("accuracy", "matches", "n")}
        | {"best_constant": score["best_constant"]},
    ]  # fmt: skip


def _published_panel(
    statistic: str, points: Sequence[Mapping[str, Any]], this_run: str
) -> Part:
    mine = [one for one in points if one["statistic"] == statistic]
    sources = ["published", this_run]
    base = alt.Chart(data(mine)).encode(
        y=alt.Y("mechanism:N", title=None, sort=list(MECHANISMS)),
        yOffset=alt.YOffset("source:N").scale(domain=sources),
    )
    color = alt.Color("source:N").scale(domain=sources, range=[INK, "#AA4499"])
    shape = alt.Shape("source:N").scale(domain=sources, range=["diamond", "circle"])
    told = tips("source:N", "mechanism:N", "matches:Q", "n:Q", "accuracy:Q", "low:Q",
            "high:Q", "p:Q", "best_constant:Q")  # fmt: skip
    x = alt.X("accuracy:Q", title="directions matched (share)").scale(domain=[0, 1])
    low, high, guess = alt.X("low:Q"), alt.X2("high"), alt.X("best_constant:Q")
    layers = (
        at("x", 0.5, strokeDash=[2, 2]),
        base.mark_tick(color=GRAY, size=15, thickness=2).encode(x=guess),
        base.mark_rule(size=1.2).encode(x=low, x2=high, color=color),
        base.mark_point(filled=True, size=50, opacity=1).encode(
            x=x, color=color, shape=shape, tooltip=told
        ),
    )
    n = DASH.join(str(one) for one in sorted({point["n"] for point in mine}))
    return panel(statistic, f"n = {n} sessions", *layers, height=110, width=190)
