"""What is written in the neutral form reads back as one session."""

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.errors import RecordingError
from minicolumn.files.tables import INTERVALS, SPEED, UNITS
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.recording import (
    ALL_PROBES,
    OBSERVED,
    Recording,
    interval_columns,
    write_recording,
)


def recording():
    n = 3
    metrics = ("presence_ratio", "isi_violations", "amplitude_cutoff")
    units = {
        "unit_id": np.arange(n),
        "area": ["VISp", "VISp", "CA1"],
        "probe": ["C", "D", "D"],
        **{name: np.full(n, np.nan) for name in (*metrics, "waveform_duration_ms")},
        "spike_times_s": [np.arange(unit + 1.0) for unit in range(n)],
    }
    start_s = np.arange(0, 10, 1 / 60)
    speed = {
        "start_s": start_s,
        "stop_s": start_s + 1 / 60,
        "speed_cm_s": np.full(start_s.size, 5.0),
    }
    intervals = interval_columns(
        [
            (0.0, 10.0, "stimulus", "spontaneous"),
            (1.0, 2.0, "invalid", ALL_PROBES),
            (3.0, 4.0, "invalid", "C"),
            (5.0, 6.0, "invalid", "D"),
            (7.0, 8.0, "invalid", "stimulus"),
        ]
    )
    provenance = {"session_description": "a lab's session"}
    return Recording(units, speed, intervals, provenance)


def test_a_recording_reads_back_as_one_session(tmp_path):
    paths = [tmp_path / name for name in ("units", "speed", "intervals")]
    write_recording(recording(), *paths)
    recorded = Recorded.read(7, *map(str, paths))
    assert (recorded.session_id, recorded.description) == (7, "a lab's session")
    assert recorded.units["area"].to_pylist() == ["VISp", "VISp", "CA1"]
    assert recorded.units["presence_ratio"].null_count == 3
    np.testing.assert_allclose(recorded.trace.speed_cm_s, 5.0)
    assert recorded.stimuli == [(0.0, 10.0, "spontaneous")]
    assert recorded.invalid_for(np.array([0])) == [(1.0, 2.0), (3.0, 4.0)]
    assert recorded.invalid_for(np.array([1, 2])) == [(1.0, 2.0), (5.0, 6.0)]
    assert recorded.invalid_for(np.empty(0, np.int64)) == [(1.0, 2.0)]


def test_what_was_not_recorded_is_neither_observed_nor_between_spikes():
    units, speed, *_ = recording()
    units["spike_times_s"] = [[0.0, 9.0], [0.0, 7.0], [0.0, 8.0]]
    seen = [(0.0, 4.0, OBSERVED, "1"), (6.0, 9.0, OBSERVED, "1")]
    tables = [
        pa.table(columns, schema=schema.arrow())
        for columns, schema in (
            (units, UNITS),
            (speed | {"pupil": np.full(len(speed["start_s"]), np.nan)}, SPEED),
            (interval_columns(seen), INTERVALS),
        )
    ]
    recorded = Recorded(7, *tables)
    # Probe C has spikes at 0 to 9 s, and probe D at 0 to 8 s.
    assert recorded.unobserved_for(np.array([0])) == [(-np.inf, 0.0), (9.0, np.inf)]
    assert recorded.unobserved_for(np.array([2])) == [(-np.inf, 0.0), (8.0, np.inf)]
    by_both = [(-np.inf, 0.0), (4.0, 6.0), (8.0, np.inf)]
    assert recorded.unobserved_for(np.array([1])) == by_both
    assert recorded.unobserved_for(np.empty(0, np.int64)) == []


def test_a_state_that_a_reader_labels_otherwise_is_refused(tmp_path):
    paths = [tmp_path / name for name in ("units", "speed", "intervals")]
    made = recording()
    rows = [(0.0, 5.0, "state", "stationary"), (5.0, 9.0, "state", "drug")]
    with pytest.raises(RecordingError, match="have the labels drug: a reader must"):
        write_recording(made._replace(intervals=interval_columns(rows)), *paths)
    assert not any(tmp_path.iterdir())
