import numpy as np
import pyarrow as pa
import pytest

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.files.tables import COHORT, RECORDED_STATISTICS
from minicolumn.learning.splits import SplitRule
from minicolumn.prediction.targets import held_out_targets, recorded_targets
from minicolumn.statistics.names import ALL_NAMES

RULE = SplitRule(7, 0.1, 0.1, 0.15)
FIRST = 10_000_000
EPOCHS = 8


def cohort(n_mice, failed=()):
    """Mice whose classes take turns; epochs of a state follow each other in time."""
    rows = [
        {
            **{"circuit_id": FIRST + mouse, "truth": CLASSES[mouse % len(CLASSES)]},
            **{"mechanism": MECHANISMS[0], "state": state, "epoch": epoch},
            **{"level": 0.1, "max_mV": 5.0, "duration_s": 10.0, "n_units": 25},
            "outcome": "not_finite" if (mouse, state) in failed else "ok",
            **dict.fromkeys(ALL_NAMES, float(epoch + 100 * (state == "running"))),
        }
        for mouse in range(n_mice)
        for state in ("running", "stationary")
        for epoch in range(EPOCHS)
    ]
    return pa.Table.from_pylist(rows, schema=COHORT.arrow())


@pytest.fixture(scope="module")
def mice():
    return held_out_targets(cohort(200), RULE, 3, 5)


def test_held_out_mice_are_those_of_the_test_split_alone(mice):
    assert {RULE.split_of(mouse.identity) for mouse in mice} == {"test"}
    assert {mouse.kind for mouse in mice} == {"held_out"}


def test_as_many_of_each_mechanism_as_are_asked_for_and_none_without_one(mice):
    found = [mouse.mechanisms for mouse in mice]
    assert {m: found.count((m,)) for m in MECHANISMS} == dict.fromkeys(MECHANISMS, 3)
    assert len(mice) == 3 * len(MECHANISMS)


def test_a_mouse_is_known_and_observed_as_a_recorded_session_is(mice):
    """Every second window at rest is known; the change is from the others."""
    np.testing.assert_array_equal(mice[0].session.conditioning[:, 0], [0, 2, 4, 6])
    epochs = np.arange(float(EPOCHS))
    recorded = pa.table(
        {
            "session_id": [5] * 2 * EPOCHS,
            "epoch": list(range(2 * EPOCHS)),
            "state": ["stationary", "running"] * EPOCHS,
            "state_name": ["vehicle", "drug"] * EPOCHS,
            "duration_s": [10.0] * 2 * EPOCHS,
            "n_units": [25] * 2 * EPOCHS,
            **{name: np.ravel([epochs, 100.0 + epochs], "F") for name in ALL_NAMES},
        },
        schema=RECORDED_STATISTICS.arrow(),
    )
    (session,) = recorded_targets(recorded, 5)
    np.testing.assert_array_equal(session.observed.change, mice[0].observed.change)
    assert session.mechanisms == MECHANISMS
    assert session.compared == "vehicle to drug"
    assert mice[0].compared == "stationary to running"


def test_dose_and_levels_of_a_held_out_mouse_are_unknown(mice):
    """What was drawn for it changes its epochs, and reaches nobody otherwise."""
    table = cohort(200)
    for name in ("level", "max_mV"):
        place = table.column_names.index(name)
        poison = pa.array(np.full(len(table), 1e6), table.schema.field(name).type)
        table = table.set_column(place, table.schema.field(name), poison)
    for mouse, poisoned in zip(mice, held_out_targets(table, RULE, 3, 5), strict=True):
        assert poisoned.mechanisms == mouse.mechanisms
        for name in ("stationary", "running"):
            np.testing.assert_array_equal(
                getattr(poisoned.session, name), getattr(mouse.session, name)
            )
        np.testing.assert_array_equal(poisoned.observed.change, mouse.observed.change)


def test_windows_whose_simulation_failed_are_not_there():
    test = [m for m in range(200) if RULE.split_of(FIRST + m) == "test"]
    rests = next(m for m in test if CLASSES[m % len(CLASSES)] in MECHANISMS)
    for state in ("stationary", "running"):
        table = cohort(200, failed={(rests, state)})
        found = {m.identity: m for m in held_out_targets(table, RULE, 99, 5)}
        if state == "stationary":
            assert FIRST + rests not in found
        else:
            assert np.isnan(found[FIRST + rests].observed.change).all()
