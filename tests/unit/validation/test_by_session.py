"""What rungs of a ladder are measured by, on sessions whose answers are known."""

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.errors import PredictionError
from minicolumn.scoring.panel import Model, Panel
from minicolumn.sessions.session import Session
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.validation.by_session import (
    check_alike,
    resting_center,
    resting_distances,
    right_directions,
    right_mechanisms,
    truths,
)

N = len(STATISTIC_NAMES)
ACTING = ("synaptic", "depolarizing", "synaptic", "synaptic")


def panel(change, predicted, se=0.1):
    """Return a panel of as many sessions as changes; predictions by mechanism."""
    n = len(change)
    same = {name: np.array(change, float) for name in STATISTIC_NAMES}
    return Panel(
        session_id=np.arange(1, n + 1),
        predicted={
            Model(mechanism, "mlp", name): np.array(values, float)
            for mechanism, values in predicted.items()
            for name in STATISTIC_NAMES
        },
        references={},
        change=same,
        se={name: np.full(n, se) for name in STATISTIC_NAMES},
        df={name: np.full(n, 50.0) for name in STATISTIC_NAMES},
        sham={name: np.zeros(n) for name in STATISTIC_NAMES},
    )


def test_only_decided_directions_of_the_mechanism_that_acts_count():
    found = right_directions(
        panel(
            [1.0, 1.0, 0.05, -1.0],
            {"synaptic": [1, -1, 1, 1], "depolarizing": [-1, 1, -1, -1]},
        ),
        ACTING,
        "mlp",
        2.0,
    )
    np.testing.assert_array_equal(found, [1.0, 1.0, np.nan, 0.0])


def test_a_forward_model_that_predicted_nothing_has_no_value():
    nothing = right_directions(panel([1.0] * 4, {}), ACTING, "simulator", 2.0)
    assert np.isnan(nothing).all()


def test_the_most_probable_class_is_right_or_wrong():
    names = [f"probability_{name}" for name in CLASSES]
    first, last, unknown = (0.6, 0.2, 0.1, 0.1), (0.1, 0.2, 0.1, 0.6), (None,) * 4
    columns = map(list, zip(first, last, unknown, strict=True))
    inferred = pa.table(
        {"session_id": [7, 9, 10], **dict(zip(names, columns, strict=True))}
    )
    acting = {7: CLASSES[0], 8: CLASSES[0], 9: CLASSES[1], 10: CLASSES[0]}
    found = right_mechanisms(inferred, acting)
    np.testing.assert_array_equal(found, [1, np.nan, 0, np.nan])


def session(identity, rng, center):
    epochs = np.full((40, N), center) * np.exp(0.1 * rng.standard_normal((40, N)))
    return Session(identity, epochs, epochs[:5])


def test_circuits_like_the_session_are_near_and_others_as_far_as_they_are(cfg):
    settings = cfg.tuned
    rng = np.random.default_rng(0)
    sessions = [session(one, rng, 2.0) for one in range(30)]
    exact, off = (
        resting_distances(
            {
                one.identity: resting_center(np.full((3, N), at), settings)
                for one in some
            },
            sessions,
            settings,
        )
        for some, at in ((sessions, 2.0), (sessions[1:], 4.0))
    )
    assert np.median(exact) < 0.5
    assert np.isnan(off[0])
    assert (off[1:] > 5).all()


def test_other_sessions_and_unknown_mechanisms_are_one_sentence():
    one, other = panel([1.0, 2.0], {}), panel([1.0, 2.5], {})
    check_alike({"runs/a": one, "runs/b": one})
    with pytest.raises(PredictionError, match=r"^runs/a and runs/b observed other"):
        check_alike({"runs/a": one, "runs/b": other})
    fewer = panel([1.0], {})
    with pytest.raises(PredictionError, match=r"observed other sessions"):
        check_alike({"runs/a": one, "runs/b": fewer})
    assert truths([3], {3: "synaptic"}) == ["synaptic"]
    with pytest.raises(PredictionError, match=r"of sessions \[4\] \(1 in all\) is not"):
        truths([3, 4], {3: "synaptic"})
