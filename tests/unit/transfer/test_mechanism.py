import json

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.mechanisms import MECHANISMS
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.transfer.mechanism import (
    UNDECIDED,
    as_json,
    confusion,
    find_mechanisms,
)

PREDICTED = {"synaptic": -1.0, "depolarizing": 2.0, "combined": 0.5}


def rows(session, observed, predicted=PREDICTED, statistics=STATISTIC_NAMES):
    return [
        (session, name, statistic, value, observed)
        for name, value in predicted.items()
        for statistic in statistics
    ]


@pytest.mark.parametrize("truth", MECHANISMS)
def test_the_true_mechanism_is_found(changes, truth):
    (found,) = find_mechanisms(changes(rows(1, PREDICTED[truth] + 0.1)))
    assert found.mechanism == truth
    assert found.distance[truth] == pytest.approx(0.1)
    assert found.n_statistics == 11


def test_distance_is_a_root_mean_square_in_units_of_the_scale(changes):
    table = changes(
        [
            (1, "synaptic", "fano", 3.0, 0.0),
            (1, "synaptic", "lv", 0.0, 4.0),
        ],
        scale=0.5,
    )
    (found,) = find_mechanisms(table)
    assert found.distance == {"synaptic": pytest.approx(2 * np.sqrt((9 + 16) / 2))}
    assert found.distance_no_change == pytest.approx(2 * np.sqrt(16 / 2))


def test_nothing_changed_may_be_nearer_than_every_mechanism(changes):
    (found,) = find_mechanisms(changes(rows(1, 0.1)))
    assert found.mechanism == "combined"
    assert found.distance_no_change is not None
    assert found.distance_no_change < min(found.distance.values())


def test_mechanisms_are_judged_by_the_statistics_they_share(changes):
    """A mechanism gains nothing by keeping silent where it would be wrong."""
    missing = [
        (1, "synaptic", "fano", None, 5.0),
        (1, "depolarizing", "fano", 5.0, 5.0),
        (1, "combined", "fano", 5.0, 5.0),
    ]
    (found,) = find_mechanisms(changes([*rows(1, 2.0, statistics=["lv"]), *missing]))
    assert found.n_statistics == 1
    assert found.distance == {"synaptic": 3.0, "depolarizing": 0.0, "combined": 1.5}


def test_the_baseline_is_no_mechanism(changes):
    (found,) = find_mechanisms(changes(rows(1, 9.0, {**PREDICTED, "baseline": 9.0})))
    assert found.mechanism == "depolarizing"
    assert "baseline" not in found.distance


@pytest.mark.parametrize(
    "table_rows",
    [
        rows(1, None),
        rows(1, 1.0, dict.fromkeys(PREDICTED)),
        rows(1, 1.0, {"baseline": 1.0}),
    ],
)
def test_without_anything_to_compare_nothing_is_found(changes, table_rows):
    (found,) = find_mechanisms(changes(table_rows))
    assert (found.mechanism, found.n_statistics, found.distance) == (UNDECIDED, 0, {})
    json.dumps(as_json([found]), allow_nan=False)


def test_equal_distances_are_undecided(changes):
    (found,) = find_mechanisms(changes(rows(1, 1.0, dict.fromkeys(PREDICTED, 3.0))))
    assert found.mechanism == UNDECIDED


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("observed", [-2.0, 0.1, 0.7, 1.9])
def test_units_do_not_decide(changes, scale, observed):
    predicted = {name: value * scale for name, value in PREDICTED.items()}
    (found,) = find_mechanisms(
        changes(rows(1, observed * scale, predicted), scale=scale)
    )
    assert found.mechanism == min(
        PREDICTED, key=lambda name: abs(observed - PREDICTED[name])
    )


def test_confusion_counts_every_session_with_a_truth(changes):
    truth = {1: "synaptic", 2: "synaptic", 3: "combined"}
    table = changes([*rows(1, -1.0), *rows(2, 2.0), *rows(3, None), *rows(4, 0.5)])
    table = confusion(find_mechanisms(table), truth)["mlp"]
    assert table["synaptic"] == {
        "synaptic": 1,
        "depolarizing": 1,
        "combined": 0,
        UNDECIDED: 0,
    }
    assert table["combined"][UNDECIDED] == 1
    assert sum(sum(row.values()) for row in table.values()) == len(truth)


def test_architectures_answer_apart(changes):
    table = pa.concat_tables(
        [changes(rows(1, 2.0)), changes(rows(1, -1.0), architecture="xgboost")]
    )
    found = {one.architecture: one.mechanism for one in find_mechanisms(table)}
    assert found == {"mlp": "depolarizing", "xgboost": "synaptic"}
