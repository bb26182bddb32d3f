import numpy as np
import pytest

from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import parse_config
from minicolumn.files.store import read_table, write_parts
from minicolumn.files.tables import SIMULATIONS
from minicolumn.simulation import shard


@pytest.fixture(scope="module")
def physics(settings):
    values = settings()
    values["simulation"] |= {"warmup_s": 0.05, "duration_s": 0.1}
    values["prior"]["n_neurons"] |= {"low": 40, "high": 60}
    values["acetylcholine"]["levels"] = [0.0, 1.0]
    return parse_config(values)


def table(physics, path, monkeypatch, per_part):
    monkeypatch.setattr(shard, "PER_PART", per_part)
    rows = parameter_rows(physics.prior, 1, range(7))
    write_parts(path, SIMULATIONS, shard.simulate_shard(rows, "combined", physics))
    return read_table(path, SIMULATIONS)


def test_parts_change_no_row_and_rows_are_in_order(physics, tmp_path, monkeypatch):
    whole = table(physics, tmp_path / "whole", monkeypatch, 512)
    parts = table(physics, tmp_path / "parts", monkeypatch, 3)
    assert whole.equals(parts)
    columns = (whole[name].to_pylist() for name in ("circuit_id", "level"))
    keys = list(zip(*columns, strict=True))
    assert keys == [(circuit, level) for circuit in range(7) for level in (0.0, 1.0)]
    assert sum(np.array(whole["spike_unit"].combine_chunks().value_lengths())) > 0
