import numpy as np
import pytest

from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import parse_config
from minicolumn.files.store import read_table, write_parts
from minicolumn.files.tables import REPEATS, SIMULATIONS
from minicolumn.simulation import shard
from minicolumn.simulation.shard import simulate_shard
from minicolumn.statistics.windows import by_trial

IDS = [3, 8, 11]


@pytest.fixture(scope="module")
def physics(settings):
    values = settings()
    values["simulation"] |= {"warmup_s": 0.05, "duration_s": 0.1}
    values["prior"]["n_neurons"] |= {"low": 40, "high": 60}
    values["acetylcholine"]["levels"] = [0.0, 1.0]
    return parse_config(values)


@pytest.fixture(scope="module")
def table(physics, tmp_path_factory):
    path = tmp_path_factory.mktemp("repeats") / "combined.parquet"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shard, "PER_PART", 6)
        rows = parameter_rows(physics.prior, physics.seed, IDS)
        write_parts(path, REPEATS, simulate_shard(rows, "combined", physics, 3))
    return read_table(path, REPEATS)


def spikes(table, **equal):
    rows = [
        row
        for row in table.to_pylist()
        if all(row[key] == value for key, value in equal.items())
    ]
    return [(row["spike_unit"], row["spike_time_ms"]) for row in rows]


def test_there_is_a_row_per_circuit_level_and_trial_in_order(table):
    columns = (table[name].to_pylist() for name in ("circuit_id", "level", "trial"))
    assert list(zip(*columns, strict=True)) == [
        (circuit, level, trial)
        for circuit in IDS
        for level in (0.0, 1.0)
        for trial in range(3)
    ]


def test_the_first_trial_is_the_simulation_surrogates_learn_from(
    table, physics, tmp_path
):
    rows = parameter_rows(physics.prior, physics.seed, IDS)
    path = tmp_path / "shard.parquet"
    write_parts(path, SIMULATIONS, simulate_shard(rows, "combined", physics))
    assert spikes(table, trial=0) == spikes(read_table(path, SIMULATIONS))


def test_other_trials_are_other_noise(table):
    first, second, third = (spikes(table, trial=trial) for trial in range(3))
    assert sum(np.size(unit) for unit, _ in first) > 0
    assert first != second != third != first


def test_trials_are_described_apart(table):
    parts = list(by_trial(table))
    assert [set(part["trial"].to_pylist()) for part in parts] == [{0}, {1}, {2}]
    assert sum(part.num_rows for part in parts) == table.num_rows
    keys = [part["circuit_id"].to_pylist() for part in parts]
    assert keys[0] == keys[1] == keys[2]
