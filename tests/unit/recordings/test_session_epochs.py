import numpy as np
import pyarrow as pa
import pytest

from minicolumn.config import Epochs, NamedStates, UnitFilter
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import EPOCHS, INTERVALS, SESSIONS, SPEED, UNITS
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.session_epochs import (
    EpochRule,
    epochs_of_session,
    origin_of,
)

W = 10.0
FILTER = UnitFilter(
    areas=("VISp",),
    presence_ratio_above=0.95,
    isi_violations_below=0.5,
    amplitude_cutoff_below=None,
)
RULE = Epochs.model_validate(
    {
        "stimulus": "spontaneous",
        "moving_above_cm_s": 1.0,
        "running": {"fraction_moving_at_least": 0.9, "mean_above_cm_s": 3.0},
        "stationary": {"max_below_cm_s": 1.0, "mean_below_cm_s": 0.5},
        "pupil": {"small_below": 0.5, "large_above": 0.5},
        "trim_s": 1.0,
        "per_state_at_least": 2,
        "balance": "none",
    }
)


SPEED_STATES = NamedStates(by="speed", less_ach="stationary", more_ach="running")


def units(areas, spikes=None, probe="probeC"):
    n = len(areas)
    rows = {
        "unit_id": list(range(n)),
        "area": areas,
        "probe": [probe] * n,
        "presence_ratio": [0.99] * n,
        "isi_violations": [0.01] * n,
        "amplitude_cutoff": [None] * n,
        "waveform_duration_ms": [0.6] * n,
        "spike_times_s": spikes or [np.arange(0.0, 80.0, 0.5)] * n,
    }
    return pa.table(rows, schema=UNITS.arrow())


def speed(cm_s_of_time, stop_s=80.0):
    start_s = np.arange(0, stop_s, 1 / 60)
    rows = {
        "start_s": start_s,
        "stop_s": start_s + 1 / 60,
        "speed_cm_s": cm_s_of_time(start_s),
        "pupil": np.full(start_s.size, np.nan),
    }
    return pa.table(rows, schema=SPEED.arrow())


def intervals(*rows):
    columns = zip(*[(0.0, 80.0, "stimulus", "spontaneous"), *rows], strict=True)
    return pa.table(
        dict(zip(INTERVALS.names, map(list, columns), strict=True)),
        schema=INTERVALS.arrow(),
    )


def rest_then_run(t):
    return np.where(t < 40, 0.1, 20.0)


def describe(
    units_,
    speed_=None,
    intervals_=None,
    n_units_min=2,
    description="",
    states=SPEED_STATES,
):
    speed_ = speed(rest_then_run) if speed_ is None else speed_
    recorded = Recorded(7, units_, speed_, intervals_ or intervals(), description)
    return epochs_of_session(
        recorded, EpochRule(FILTER, RULE, W, states), n_units_min, 7
    )


def test_both_results_are_tables_of_their_schema(tmp_path):
    epochs, sessions = describe(units(["VISp", "VISp", "CA1"]))
    write_table(tmp_path / "epochs", EPOCHS, epochs)
    write_table(tmp_path / "sessions", SESSIONS, sessions)
    assert read_table(tmp_path / "sessions", SESSIONS).to_pylist() == [
        {
            "session_id": 7,
            "origin": "other",
            "outcome": "ok",
            "n_units": 2,
            "compared": "stationary to running",
            "n_stationary": 3,
            "n_running": 4,
        }
    ]
    rows = read_table(tmp_path / "epochs", EPOCHS).to_pylist()
    assert [row["epoch"] for row in rows] == list(range(7))
    assert {row["n_units"] for row in rows} == {2}
    assert {row["session_id"] for row in rows} == {7}
    assert all(row["state_name"] == row["state"] for row in rows)


def test_the_outcome_without_v1_lists_the_areas_there_are():
    epochs, sessions = describe(units(["CA1"] * 3 + ["VISl"]))
    assert sessions["outcome"] == [
        "0 units in VISp pass the filters and 2 are needed; good units in the file: "
        "CA1 3, VISl 1"
    ]
    assert len(epochs["epoch"]) == 7


def test_units_that_fire_in_no_epoch_do_not_count():
    """As neurons of a simulation that never fire do not."""
    fires = np.arange(0.0, 80.0, 0.5)
    at_the_edges = [0.1, 79.9]  # outside all windows
    two = [fires, at_the_edges]
    _, sessions = describe(units(["VISp"] * 2, spikes=two), n_units_min=2)
    assert sessions["outcome"] == [
        "1 of 2 units that pass the filters fire in an epoch and 2 are needed"
    ]
    assert describe(units(["VISp"] * 2, two), n_units_min=1)[1]["outcome"] == ["ok"]


def test_a_session_without_any_unit_says_so():
    _, sessions = describe(units([]))
    assert sessions["outcome"][0].endswith("good units in the file: none")
    assert sessions["n_units"] == [0]


def test_one_unit_too_few_is_too_few():
    _, sessions = describe(units(["VISp"] * 24), n_units_min=25)
    assert sessions["outcome"][0].startswith("24 units in VISp pass the filters and 25")
    _, sessions = describe(units(["VISp"] * 25), n_units_min=25)
    assert sessions["outcome"] == ["ok"]


