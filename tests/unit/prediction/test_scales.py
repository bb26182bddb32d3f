import numpy as np
import pyarrow as pa
import pytest

from minicolumn.config.mice import States
from minicolumn.files.tables import SIMULATED_STATISTICS
from minicolumn.prediction.scales import change_scale, simulated_scale
from minicolumn.statistics.names import STATISTIC_NAMES

STATES = States(stationary=0.2, running=0.8)


def simulated(values, outcome="ok"):
    n = len(values)
    columns = {
        "circuit_id": np.arange(n),
        "mechanism": ["synaptic"] * n,
        "level": np.zeros(n),
        "outcome": [outcome] * n,
        "duration_s": np.full(n, 10.0),
        "n_units": np.full(n, 25),
        **dict.fromkeys(STATISTIC_NAMES, values),
    }
    arrow = SIMULATED_STATISTICS.arrow()
    columns = dict.fromkeys(arrow.names, np.full(len(values), np.nan)) | columns
    arrays = [pa.array(columns[f.name], f.type, from_pandas=True) for f in arrow]
    return pa.Table.from_arrays(arrays, schema=arrow)


def test_scale_is_the_sd_without_the_extremes():
    values = np.random.default_rng(0).normal(scale=3.0, size=5000)
    np.testing.assert_allclose(simulated_scale(simulated(values)), 3.0, rtol=0.05)
    values[0] = 1e6
    np.testing.assert_allclose(simulated_scale(simulated(values)), 3.0, rtol=0.05)


def test_missing_and_failed_simulations_leave_the_scale_alone():
    values = np.random.default_rng(0).normal(size=100)
    alone = simulated_scale(simulated(values))
    more = pa.concat_tables(
        [simulated(values), simulated([np.nan] * 9), simulated([7.0], "not_finite")]
    )
    np.testing.assert_array_equal(simulated_scale(more), alone)


@pytest.mark.parametrize("values", [[np.nan] * 5, [2.0] * 5, [2.0]])
def test_what_does_not_vary_has_no_scale(values):
    assert np.isnan(simulated_scale(simulated(values))).all()


def paired(mechanism, rest, change):
    """Statistics of circuits at levels 0, 0.3 and 0.7; the outer one is a decoy."""
    n = len(rest)
    parts = [simulated(rest * 0 + 1e3), simulated(rest), simulated(rest + change)]
    for level, table in zip((0.0, 0.3, 0.7), parts, strict=True):
        for name, values in (("level", [level] * n), ("mechanism", [mechanism] * n)):
            place = table.schema.get_field_index(name)
            field = table.schema.field(place)
            table = table.set_column(place, field, pa.array(values, field.type))
        yield table


def test_the_scale_of_a_change_is_its_spread_within_mechanisms():
    rng = np.random.default_rng(0)
    rest = rng.normal(scale=50.0, size=2000)  # how circuits differ must not count
    tables = [
        *paired("synaptic", rest, rng.normal(-30, 2.0, 2000)),
        *paired("depolarizing", rest, rng.normal(30, 2.0, 2000)),
    ]
    scale = change_scale(pa.concat_tables(tables), STATES)
    np.testing.assert_allclose(scale, 2.0, rtol=0.05)


def test_a_change_that_never_varies_has_no_scale():
    tables = list(paired("synaptic", np.arange(9.0), np.full(9, 0.5)))
    assert np.isnan(change_scale(pa.concat_tables(tables), STATES)).all()
