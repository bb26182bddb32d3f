"""The functions of scripts call what the workflow calls."""

import numpy as np
import pandas as pd
import pytest

from minicolumn.api.configured import read_config
from minicolumn.api.experiments import (
    describe,
    describe_spikes,
    sample_circuits,
    simulate,
)
from minicolumn.circuits.prior import sample_parameters
from minicolumn.files.tables import SIMULATED_STATISTICS
from minicolumn.statistics.describe import describe as of_library
from minicolumn.statistics.names import DESCRIBED_NAMES
from minicolumn.statistics.trains import SpikeTrains


def test_a_circuit_is_that_of_the_workflow_whatever_others_there_are(cfg):
    found = sample_circuits(3, cfg)
    assert list(found.columns) == ["circuit_id", *cfg.prior]
    assert found.iloc[2].to_dict() == {
        "circuit_id": 2,
        **sample_parameters(cfg.prior, cfg.seed, 2),
    }
    alone = sample_circuits([2], cfg)
    pd.testing.assert_frame_equal(alone, found.iloc[[2]].reset_index(drop=True))
    assert sample_circuits(0, cfg).empty


def test_spikes_of_any_units_have_the_statistics_of_the_library():
    rng = np.random.default_rng(0)
    times_s = [np.sort(rng.uniform(100, 110, 80)) for _ in range(5)]
    unit = np.repeat(np.arange(5), 80)
    trains = SpikeTrains(unit, np.concatenate(times_s) - 100, 5, 10.0)
    expected = of_library(trains.rounded_to_ms())
    outside = [np.concatenate([[3.0], own, [111.0]]) for own in times_s]
    found = describe_spikes(outside, duration_s=10.0, start_s=100.0)
    assert list(found.index) == list(DESCRIBED_NAMES)
    pd.testing.assert_series_equal(found, pd.Series(expected), rtol=1e-9)


def test_simulations_become_rows_of_the_table_of_statistics(cfg):
    rng = np.random.default_rng(1)
    rows = [
        {
            **{"circuit_id": 1, "mechanism": "synaptic", "level": level},
            **{"outcome": "ok", "n_units": 30, "n_excitatory": 24, "duration_s": 5.0},
            "spike_unit": rng.integers(0, 30, 900).astype(np.uint16),
            "spike_time_ms": np.sort(rng.uniform(0, 5000, 900)).astype(np.float32),
        }
        for level in (0.0, 1.0)
    ]
    found = describe(pd.DataFrame(rows), cfg)
    assert set(found.columns) == set(SIMULATED_STATISTICS.names)
    assert found["mean_rate"].between(5, 7).all()
    assert found["n_units"].tolist() == [cfg.statistics.n_units] * 2


def test_what_cannot_be_simulated_is_named_at_once(cfg):
    circuits = sample_circuits(1, cfg)
    with pytest.raises(ValueError, match="'synaptc' is unknown; known: synaptic"):
        simulate(circuits, "synaptc", cfg)
    with pytest.raises(ValueError, match=r"levels=\[2\.0\] are not between 0 and 1"):
        simulate(circuits, "synaptic", cfg, levels=[0, 2])


def test_a_configuration_is_that_of_its_overlays(pytestconfig, cfg):
    base, demo = (pytestconfig.rootpath / name for name in ("config.yaml", "demo.yaml"))
    assert read_config(base=base) == cfg
    found = read_config(demo, base=base)
    assert (found.run, found.prior["n_neurons"].low) == ("demo", 40.0)
