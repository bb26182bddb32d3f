"""How the surrogates learned, and how often their intervals hold the truth."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from minicolumn.report import charts
from minicolumn.report.results import Results
from minicolumn.report.section import Drawing
from minicolumn.report.style import LOOKS
from minicolumn.report.surrogate_record import SurrogateRecord
from minicolumn.report.wording import architecture, architecture_order, counted, place
from minicolumn.surrogates.names import TRAINING_SETS

NEAR_COVERAGE = 0.03


def content(results: Results) -> dict[str, Any]:
    """Return the rows of the two tables."""
    mine = in_order(results.surrogates)
    return {"rows": surrogate_rows(mine), "intervals": interval_rows(mine)}


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the losses of the neural surrogates."""
    label = "Training and validation loss of the neural surrogates against epoch"
    return {"losses": Drawing(loss_curves(in_order(results.surrogates)), label)}


def in_order(surrogates: Sequence[SurrogateRecord]) -> list[SurrogateRecord]:
    """Return surrogates by architecture and training set, in a fixed order."""
    return sorted(surrogates, key=lambda one: place(one.architecture, one.training_set))


def surrogate_rows(surrogates: Sequence[SurrogateRecord]) -> list[dict[str, Any]]:
    """Return size and circuits of each surrogate, and how it learned."""
    return [
        {
            "architecture": one.architecture,
            "training_set": one.training_set,
            "n_weights": one.manifest.n_weights,
            **one.manifest.counts.circuits,
            "best_epoch": None if best is None else best + 1,  # people count from 1
            "not_learned": ", ".join(one.metrics.learning["not_learned"]),
        }
        for one in surrogates
        for best in (one.metrics.learning.get("best_epoch"),)
    ]


def interval_rows(surrogates: Sequence[SurrogateRecord]) -> list[dict[str, Any]]:
    """Return the coverage of each surrogate's intervals, over statistics and levels."""
    rows = []
    for one in surrogates:
        found = one.metrics.intervals
        statistics = [s for s in found.statistics.values() if s.share is not None]
        shares = [s.share for s in statistics if s.share is not None]
        levels = [at for s in statistics for at in s.by_level if at.n]
        asked = 1 - found.miscoverage
        rows.append(
            {
                "architecture": one.architecture,
                "training_set": one.training_set,
                "asked": asked,
                "share": found.share,
                "lowest": min(shares, default=None),
                "highest": max(shares, default=None),
                "near": sum(abs(share - asked) <= NEAR_COVERAGE for share in shares),
                "n_statistics": len(statistics),
                "allowed": sum(
                    at.allowed[0] <= at.share <= at.allowed[1]
                    for at in levels
                    if at.allowed is not None and at.share is not None
                ),
                "n_levels": len(levels),
                "thirds": _mean_thirds(statistics),
            }
        )
    return rows


def _mean_thirds(statistics: Sequence[Any]) -> list[float | None]:
    thirds = [s.thirds for s in statistics if None not in s.thirds]
    return list(np.mean(thirds, axis=0)) if thirds else [None] * 3


def loss_curves(surrogates: Sequence[SurrogateRecord]) -> charts.Chart:
    """Draw losses per epoch of training, one panel per neural architecture."""
    neural = [one for one in surrogates if "validation" in one.metrics.learning]
    names = sorted({one.architecture for one in neural}, key=architecture_order)
    if not names:
        return charts.panels([charts.empty("", "no neural surrogate")])
    return charts.panels(
        [_losses(name, [s for s in neural if s.architecture == name]) for name in names]
    )


def _losses(name: str, surrogates: Sequence[SurrogateRecord]) -> charts.Part:
    rows = [
        {"training_set": one.training_set, "epoch": epoch, "split": split,
         "loss": loss, "kept": epoch == one.metrics.learning["best_epoch"] + 1}
        for one in surrogates
        for split in ("training", "validation")
        for epoch, loss in enumerate(one.metrics.learning[split], start=1)
    ]  # fmt: skip
    y = alt.Y("loss:Q", title="mean squared error (standardized)").scale(type="log")
    base = alt.Chart(charts.data(rows)).encode(x=alt.X("epoch:Q"), y=y)
    channels = charts.looks("training_set:N", LOOKS, TRAINING_SETS)
    dashes = charts.dashes("training_set:N", LOOKS, TRAINING_SETS)
    lines = base.encode(color=channels["color"], strokeDash=dashes)
    validation = alt.datum.split == "validation"
    kept = base.transform_filter(validation & alt.datum.kept).mark_point(
        filled=True, size=50, opacity=1
    )
    told = charts.tips("training_set", "epoch", "loss")
    layers = (
        lines.transform_filter("datum.split == 'training'").mark_line(
            size=0.8, opacity=0.55
        ),
        lines.transform_filter(validation).mark_line(size=1.5),
        kept.encode(**channels, tooltip=told),
    )
    note = f"n = {counted(len(surrogates), 'surrogate')}"
    return charts.panel(architecture(name), note, *layers, width=340, height=180)
