import numpy as np
import pyarrow as pa
import pytest

from minicolumn.config import Statistics
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.store import read_table, write_table
from minicolumn.tables import (
    EPOCHS,
    RECORDED_STATISTICS,
    SIMULATED_STATISTICS,
    SIMULATIONS,
    UNITS,
)
from minicolumn.windows import describe_recording, describe_simulations

N, T = 30, 5.0
MATCHING = Statistics(n_units=25, n_subsets=4)


@pytest.fixture
def spikes():
    """Unit and time in ms of Poisson spikes at the middle of 1 ms bins, by unit."""
    rng = np.random.default_rng(0)
    bins = [np.flatnonzero(rng.random(5000) < rate / 1000) for rate in range(5, 5 + N)]
    return [ms + 0.5 for ms in bins]


def table(schema, columns):
    arrow = schema.arrow()
    arrays = [pa.array(columns[f.name], f.type, from_pandas=True) for f in arrow]
    return pa.Table.from_arrays(arrays, schema=arrow)


def simulation(spikes, outcome="ok", circuit_id=7):
    unit = np.repeat(np.arange(N), [len(train) for train in spikes])
    columns = {
        "circuit_id": [circuit_id],
        "mechanism": ["combined"],
        "level": [0.2],
        "outcome": [outcome],
        "n_units": [N],
        "n_excitatory": [24],
        "duration_s": [T],
        "spike_unit": [unit],
        "spike_time_ms": [np.concatenate(spikes)],
    }
    return table(SIMULATIONS, columns)


def recording(spikes, start_s, session_id=7):
    empty = dict.fromkeys(UNITS.names, [None] * N)
    units = empty | {
        "spike_times_s": [train / 1000 + start_s for train in spikes],
        "unit_id": range(N),
    }
    epochs = {name: [0] for name in EPOCHS.names}
    epochs |= {"session_id": [session_id], "state": ["running"], "stimulus": [""]}
    epochs |= {"start_s": [start_s], "stop_s": [start_s + T]}
    return table(UNITS, units), table(EPOCHS, epochs)


def statistics(columns):
    return {name: columns[name][0] for name in STATISTIC_NAMES}


@pytest.mark.parametrize("start_s", [0.0, 1.0, 17.5, 4000.5])
def test_a_recorded_window_equals_the_simulation_it_holds(spikes, start_s):
    """Sim-to-real differences must be biology: equal spikes, equal numbers."""
    simulated = describe_simulations(simulation(spikes), MATCHING, seed=1)
    recorded = describe_recording(*recording(spikes, start_s), MATCHING, seed=1)
    assert statistics(recorded) == pytest.approx(statistics(simulated), nan_ok=True)
    assert np.isfinite(statistics(simulated)["cv_isi"])


def test_columns_are_tables_of_their_schema(spikes, tmp_path):
    for schema, columns in (
        (SIMULATED_STATISTICS, describe_simulations(simulation(spikes), MATCHING, 1)),
        (RECORDED_STATISTICS, describe_recording(*recording(spikes, 0), MATCHING, 1)),
    ):
        write_table(tmp_path / schema.name, schema, columns)
        assert read_table(tmp_path / schema.name, schema)["n_units"].to_pylist() == [25]


def test_a_simulation_that_failed_keeps_its_row_without_statistics(spikes):
    failed = simulation(spikes, outcome="not_finite")
    columns = describe_simulations(failed, MATCHING, seed=1)
    assert columns["outcome"] == ["not_finite"]
    assert np.isnan(list(statistics(columns).values())).all()


def test_a_silent_simulation_has_a_rate_and_nothing_else():
    silent = simulation([np.empty(0)] * N, outcome="silent")
    described = statistics(describe_simulations(silent, MATCHING, seed=1))
    assert described.pop("mean_rate") == 0
    assert np.isnan(list(described.values())).all()


def test_subsets_belong_to_the_circuit_and_the_seed(spikes):
    def rate(circuit_id, seed):
        one = simulation(spikes, circuit_id=circuit_id)
        return describe_simulations(one, MATCHING, seed)["mean_rate"][0]

    assert rate(7, 1) == rate(7, 1)
    assert len({rate(7, 1), rate(8, 1), rate(7, 2)}) == 3
