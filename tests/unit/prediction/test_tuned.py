"""Fits predict by what the simulator did with them, and starts are their control."""

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.mice import States
from minicolumn.files.tables import TUNED_STATISTICS
from minicolumn.prediction.targets import Target
from minicolumn.prediction.tuned import tuned_rows
from minicolumn.sessions.session import Observed, Session
from minicolumn.statistics.names import ALL_NAMES, STATISTIC_NAMES

STATES = States(stationary=0.2, running=0.8)
N = len(STATISTIC_NAMES)


def described(session):
    """Two starts and two trials: running adds 1 before, and start + 2 after the fit."""
    rows = []
    for start in range(2):
        for fitted in (False, True):
            for trial in range(2):
                for mechanism in (None, *MECHANISMS):
                    rest = 5.0 + trial
                    change = (start + 2.0) if fitted else 1.0
                    value = rest + change * (mechanism is not None)
                    rows.append(
                        {"session_id": session, "start": start, "circuit_id": start}
                        | {"fitted": fitted, "mechanism": mechanism, "trial": trial}
                        | {"state": "running" if mechanism else "stationary"}
                        | {"outcome": "ok"}
                        | dict.fromkeys(STATISTIC_NAMES, value)
                    )
    return pa.Table.from_pylist(rows, schema=TUNED_STATISTICS.arrow())


def target(identity):
    values = np.ones((8, len(ALL_NAMES)))
    session = Session(identity, values, 2 * values)
    return Target("session", session, Observed.of(session, 3), MECHANISMS)


@pytest.fixture(scope="module")
def rows():
    targets = [target(1), target(2)]
    return list(tuned_rows(described(1), "nearest", targets, STATES, np.ones(N), 3))


def chosen(rows, **equal):
    return [row for row in rows if all(row[k] == v for k, v in equal.items())]


def test_the_mean_over_starts_is_predicted_with_its_spread(rows):
    own = chosen(rows, target_id=1, selector="gradient")
    assert len(own) == len(MECHANISMS) * N
    assert {row["forward"] for row in own} == {"simulator"}
    assert {row["predicted"] for row in own} == {2.5}
    assert {row["observed"] for row in own} == {1.0}
    assert all(2.0 <= row["low"] < row["high"] <= 3.0 for row in own)


def test_what_fits_started_from_is_the_control(rows):
    own = chosen(rows, target_id=1, selector="nearest")
    assert {row["predicted"] for row in own} == {1.0}


def test_a_session_without_fits_keeps_its_rows(rows):
    own = chosen(rows, target_id=2)
    assert len(own) == 2 * len(MECHANISMS) * N
    assert all(np.isnan(row["predicted"]) for row in own)
