"""One recorded session: speed, epochs and spikes; and what other rules find."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.outcomes import SYNTHETIC
from minicolumn.recordings.intervals import Interval
from minicolumn.recordings.running import SpeedTrace
from minicolumn.report.results import Results
from minicolumn.report.section import Drawing
from minicolumn.report.shown_session import ShownSession
from minicolumn.report.style import (
    GRAY,
    INK,
    PALE,
    RUNNING,
    STATIONARY,
    empty_figure,
    new_figure,
    say_empty,
    spike_ticks,
    styled,
)
from minicolumn.scoring import published

STATE_COLORS = {"stationary": STATIONARY, "running": RUNNING}
FAST = "#CC3311"
_MOST_POINTS = 1200


def content(results: Results) -> dict[str, Any]:
    """Return the session that is drawn, and the epochs that other rules find."""
    return {
        "shown": results.shown,
        "sensitivity": sensitivity_rows(results),
        "published_epochs": published.EPOCHS,
        "published_source": published.SOURCE,
    }


def figures(results: Results) -> dict[str, Drawing]:
    """Draw one session."""
    label = (
        f"Running speed of one recorded session with its {results.states.less} and "
        f"{results.states.more} epochs, and the spikes of its units in an excerpt"
    )
    shown = results.shown
    data = None if shown is None else session_rows(shown)
    return {"session": Drawing(session_panels(shown), label, data)}


def session_rows(shown: ShownSession) -> pd.DataFrame:
    """Return what is drawn of a session: its speed, then the spikes of each unit."""
    time_s, speed_cm_s = thinned(shown.speed, _span(shown.speed))
    speed = pd.DataFrame({"time_s": time_s, "speed_cm_s": speed_cm_s})
    trains = [
        pd.DataFrame({"time_s": train, "unit": unit})
        for unit, train in enumerate(shown.trains)
    ]
    return pd.concat([speed, *trains])


def sensitivity_rows(results: Results) -> list[dict[str, Any]]:
    """Return how many epochs and sessions each rule finds, in the order they came.

    Sessions with too few units count under no rule.
    """
    counts = results.epoch_counts
    enough = counts["n_units"] >= results.config["statistics"]["n_units"]
    found = counts[["n_running", "n_stationary"]].mul(enough, axis=0)
    some = found > 0
    found = found.assign(sessions=some.any(axis=1), with_both=some.all(axis=1))
    rule = [counts[name] for name in ("thresholds", "stimulus", "window_s")]
    rows = found.groupby(rule, sort=False).sum().reset_index()
    return [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]


@styled
def session_panels(shown: ShownSession | None) -> Figure:
    """Draw the speed of a whole session with its epochs, and an excerpt with spikes."""
    if shown is None:
        return empty_figure("no session")
    figure = new_figure(5.6)
    whole, near, raster = figure.subplots(
        3, 1, gridspec_kw={"height_ratios": [1.1, 1, 1.7]}
    )
    label = "SYNTHETIC mouse" if shown.origin == SYNTHETIC else "session"
    whole.set_title(f"{label} {shown.session_id}: the whole of it", loc="left")
    near.set_title(f"{label} {shown.session_id}: an excerpt", loc="left")
    span = _span(shown.speed)
    _speed_panel(whole, shown, span)
    _speed_panel(near, shown, shown.excerpt)
    _screen(whole, shown, span)
    _raster(raster, shown)
    _legend(whole, shown.epochs)
    return figure


def _span(speed: SpeedTrace) -> Interval:
    if not speed.time_s.size:
        return 0.0, 1.0
    return float(speed.time_s[0]), float(speed.time_s[-1])


def _speed_panel(axes: Axes, shown: ShownSession, span: Interval) -> None:
    for epoch in shown.epochs.to_dict("records"):
        if epoch["stop_s"] > span[0] and epoch["start_s"] < span[1]:
            axes.axvspan(
                epoch["start_s"], epoch["stop_s"], color=STATE_COLORS[epoch["state"]],
                alpha=0.22, linewidth=1,
            )  # fmt: skip
    time_s, speed_cm_s = thinned(shown.speed, span)
    axes.plot(time_s, speed_cm_s, color=INK, linewidth=0.8)
    axes.set(xlim=span, ylabel="speed (cm/s)")
    axes.margins(y=0.15)


def thinned(speed: SpeedTrace, span: Interval) -> tuple[np.ndarray, np.ndarray]:
    """Return the speed in a span as means over equal stretches; a gap stays a gap."""
    inside = (speed.time_s >= span[0]) & (speed.time_s <= span[1])
    time_s, speed_cm_s = speed.time_s[inside], speed.speed_cm_s[inside]
    stride = max(1, -(-time_s.size // _MOST_POINTS))
    n = time_s.size // stride * stride
    return (
        time_s[:n].reshape(-1, stride).mean(1),
        speed_cm_s[:n].reshape(-1, stride).mean(1),
    )


def _screen(axes: Axes, shown: ShownSession, span: Interval) -> None:
    """Mark below the speed the stimuli, and above it when spikes are void."""
    for stimulus in shown.stimuli:
        if stimulus.name != "spontaneous":
            axes.axvspan(
                stimulus.start_s, stimulus.stop_s, ymax=0.06, color=PALE, linewidth=0
            )
    for start_s, stop_s in shown.invalid:
        axes.axvspan(start_s, stop_s, ymin=0.94, color=GRAY, linewidth=0.6)
    axes.set_xlim(span)


def _raster(axes: Axes, shown: ShownSession) -> None:
    axes.set(xlim=shown.excerpt, xlabel="time (s)")
    if not shown.trains:
        say_empty(axes, "no unit passed selection")
        return
    sizes = [train.size for train in shown.trains]
    time_s, unit = np.concatenate(shown.trains), np.repeat(np.arange(len(sizes)), sizes)
    for members, color in ((~shown.fast[unit], INK), (shown.fast[unit], FAST)):
        spike_ticks(axes, time_s[members], unit[members].astype(float), color)
    axes.set(
        ylim=(-1, len(sizes)), ylabel=f"unit (n = {len(sizes)} of {shown.n_units})"
    )


def _legend(axes: Axes, epochs: pd.DataFrame) -> None:
    named = dict(zip(epochs["state"], epochs["state_name"], strict=True))
    for state, color in STATE_COLORS.items():
        axes.fill_between(
            [], [], color=color, alpha=0.22, label=f"{named.get(state, state)} epoch"
        )
    axes.fill_between([], [], color=PALE, label="a stimulus")
    axes.fill_between([], [], color=GRAY, label="void")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=4)
