import numpy as np
import pyarrow as pa
import pytest

from minicolumn.domain.space import CohortSpace, Windows
from minicolumn.outcomes import Outcome
from minicolumn.statistics.names import STATISTIC_NAMES

D = len(STATISTIC_NAMES)


def windows(seed, n):
    """One correlated window per circuit."""
    rng = np.random.default_rng(seed)
    return Windows(rng.normal(size=(n, D)) @ rng.normal(size=(D, D)), np.arange(n))


def test_a_statistic_seldom_defined_does_not_span_the_space():
    found = windows(13, 100)
    found.values[:21, STATISTIC_NAMES.index("peak_freq")] = np.nan
    space = CohortSpace.of(found)
    assert space.names == tuple(n for n in STATISTIC_NAMES if n != "peak_freq")
    assert len(space.values) == 100
    np.testing.assert_allclose(space.place(found.values), space.values)


@pytest.mark.parametrize("n", [0, 9])
def test_too_few_circuits_make_no_space(n):
    assert CohortSpace.of(windows(0, n)) is None


def test_a_sample_has_one_row_of_each_circuit():
    parts = [windows(i, 40) for i in range(3)]
    both = Windows(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
    space = CohortSpace.of(both)
    circuit = {
        tuple(row): c for row, c in zip(space.values, space.circuit_id, strict=True)
    }
    one_each = space.one_per_circuit(25, np.random.default_rng(0))
    assert len({circuit[tuple(row)] for row in one_each}) == len(one_each) == 25


def test_windows_are_those_at_the_nearest_level_that_stayed_finite():
    rows = [
        {"circuit_id": i, "level": level, "outcome": outcome}
        | dict.fromkeys(STATISTIC_NAMES, float(i))
        for i, (level, outcome) in enumerate(
            [(0.2, "ok"), (0.8, "ok"), (0.2, Outcome.NOT_FINITE), (0.2, "silent")]
        )
    ]
    found = Windows.at_level(pa.Table.from_pylist(rows), 0.3)
    assert found.circuit_id.tolist() == [0, 3]
    assert found.values.shape == (2, D)
