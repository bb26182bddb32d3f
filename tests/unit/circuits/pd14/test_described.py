"""A small column from the prior to its statistics."""

import numpy as np
import pyarrow as pa

from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import parse_config
from minicolumn.config.settings import settings_of
from minicolumn.simulation.shard import simulate_shard
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.windows import describe_simulations

SMALL = {
    "circuits": {"family": "pd14"},
    "prior": {
        "n_neurons": {"low": 400, "high": 400},
        "n_recorded": {"low": 200, "high": 200},
        "in_degree": {"low": 0.1, "high": 0.1},
    },
    "acetylcholine": {"levels": [0.0, 0.2, 1.0]},
    "simulation": {"warmup_s": 0.2, "duration_s": 1.0},
    "statistics": {"n_subsets": 4},
}


def test_a_small_column_is_sampled_simulated_and_described(settings):
    cfg = parse_config(settings_of(settings(), SMALL))
    rows = parameter_rows(cfg.prior, cfg.seed, range(2))
    (columns,) = simulate_shard(rows, "depolarizing", cfg)
    assert columns["n_units"] == [200] * 6
    assert all(0 < n < 200 for n in columns["n_excitatory"])
    assert all(unit.max() < 200 for unit in columns["spike_unit"])
    spikes = [len(unit) for unit in columns["spike_unit"]]
    assert spikes[2] > spikes[0]  # ACh depolarizes
    described = describe_simulations(pa.table(columns), cfg.statistics, cfg.seed)
    assert {*STATISTIC_NAMES} <= {*described}
    assert np.isfinite(np.array(described["mean_rate"], float)).all()
