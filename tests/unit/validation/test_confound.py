"""Changes of rate alone are told from changes of coordination."""

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.statistics.names import MATCHED_NAMES, raw_name
from minicolumn.validation.confound import GROUPS, shares_called

N_MICE, EPOCHS = 60, 4


def table(seed, raw=0.0, matched=0.0):
    """Mice whose statistics change so many SD of the mean change between mice."""
    rng = np.random.default_rng(seed)
    rows = []
    for mouse in range(N_MICE):
        own = {name: rng.normal() for name in MATCHED_NAMES}
        for state, sign in (("stationary", 0.0), ("running", 1.0)):
            wander = {name: rng.normal() for name in MATCHED_NAMES}
            for epoch in range(EPOCHS):
                row = {"circuit_id": mouse, "state": state, "epoch": epoch}
                for name in MATCHED_NAMES:
                    level = own[name] + wander[name] + 0.1 * rng.normal()
                    row[raw_name(name)] = level + sign * raw
                    row[name] = level + sign * matched
                rows.append(row)
    return pa.Table.from_pylist(rows)


@pytest.fixture(scope="module")
def called():
    changes = {"lost_spikes": (4.0, 0.0), "less_drive": (0.0, 0.0)}
    tables = {
        group: table(seed, *changes.get(group, (0.0, 0.0)))
        for seed, group in enumerate(GROUPS)
    }
    tables["synaptic"] = table(9, 4.0, -4.0)
    return shares_called(tables, 16, 300, 1)


def test_a_change_that_matching_removes_is_called_in_the_raw_statistic_alone(called):
    for one in called["lost_spikes"].values():
        assert one.raw > 0.95
        assert one.matched < 0.05


def test_a_change_in_either_direction_is_called(called):
    assert all(one.matched > 0.95 for one in called["synaptic"].values())


def test_without_a_change_any_statistic_is_called_in_one_cohort_of_twenty(called):
    shares = [one.raw for one in called["nothing_changes"].values()]
    assert sum(shares) < 0.15
