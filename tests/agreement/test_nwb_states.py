"""States by a table of a lab's SYNTHETIC file: what it means, and what is refused."""

import numpy as np
import pytest
from lab_extraction import extract
from lab_nwb import write
from plain_nwb import PLAIN, build, times
from pynwb import TimeSeries

from minicolumn.errors import RecordingError
from minicolumn.recordings.nwb_objects import MissingError
from minicolumn.recordings.nwb_states import state_rows

DRUG = {"table": "conditions", "label": "drug", "less_ach": ["v"], "more_ach": ["d"]}


def conditions(*rows):
    file = build()
    table = file.create_time_intervals("conditions", "what was given")
    table.add_column("drug", "what was given")
    for start_s, stop_s, label in rows:
        table.add_interval(start_s, stop_s, drug=label)
    return file


def states(file, directory, **changes):
    path = directory / "session.nwb"
    write(file, path)
    rows = extract(path, {**PLAIN, "states": {**DRUG, **changes}}, directory)
    return [
        (row["label"], row["start_s"], pytest.approx(row["stop_s"], abs=0.02))
        for row in rows["intervals"].to_pylist()
        if row["kind"] == "state"
    ]


def refusal(file, directory, **changes):
    with pytest.raises(RecordingError) as caught:
        states(file, directory, **changes)
    return str(caught.value)


BLOCKS = ((5.0, 15.0, "v"), (20.0, 30.0, "d"), (35.0, 45.0, "v"))


def test_rows_become_the_state_that_their_label_means(tmp_path):
    assert states(conditions(*BLOCKS, (46.0, 50.0, "wash")), tmp_path) == [
        ("stationary", 5.0, 15.0),
        ("stationary", 35.0, 45.0),
        ("running", 20.0, 30.0),
    ]


def test_which_condition_has_more_ach_is_what_the_mapping_says(tmp_path):
    found = states(conditions(*BLOCKS), tmp_path, less_ach=["d"], more_ach=["v"])
    assert found[0] == ("stationary", 20.0, 30.0)


def test_all_other_times_can_be_a_state(tmp_path):
    light = conditions((10.0, 20.0, "on"), (40.0, 50.0, "on"))
    found = states(light, tmp_path, less_ach=None, more_ach=["on"])
    gaps = [one[1:] for one in found if one[0] == "stationary"]
    assert gaps[1:] == [(20.0, 40.0), (50.0, 60.0)]
    assert gaps[0] == (pytest.approx(0.0, abs=0.02), 10.0)


def test_a_label_that_no_row_has_is_refused_with_those_there_are(tmp_path):
    said = refusal(conditions(*BLOCKS), tmp_path, more_ach=["saline"])
    assert "states.more_ach=['saline']: conditions has no such drug" in said
    assert "it has after, before, d, v" in said


def test_a_table_that_is_missing_is_refused_with_those_there_are(tmp_path):
    said = refusal(build(), tmp_path)
    assert "recordings.nwb.states.table=conditions: the file has no such" in said


def test_a_table_without_rows_is_refused():
    names = {**DRUG, "less_ach": ["before"], "more_ach": ["after"]}
    empty = conditions().intervals["conditions"], [["before"], ["after"]]
    with pytest.raises(MissingError, match="conditions has no rows"):
        state_rows(empty, (0.0, 60.0), names)


def test_what_is_before_and_after_the_rows_has_labels_of_its_own(tmp_path):
    parts = {"less_ach": ["d"], "more_ach": ["before"]}
    found = states(conditions((20.0, 30.0, "d"), (40.0, 50.0, "d")), tmp_path, **parts)
    assert [one[0] for one in found] == ["stationary", "stationary", "running"]
    assert found[-1][2] == 20.0


def test_rows_of_both_states_must_not_overlap(tmp_path):
    said = refusal(conditions((5.0, 25.0, "v"), (20.0, 30.0, "d")), tmp_path)
    assert "less_ach and more_ach overlap from 20 to 25 s" in said


def test_rows_outside_of_the_recording_are_refused(tmp_path):
    far = conditions((5.0, 15.0, "v"), (5000.0, 6000.0, "d"))
    said = refusal(far, tmp_path)
    assert "states.more_ach: its intervals lie from 5000 to 6000 s" in said


def test_an_event_outside_of_the_recording_divides_nothing(tmp_path):
    file = build()
    file.add_acquisition(TimeSeries(name="dose", data=[1], unit="", timestamps=[99.0]))
    event = {"table": "dose", "label": None}
    said = refusal(file, tmp_path, **event, less_ach=["before"], more_ach=["after"])
    assert "dose is at 99 s" in said
    assert "it divides nothing" in said


def test_the_pupil_is_read_at_the_times_of_the_speed_and_never_across_a_gap(tmp_path):
    file = build()
    time_s = np.arange(0, 60, 0.1)
    size = np.where((time_s > 20) & (time_s < 30), np.nan, time_s)
    file.add_acquisition(
        TimeSeries(name="radius", data=size, unit="px", timestamps=time_s)
    )
    path = tmp_path / "session.nwb"
    write(file, path)
    changes = {**PLAIN, "pupil": {"series": "radius"}}
    found = extract(path, changes, tmp_path)["speed"]["pupil"].to_numpy()
    expected = np.where((times() > 20) & (times() < 30), np.nan, times())
    known = times() < time_s[-1]
    np.testing.assert_allclose(found[known], expected[known], atol=1e-6)


def test_without_a_pupil_its_size_is_unknown_and_a_wrong_name_is_refused(tmp_path):
    path = tmp_path / "session.nwb"
    write(build(), path)
    assert extract(path, PLAIN, tmp_path)["speed"]["pupil"].null_count == times().size
    with pytest.raises(RecordingError, match=r"nwb.pupil.series=radius: the file has"):
        extract(path, {**PLAIN, "pupil": {"series": "radius"}}, tmp_path)
