"""The figure of one session and the table of other rules."""

import dataclasses
import re

import numpy as np

from minicolumn.recordings.running import SpeedTrace
from minicolumn.report.sections.recording import (
    sensitivity_rows,
    session_panels,
    thinned,
)


def test_a_thinned_speed_is_a_mean_and_keeps_its_gaps():
    time_s = np.arange(0, 400, 1 / 30)
    speed = SpeedTrace(time_s, np.arange(time_s.size, dtype=float))
    speed.speed_cm_s[6000:6100] = np.nan
    time_s, speed_cm_s = thinned(speed, (0.0, 400.0))
    assert time_s.size <= 1200
    np.testing.assert_allclose(speed_cm_s[0], np.arange(10).mean())
    assert np.isnan(speed_cm_s).sum() == 10


def test_the_figure_says_whose_session_it_is_and_labels_its_axes(make_results):
    figure = session_panels(make_results(source="s3").shown)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[0] == "session 900: the whole of it"
    whole, near, raster = figure.axes
    assert whole.get_ylabel() == near.get_ylabel() == "speed (cm/s)"
    assert raster.get_xlabel() == "time (s)"
    assert raster.get_ylabel() == "unit (n = 3 of 40)"
    assert near.get_xlim() == raster.get_xlim()


def test_a_synthetic_mouse_is_called_synthetic_in_its_figure(make_results):
    figure = session_panels(make_results().shown)
    assert figure.axes[0].get_title(loc="left").startswith("SYNTHETIC mouse 900")


def test_narrow_waveforms_are_told_apart(make_results):
    raster = session_panels(make_results().shown).axes[2]
    rows = {line.get_color(): line.get_ydata() for line in raster.lines}
    assert set(np.round(rows["#CC3311"][~np.isnan(rows["#CC3311"])])) == {1.0}
    assert len(rows) == 2


def test_nothing_to_show_is_said(make_results):
    shown = make_results().shown
    assert "no session" in [t.get_text() for t in session_panels(None).axes[0].texts]
    bare = dataclasses.replace(
        shown,
        trains=[],
        fast=np.empty(0, bool),
        speed=SpeedTrace(np.empty(0), np.empty(0)),
    )
    said = [t.get_text() for t in session_panels(bare).axes[2].texts]
    assert said == ["no unit passed selection"]


def test_rules_are_counted_over_sessions_with_enough_units(make_results):
    results = make_results()
    results.epoch_counts.loc[results.epoch_counts["session_id"] == 905, "n_units"] = 3
    first, *_, last = sensitivity_rows(results)
    assert (first["thresholds"], first["window_s"]) == ("as in epochs", 10.0)
    assert (first["n_running"], first["n_stationary"]) == (15, 20)
    assert (first["sessions"], first["with_both"]) == (5, 5)
    # At 150 s nothing runs: every session has epochs, none has both states.
    assert (last["thresholds"], last["window_s"]) == ("fast runs", 150.0)
    assert (last["n_running"], last["sessions"], last["with_both"]) == (0, 5, 0)


def test_the_page_shows_the_published_counts_as_a_comparison(make_results, plain_page):
    text = plain_page(make_results())
    section = text[text.index('id="recording"') : text.index('id="domain"')]
    assert "2,325" in section
    assert "353" in section
    assert "used for nothing" in section
    assert "SYNTHETIC mouse 900" in section
    assert re.search(r"no rule here was chosen to come near them", section)


def test_beside_spontaneous_epochs_is_said_what_running_does_not_change(
    make_results, plain_page
):
    """Of other states nobody has said so."""
    results = make_results()
    assert "did not change their spontaneous rates (Niell" in plain_page(results)
    for section, changed in (
        ("epochs", {"stimulus": "all"}),
        ("states", {"less_ach": "asleep", "more_ach": "awake"}),
    ):
        config = results.config | {section: results.config[section] | changed}
        page = plain_page(dataclasses.replace(results, config=config))
        assert "Niell and Stryker" not in page
