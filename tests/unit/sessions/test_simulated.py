import numpy as np
import pyarrow as pa

from minicolumn.sessions.simulated import mice_of
from minicolumn.statistics.names import ALL_NAMES


def cohort(values):
    """Return a table of mice whose epochs have one value of all statistics."""
    rows = [
        {
            "circuit_id": mouse,
            "truth": "none",
            "state": state,
            "rise": 1.0,
            "max_mV": 0.0,
            "causes": "",
            "strength": np.nan,
        }
        | dict.fromkeys(ALL_NAMES, value)
        for mouse, epochs in values.items()
        for state, value in epochs
    ]
    return pa.table({name: [row[name] for row in rows] for name in rows[0]})


def test_mice_without_statistics_are_not_learned_from():
    """Or no statistic would be one that every mouse has."""
    rest, run = "stationary", "running"
    mice, known = mice_of(
        cohort(
            {
                1: [(rest, 1.0), (rest, 2.0), (run, 3.0)],
                2: [(rest, np.nan), (run, np.nan)],  # too few neurons fire
                3: [(rest, 1.0), (rest, np.nan), (run, 2.0)],
            }
        )
    )
    assert [mouse.identity for mouse in mice] == [1, 3]
    assert known.truths == ["none", "none"]
    assert len(mice[1].stationary) == 2
