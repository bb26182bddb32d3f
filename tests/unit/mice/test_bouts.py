import numpy as np
import pytest

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config import parse_config
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import MICE
from minicolumn.keys import SYNTHETIC_CIRCUITS
from minicolumn.mice.bouts import WINDOWS_PER_BOUT, simulate_mice

BOUT_S = WINDOWS_PER_BOUT * 0.2


@pytest.fixture(scope="module")
def mice(settings, tmp_path_factory):
    values = settings()
    values["simulation"] |= {"warmup_s": 0.1, "duration_s": 0.2}
    values["prior"]["n_neurons"] |= {"low": 40, "high": 40}
    values["cohort"]["rise"] = {"negligible": 199.0, "highest": 200.0}
    values["prior"]["max_mV"] |= {"low": 5.0, "high": 7.5}
    values["recordings"]["synthetic"] = {"mice_per_mechanism": 2, "bouts_per_state": 3}
    cfg = parse_config(values)
    path = tmp_path_factory.mktemp("mice") / "mice.parquet"
    write_table(path, MICE, simulate_mice(cfg.recordings.synthetic, cfg.cohort, cfg))
    return read_table(path, MICE).to_pylist()


def rate_by_bout(mouse):
    edges = [*mouse["bout_start_s"], mouse["bout_stop_s"][-1]]
    counts, _ = np.histogram(mouse["spike_time_s"], edges)
    return counts / BOUT_S / mouse["n_units"]


def test_there_are_as_many_mice_of_each_mechanism_as_asked(mice):
    assert [mouse["mechanism"] for mouse in mice] == [
        m for m in MECHANISMS for _ in "12"
    ]
    assert len({mouse["session_id"] for mouse in mice}) == 6
    assert min(mouse["circuit_id"] for mouse in mice) >= SYNTHETIC_CIRCUITS.start


def test_levels_and_doses_are_the_mouses_own(mice):
    for name in ("level_stationary", "max_mV"):
        assert len({mouse[name] for mouse in mice}) == len(mice)
    for mouse in mice:
        rise = mouse["level_running"] - mouse["level_stationary"]
        assert rise == pytest.approx(0.3 * np.log10(200), abs=1e-3)


def test_bouts_alternate_from_rest_without_a_gap(mice):
    for mouse in mice:
        assert mouse["bout_running"] == [False, True] * 3
        assert mouse["bout_start_s"] == pytest.approx(np.arange(6) * BOUT_S)
        assert mouse["bout_stop_s"] == pytest.approx(np.arange(1, 7) * BOUT_S)


def test_spikes_ascend_and_fill_every_bout(mice):
    for mouse in mice:
        times = np.array(mouse["spike_time_s"])
        assert (np.diff(times) >= 0).all()
        assert times.max() < 6 * BOUT_S
        assert max(mouse["spike_unit"]) < mouse["n_units"]
    assert (np.mean([rate_by_bout(mouse) for mouse in mice], axis=0) > 0).all()


def test_running_bouts_have_the_running_level(mice):
    """Full depolarization makes a circuit fire more, in its running bouts only."""
    depolarizing = [m for m in mice if m["mechanism"] == "depolarizing"]
    rates = np.mean([rate_by_bout(mouse) for mouse in depolarizing], axis=0)
    assert rates[1::2].mean() > rates[::2].mean()


def test_no_bout_repeats_another(mice):
    for mouse in mice:
        times = np.array(mouse["spike_time_s"])
        within = [
            tuple(np.round(times[(times >= a) & (times < a + BOUT_S)] - a, 6))
            for a in mouse["bout_start_s"]
        ]
        assert len(set(within)) == 6
