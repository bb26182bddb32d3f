import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import kstest

from minicolumn.circuits.prior import parameter_rows, sample_parameters
from minicolumn.config import Range

circuit_ids = st.integers(0, 2_000_000)


@given(circuit=circuit_ids, seed=st.integers(0, 2**31 - 1))
def test_parameters_lie_in_their_ranges(cfg, circuit, seed):
    for name, value in sample_parameters(cfg.prior, seed, circuit).items():
        assert cfg.prior[name].low <= value <= cfg.prior[name].high


@given(circuit=circuit_ids)
def test_narrowing_one_range_moves_no_other_parameter(cfg, circuit):
    narrowed = cfg.prior | {
        "p_exc": cfg.prior["p_exc"].model_copy(update={"high": 0.2})
    }
    before = sample_parameters(cfg.prior, 1, circuit)
    after = sample_parameters(narrowed, 1, circuit)
    assert {n for n in before if before[n] != after[n]} <= {"p_exc"}


def test_parameters_are_spread_as_stated(cfg):
    rows = parameter_rows(cfg.prior, 1, range(2000))
    for name, allowed in cfg.prior.items():
        values = np.array([row[name] for row in rows])
        if allowed.scale == "integer":
            assert set(values) == set(range(int(allowed.low), int(allowed.high) + 1))
            continue
        scale = np.log if allowed.scale == "log" else np.asarray
        low, high = scale(allowed.low), scale(allowed.high)
        assert kstest((scale(values) - low) / (high - low), "uniform").pvalue > 1e-4


def test_circuits_and_seeds_differ(cfg):
    rows = parameter_rows(cfg.prior, 1, range(100))
    assert len({row["p_exc"] for row in rows}) == 100
    assert sample_parameters(cfg.prior, 2, 0)["p_exc"] != rows[0]["p_exc"]
    assert [row["circuit_id"] for row in rows] == list(range(100))


def test_parameters_do_not_move_between_versions():
    """Circuits are identified by seed and number: these draws are published."""
    unit = {"x": Range(low=0, high=1, scale="uniform", source="")}
    drawn = [sample_parameters(unit, 20181120, circuit)["x"] for circuit in range(3)]
    assert drawn == pytest.approx(DRAWN, abs=1e-12)


DRAWN = [0.5935973868221065, 0.05216245523113672, 0.6126456423573992]
