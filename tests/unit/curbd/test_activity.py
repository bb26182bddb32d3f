import numpy as np
import pyarrow as pa
import pytest

from minicolumn.curbd.activity import HIGHEST, activity_by_state

DURATIONS_MS = [0.2] * 8 + [0.6] * 4


@pytest.fixture
def units():
    rng = np.random.default_rng(1)
    trains = [np.sort(rng.uniform(0, 40, 400)).tolist() for _ in DURATIONS_MS]
    trains[-1] = []  # never fires
    return pa.table(
        {
            "spike_times_s": trains,
            "waveform_duration_ms": DURATIONS_MS,
            "area": ["VISp", "VISl"] * 6,
        }
    )


@pytest.fixture
def epochs():
    start_s = np.arange(10) * 4.0
    states = ["stationary"] * 5 + ["running"] * 4 + ["running"]
    return pa.table(
        {
            "session_id": [5] * 10,
            "state": states,
            "start_s": start_s,
            "stop_s": start_s + 2.0,
        }
    )


def test_units_of_both_types_are_scaled_to_their_own_maximum(units, epochs, settings):
    found = activity_by_state(units, epochs, settings, seed=1)
    assert set(found) == {"stationary", "running"}
    rest, run = found["stationary"], found["running"]
    # At most six of a group, and none that never fires.
    assert dict(zip(*np.unique(rest.group, return_counts=True), strict=True)) == {
        "FS": 6, "RS": 3,
    }  # fmt: skip
    assert [len(one) for one in rest.epochs] == [40] * 5
    highest = np.max([one.max(axis=0) for one in (*rest.epochs, *run.epochs)], axis=0)
    np.testing.assert_allclose(highest, HIGHEST)
    assert min(one.min() for one in rest.epochs) >= 0


def test_areas_are_groups_too(units, epochs, settings):
    by_area = settings.model_copy(update={"groups": "areas"})
    found = activity_by_state(units, epochs, by_area, seed=1)
    assert found["running"].groups == ("VISl", "VISp")


def test_what_cannot_be_decomposed_is_not_there(units, epochs, settings):
    few = epochs.slice(0, 8)  # three of them running
    assert set(activity_by_state(units, few, settings, 1)) == {"stationary"}
    assert activity_by_state(units, epochs.slice(0, 0), settings, 1) == {}
    assert activity_by_state(units.slice(0, 6), epochs, settings, 1) == {}