def test_a_mouse_that_never_runs_says_so():
    _, sessions = describe(units(["VISp"] * 2), speed(np.zeros_like))
    assert sessions["outcome"] == [
        "no running epochs; 2 per state are needed (no moment is known to be running)"
    ]
    assert (sessions["n_running"], sessions["n_stationary"]) == ([0], [7])


def test_a_mouse_that_rarely_rests_says_how_often_it_did():
    rare = speed(lambda t: np.where(t < 15, 0.1, 20.0))
    _, sessions = describe(units(["VISp"] * 2), rare)
    assert sessions["outcome"] == [
        "1 stationary epochs; 2 per state are needed (of 15 s stationary, 1 s at the "
        "edges of blocks, 3 s at a speed that fails the rule, or too short for another "
        "window)"
    ]


def test_just_enough_epochs_are_enough():
    just_enough = speed(lambda t: np.where(t < 25, 0.1, 20.0))
    _, sessions = describe(units(["VISp"] * 2), just_enough)
    assert (sessions["n_stationary"], sessions["outcome"]) == ([2], ["ok"])


def test_a_session_without_speed_has_neither_state():
    _, sessions = describe(units(["VISp"] * 2), speed(np.zeros_like, stop_s=0.0))
    assert sessions["outcome"] == [
        "no running epochs and no stationary epochs; 2 per state are needed "
        "(no moment is known to be running; no moment is known to be stationary; "
        "no frame has a plausible speed)"
    ]


@pytest.mark.parametrize(
    ("label", "n_stationary"),
    [
        ("all_probes", 2),
        ("probeC", 2),
        ("probeD", 3),
        ("stimulus", 3),
        ("optotagging", 3),
    ],
)
def test_only_invalid_times_of_the_selected_units_are_avoided(label, n_stationary):
    void = intervals((5.0, 12.0, "invalid", label))
    _, sessions = describe(units(["VISp"] * 2), intervals_=void)
    assert sessions["n_stationary"] == [n_stationary]


def test_invalid_time_is_no_stimulus_whatever_its_label():
    odd = intervals((80.0, 120.0, "invalid", "spontaneous"))
    still = speed(np.zeros_like, stop_s=120.0)
    epochs, _ = describe(units(["VISp"] * 2), still, odd)
    assert max(epochs["stop_s"]) <= 80


def test_a_stimulus_may_be_called_like_a_fault():
    odd = intervals((5.0, 12.0, "stimulus", "all_probes"))
    _, sessions = describe(units(["VISp"] * 2), intervals_=odd)
    assert sessions["n_stationary"] == [3]


@pytest.mark.parametrize(
    ("session_id", "description", "origin"),
    [
        (715093703, "Data and metadata for an Ecephys session", "allen"),
        (715093703, "SYNTHETIC ecephys session", "synthetic"),
        (7, "our own recording", "other"),
    ],
)
def test_the_origin_follows_from_text_and_identity(session_id, description, origin):
    assert origin_of(session_id, description) == origin


AWAKE = NamedStates(by="intervals", less_ach="anesthetized", more_ach="awake")


def test_labeled_states_go_by_their_names():
    rows = [(0.0, 40.0, "state", "stationary"), (42.0, 80.0, "state", "running")]
    running = speed(lambda t: np.full(t.size, 20.0))
    epochs, sessions = describe(
        units(["VISp"] * 2), running, intervals(*rows), states=AWAKE
    )
    assert sessions["compared"] == ["anesthetized to awake"]
    assert (sessions["n_stationary"], sessions["n_running"]) == ([3], [3])
    assert epochs["state_name"] == ["anesthetized"] * 3 + ["awake"] * 3
    assert epochs["state"] == ["stationary"] * 3 + ["running"] * 3


def test_a_scarce_state_is_told_by_its_name_and_speed_is_no_excuse():
    rows = [(0.0, 40.0, "state", "stationary"), (42.0, 50.0, "state", "running")]
    unknown = speed(lambda t: np.full(t.size, np.nan))
    _, sessions = describe(units(["VISp"] * 2), unknown, intervals(*rows), states=AWAKE)
    assert sessions["outcome"] == [
        "no awake epochs; 2 per state are needed (of 8 s awake, 2 s at the edges of "
        "its intervals, 6 s in pieces shorter than 10 s)"
    ]


def test_a_pupil_that_is_not_known_is_told():
    states = NamedStates(
        by="speed_and_pupil", less_ach="stationary", more_ach="running"
    )
    _, sessions = describe(units(["VISp"] * 2), states=states)
    (outcome,) = sessions["outcome"]
    assert outcome.startswith("no running epochs and no stationary epochs")
    assert "it is known for 0% of the time" in outcome


def test_epochs_have_their_pupil_whatever_tells_states_apart():
    """It grows in time: by speed, epochs are the same, each with a larger one."""
    frames = speed(rest_then_run)
    place = frames.column_names.index("pupil")
    grown = frames.set_column(place, "pupil", frames["start_s"])
    bare, _ = describe(units(["VISp"] * 2), frames)
    epochs, _ = describe(units(["VISp"] * 2), grown)
    assert np.isnan(bare["mean_pupil"]).all()
    middle = np.add(epochs["start_s"], epochs["stop_s"]) / 2
    np.testing.assert_allclose(epochs["mean_pupil"], middle, atol=0.05)
    assert {**epochs, "mean_pupil": None} == {**bare, "mean_pupil": None}
