"""Which session is shown, and what of it."""

import numpy as np
import pandas as pd
import pytest

from minicolumn.files.tables import EPOCHS
from minicolumn.recordings.running import SpeedTrace
from minicolumn.report.shown_session import choose_session, excerpt_of, path_of


def sessions(*rows):
    names = ["session_id", "outcome", "n_stationary", "n_running"]
    return pd.DataFrame(rows, columns=names)


def test_the_scored_session_with_the_median_number_of_epochs_is_shown():
    found = sessions((1, "ok", 9, 9), (2, "ok", 3, 3), (3, "ok", 4, 4), (4, "no", 5, 5))
    assert choose_session(found) == 3


def test_without_a_scored_session_one_that_is_not_is_shown():
    assert choose_session(sessions((1, "no", 0, 0))) == 1
    assert choose_session(sessions()) is None


def test_a_table_is_found_by_the_session_in_its_path():
    units = ["r/recordings/12/units.parquet", "r/recordings/2/units.parquet"]
    assert path_of(2, units) == "r/recordings/2/units.parquet"
    assert path_of(2, ["r/epochs/12.parquet", "r/epochs/2.parquet"]) == (
        "r/epochs/2.parquet"
    )


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
