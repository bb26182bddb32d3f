import numpy as np
import pyarrow as pa
import pytest

from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import EPOCH_COUNTS, INTERVALS, SPEED, UNITS
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.sensitivity import AS_CONFIGURED, count_epochs
from minicolumn.recordings.session_epochs import EpochRule


@pytest.fixture(scope="module")
def counts(cfg):
    """A mouse that rests for 200 s and then runs for 200 s, on a gray screen."""
    start_s = np.arange(0, 420, 1 / 60)
    speed = {
        "start_s": start_s,
        "stop_s": start_s + 1 / 60,
        "speed_cm_s": np.where((start_s > 200) & (start_s < 400), 4.0, 0.0),
        "pupil": np.full(start_s.size, np.nan),
    }
    blocks = [
        (0.0, 400.0, "stimulus", "spontaneous"),
        (400.0, 420.0, "stimulus", "flashes"),
    ]
    intervals = dict(zip(INTERVALS.names, zip(*blocks, strict=True), strict=True))
    recorded = Recorded(
        7,
        UNITS.arrow().empty_table(),
        pa.table(speed, schema=SPEED.arrow()),
        pa.table({k: list(v) for k, v in intervals.items()}, schema=INTERVALS.arrow()),
    )
    rule = EpochRule(cfg.recordings.units, cfg.epochs, 20.0, cfg.states)
    columns = count_epochs(recorded, rule, cfg.sensitivity)
    found = {
        (thresholds, stimulus, window_s): (n_stationary, n_running)
        for _, thresholds, stimulus, window_s, _, _, n_stationary, n_running in zip(
            *columns.values(), strict=True
        )
    }
    return columns, found


def test_every_combination_is_counted_once_and_the_runs_own_rule_first(counts):
    columns, found = counts
    assert len(found) == len(columns["session_id"]) == 4 * 2 * 4
    assert next(iter(found)) == (AS_CONFIGURED, "spontaneous", 20.0)


def test_the_table_has_its_schema(counts, tmp_path):
    write_table(tmp_path / "counts", EPOCH_COUNTS, counts[0])
    assert read_table(tmp_path / "counts", EPOCH_COUNTS).num_rows == 32


@pytest.mark.parametrize(
    ("thresholds", "stimulus", "window_s", "expected"),
    [
        # One second is trimmed from each end, and windows do not cross the block's.
        (AS_CONFIGURED, "spontaneous", 10.0, (19, 20)),
        (AS_CONFIGURED, "spontaneous", 30.0, (6, 6)),
        (AS_CONFIGURED, "spontaneous", 150.0, (1, 1)),
        (AS_CONFIGURED, "all", 10.0, (20, 20)),
        # 4 cm/s is running, but not fast running.
        ("fast runs", "spontaneous", 10.0, (19, 0)),
        ("every sample", "spontaneous", 10.0, (19, 19)),
    ],
)
def test_a_known_speed_has_known_counts(
    counts, thresholds, stimulus, window_s, expected
):
    assert counts[1][thresholds, stimulus, window_s] == expected
