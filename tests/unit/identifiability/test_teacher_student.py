import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from minicolumn.config.theory import TeacherStudent
from minicolumn.files.tables import TEACHER_STUDENT
from minicolumn.identifiability.rate_network import (
    STEP_S,
    TAU_S,
    Known,
    Unknown,
    currents,
    drawn,
    participation_ratio,
)
from minicolumn.identifiability.teacher_figure import figure_of, needed
from minicolumn.identifiability.teacher_student import errors_of, fit, rows

SETTINGS = TeacherStudent.model_validate(
    {
        "teachers": [
            {"neurons": 30, "dimensions": 2},
            {"neurons": 30, "dimensions": 8},
            {"neurons": 60, "dimensions": 2},
        ],
        "recorded": [0, 1, 4, 16, 60],
        "students": 4,
        "steps": 200,
        "rate": 0.05,
    }
)


@pytest.fixture(scope="module")
def found():
    return pd.DataFrame(rows(SETTINGS, seed=1))


def test_rows_are_those_of_the_table(found):
    assert list(found) == TEACHER_STUDENT.names
    assert len(found) == 3 * 5 * 4
    assert found["n_recorded"].max() == 60  # of 30 neurons, 30


def test_errors_of_unrecorded_neurons_fall_with_recorded_ones(found):
    for _, part in found.groupby(["n_neurons", "rank"]):
        error = part.groupby("n_recorded")["error_unrecorded"].median()
        assert error[16] < 0.1 * error[0]
        assert error[16] < error[1] < error[0]


def test_the_more_dimensions_the_more_have_to_be_recorded(found):
    table = needed(found).set_index(["n_neurons", "rank"])
    assert table["n_needed"][30, 8] > table["n_needed"][30, 2]
    assert table["n_needed"][60, 2] == table["n_needed"][30, 2]
    assert table["dimension"][30, 8] > 2 * table["dimension"][30, 2]


def test_activity_is_known_although_parameters_are_not(found):
    all_others = found[found["n_recorded"] == 16]
    assert all_others["error_unrecorded"].median() < 0.02
    assert all_others["parameter_error"].median() > 0.7


def test_without_recordings_students_stay_where_they_started(found):
    none = found[found["n_recorded"] == 0]
    assert none["error_recorded"].isna().all()
    assert none["parameter_error"].to_numpy() == pytest.approx(1)


def test_with_all_recorded_the_error_is_that_of_the_fit(found):
    """And it is smaller than that of students who know fewer."""
    every = found[found["n_recorded"] == found["n_neurons"]]
    assert every["error_unrecorded"].isna().all()
    assert every["error_recorded"].max() < 0.02
    rng = np.random.default_rng(0)
    known, truth = drawn(rng, 20, 2), Unknown.drawn(rng, 20)
    target, start = currents(known, truth), Unknown.drawn(rng, 2, 20)
    recorded = jnp.ones((2, 20), bool)
    fitted = fit(known, target, recorded, start, SETTINGS)
    for student, error in enumerate(
        errors_of(known, target, recorded, fitted)["error_recorded"]
    ):
        own = Unknown(fitted.log_gain[student], fitted.bias[student])
        off = np.asarray(currents(known, own) - target, np.float64)
        expected = np.mean(np.mean(off**2, axis=0) / np.var(np.asarray(target), axis=0))
        assert error == pytest.approx(expected, rel=1e-3)


def test_who_starts_at_the_truth_has_no_error():
    rng = np.random.default_rng(2)
    known, truth = drawn(rng, 20, 4), Unknown.drawn(rng, 20)
    target, recorded = currents(known, truth), jnp.arange(20)[None] < 5
    start = Unknown(truth.log_gain[None], truth.bias[None])
    errors = errors_of(known, target, recorded, start)
    assert max(errors["error_recorded"][0], errors["error_unrecorded"][0]) < 1e-9


def test_a_network_without_connections_filters_its_input():
    """An independent solution: dh/dt = -h + 1 relaxes to 1 as Euler's steps do."""
    n = 50
    known = Known(jnp.zeros((3, 3)), jnp.ones((n, 3)))
    h = currents(known, Unknown(jnp.zeros(3), jnp.zeros(3)))
    expected = 1 - (1 - STEP_S / TAU_S) ** np.arange(1, n + 1)
    assert np.asarray(h[:, 0]) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_dimension_of_equal_independent_directions_is_their_number(n):
    eye = np.eye(8)[:n]
    assert participation_ratio(np.concatenate([eye, -eye])) == pytest.approx(n)
    one = np.outer(np.arange(9), np.ones(4))
    assert participation_ratio(one) == pytest.approx(1)


def test_currents_stay_within_the_rank_of_the_connections():
    rng = np.random.default_rng(3)
    known, truth = drawn(rng, 40, 4), Unknown.drawn(rng, 40)
    values = np.linalg.svd(np.asarray(currents(known, truth)), compute_uv=False)
    assert values[4] < 1e-4 * values[3]


def test_the_figure_has_a_line_for_each_teacher_and_a_point_for_each(found):
    left, right = figure_of(found).axes
    assert len(left.lines) == 3
    assert sum(np.size(line.get_xdata()) for line in right.lines) == 3


def test_an_odd_rank_is_refused():
    with pytest.raises(ValueError, match="multiple of 2"):
        TeacherStudent.model_validate(
            SETTINGS.model_dump() | {"teachers": [{"neurons": 30, "dimensions": 3}]}
        )
