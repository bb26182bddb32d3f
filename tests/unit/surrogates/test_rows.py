import numpy as np
import pyarrow as pa
import pytest

from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.outcomes import Outcome
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.rows import LEVEL, simulated_rows


def replaced(table, name, values):
    index = table.schema.get_field_index(name)
    field = table.schema.field(name)
    return table.set_column(index, field, pa.array(values, type=field.type))


def test_inputs_carry_the_names_of_the_table_and_the_level_is_last(world, cfg):
    circuits, statistics = world(2)
    rows, _ = simulated_rows(circuits, statistics, cfg.prior)
    assert rows.input_names == (*PARAMETER_NAMES, "level")
    assert "max_mV" in rows.input_names
    fewer, _ = simulated_rows(circuits.drop_columns("g_ee_nS"), statistics, cfg.prior)
    assert set(rows.input_names) - set(fewer.input_names) == {"g_ee_nS"}
    assert fewer.inputs.shape[1] == len(fewer.input_names)
    assert "g_ee_nS" not in fewer.prior
    assert fewer.input_names[LEVEL] == "level"


def test_each_row_carries_its_own_circuit_and_statistics(world, cfg):
    circuits, statistics = world(5)
    rows, _ = simulated_rows(circuits, statistics, cfg.prior)
    for i in range(len(rows)):
        circuit = circuits.to_pylist()[rows.circuit_id[i]]
        assert rows.inputs[i, :LEVEL].tolist() == [circuit[n] for n in PARAMETER_NAMES]
        source = statistics.to_pylist()[i]
        assert rows.inputs[i, LEVEL] == source["level"]
        assert rows.targets[i].tolist() == [source[n] for n in STATISTIC_NAMES]


def test_order_of_the_tables_does_not_matter(world, cfg):
    circuits, statistics = world(6, missing=0.3)
    shuffled = statistics.take(np.random.default_rng(0).permutation(len(statistics)))
    one, _ = simulated_rows(circuits, statistics, cfg.prior)
    other, _ = simulated_rows(circuits.take([5, 3, 1, 0, 2, 4]), shuffled, cfg.prior)
    np.testing.assert_array_equal(one.inputs, other.inputs)
    np.testing.assert_array_equal(one.targets, other.targets)


def test_not_finite_simulations_are_left_out_and_counted(world, cfg):
    assert Outcome.NOT_FINITE == "not_finite"  # as on disk
    circuits, statistics = world(4)
    outcome = ["ok"] * len(statistics)
    outcome[3], outcome[7] = "not_finite", "runaway"
    rows, left_out = simulated_rows(
        circuits, replaced(statistics, "outcome", outcome), cfg.prior
    )
    assert left_out == 1
    assert len(rows) == len(statistics) - 1


def test_an_undefined_statistic_stays_missing(world, cfg):
    circuits, statistics = world(4)
    peak = [None, *statistics["peak_freq"].to_pylist()[1:]]
    rows, _ = simulated_rows(
        circuits, replaced(statistics, "peak_freq", peak), cfg.prior
    )
    missing = np.isnan(rows.targets)
    assert missing.sum() == 1
    assert missing[0, STATISTIC_NAMES.index("peak_freq")]


def test_two_mechanisms_in_one_table_are_refused(world, cfg):
    circuits, statistics = world(4)
    twice = pa.concat_tables([statistics, statistics])
    with pytest.raises(ValueError, match=r"circuit 0 has two rows at level 0\.0"):
        simulated_rows(circuits, twice, cfg.prior)


def test_a_circuit_without_parameters_is_named(world, cfg):
    circuits, statistics = world(4)
    with pytest.raises(ValueError, match=r"circuits \[3\].*no row in the circuits"):
        simulated_rows(circuits.slice(0, 3), statistics, cfg.prior)


def test_an_infinite_statistic_is_refused(world, cfg):
    circuits, statistics = world(4)
    fano = [np.inf, *statistics["fano"].to_pylist()[1:]]
    with pytest.raises(ValueError, match="infinite"):
        simulated_rows(circuits, replaced(statistics, "fano", fano), cfg.prior)


def test_log_sampled_parameters_are_those_of_the_prior(world, cfg):
    rows, _ = simulated_rows(*world(2), cfg.prior)
    logs = set(np.asarray(rows.input_names)[rows.log_inputs])
    assert "g_ee_nS" in logs
    assert not {"drive_exc_nA", "n_neurons", "level"} & logs


def test_ranges_of_inputs_are_those_of_the_prior_and_of_simulated_levels(world, cfg):
    rows, _ = simulated_rows(*world(3), cfg.prior)
    for name, low, high in zip(rows.input_names, *rows.input_ranges(), strict=True):
        one = cfg.prior.get(name)
        assert (low, high) == ((one.low, one.high) if one else (0.0, 1.0))
