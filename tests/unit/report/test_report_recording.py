"""The figure of one session and the table of other rules."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from minicolumn.files.tables import EPOCHS
from minicolumn.recordings.running import SpeedTrace
from minicolumn.report.figures_recording import session_panels, thinned
from minicolumn.report.listings import sensitivity_rows
from minicolumn.report.recording import choose_session, excerpt_of, tables_of


def sessions(*rows):
    names = ["session_id", "outcome", "n_stationary", "n_running"]
    return pd.DataFrame(rows, columns=names)


def test_the_scored_session_with_the_median_number_of_epochs_is_shown():
    found = sessions((1, "ok", 9, 9), (2, "ok", 3, 3), (3, "ok", 4, 4), (4, "no", 5, 5))
    assert choose_session(found) == 3


def test_without_a_scored_session_one_that_is_not_is_shown():
    assert choose_session(sessions((1, "no", 0, 0))) == 1
    assert choose_session(sessions()) is None


def test_tables_are_found_by_the_session_in_their_path():
    paths = {
        "units": ["r/recordings/12/units.parquet", "r/recordings/2/units.parquet"],
        "epochs": ["r/epochs/12.parquet", "r/epochs/2.parquet"],
    }
    assert tables_of(2, **paths) == {
        "units": "r/recordings/2/units.parquet",
        "epochs": "r/epochs/2.parquet",
    }


def epochs(*rows):
    table = pd.DataFrame(rows, columns=["state", "start_s", "stop_s"])
    return table.reindex(columns=EPOCHS.names)


def steady(stop_s):
    time_s = np.arange(0, stop_s, 1 / 30)
    return SpeedTrace(time_s, np.zeros_like(time_s))


def test_the_excerpt_surrounds_the_closest_change_of_state():
    found = epochs(
        ("running", 0.0, 10.0),
        ("stationary", 40.0, 50.0),
        ("stationary", 50.0, 60.0),
        ("running", 62.0, 72.0),
    )
    assert excerpt_of(found, steady(100)) == (50.0, 72.0)


@pytest.mark.parametrize(
    ("stop_s", "expected"), [(100, (0.0, 20.0)), (5, (0.0, 5 - 1 / 30))]
)
def test_without_a_change_of_state_the_excerpt_is_the_beginning(stop_s, expected):
    found = epochs(("running", 0.0, 10.0))
    assert excerpt_of(found, steady(stop_s)) == pytest.approx(expected)


def test_a_thinned_speed_is_a_mean_and_keeps_its_gaps():
    speed = steady(400)
    speed.speed_cm_s[:] = np.arange(speed.time_s.size)
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
