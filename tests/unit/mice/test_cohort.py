"""Simulated mice at rest and running, as rows of a table."""

from dataclasses import replace

import numpy as np
import pytest

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.config import parse_config
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import COHORT
from minicolumn.mice.cohort import runs_of, simulate_cohort
from minicolumn.mice.mouse import confound, training_mice

EPOCHS = 2


@pytest.fixture(scope="module")
def cfg(settings):
    values = settings()
    values["simulation"] |= {"warmup_s": 0.1, "duration_s": 0.4}
    values["prior"]["n_neurons"] |= {"low": 40, "high": 60}
    values["prior"]["drive_exc_nA"] |= {"low": 0.05, "high": 0.1}
    values["statistics"] |= {"n_subsets": 2}
    return parse_config(values)


@pytest.fixture(scope="module")
def mice(cfg):
    return training_mice(range(6), cfg.cohort, cfg.seed)


@pytest.fixture(scope="module")
def rows(mice, cfg, tmp_path_factory):
    path = tmp_path_factory.mktemp("cohort") / "shard.parquet"
    columns = simulate_cohort(mice, cfg, cfg.statistics, EPOCHS)
    write_table(path, COHORT, columns)
    return read_table(path, COHORT).to_pylist()


def test_every_mouse_has_every_epoch_of_both_states(rows, mice):
    keys = [(row["circuit_id"], row["state"], row["epoch"]) for row in rows]
    assert keys == [
        (mouse.circuit_id, state, epoch)
        for mouse in mice
        for state in ("running", "stationary")
        for epoch in range(EPOCHS)
    ]
    truths = {row["circuit_id"]: row["truth"] for row in rows}
    assert list(truths.values()) == [CLASSES[i % 4] for i in range(6)]
    assert all(row["mean_rate"] > 0 for row in rows)


@pytest.mark.slow  # starts processes
def test_processes_describe_what_one_does(rows, mice, cfg, tmp_path):
    columns = simulate_cohort(mice, cfg, cfg.statistics, EPOCHS, n_processes=2)
    write_table(tmp_path / "shard.parquet", COHORT, columns)
    assert read_table(tmp_path / "shard.parquet", COHORT).to_pylist() == rows


def test_no_window_repeats_another(rows):
    rates = [row["spectral_power"] for row in rows if row["spectral_power"]]
    assert len(set(rates)) == len(rates)


def test_rest_and_running_of_a_mouse_are_independent_trials(mice, cfg):
    """Two states with one background would differ by what acts alone: too easy."""
    trials = {}
    for run in runs_of(mice, cfg):
        trials.setdefault(run.circuit.circuit_id, []).append(run.trial)
    assert trials == {mouse.circuit_id: [0, 1] for mouse in mice}


def test_a_mouse_is_the_same_alone(rows, mice, cfg):
    columns = simulate_cohort(mice[3:4], cfg, cfg.statistics, EPOCHS)
    alone = [
        dict(zip(columns, v, strict=True)) for v in zip(*columns.values(), strict=True)
    ]
    mine = [row for row in rows if row["circuit_id"] == mice[3].circuit_id]
    for one, other in zip(alone, mine, strict=True):
        for name, value in one.items():
            expected = np.nan if other[name] is None else other[name]
            np.testing.assert_equal(value, expected)


def test_lost_spikes_are_missing_from_running_alone(mice, cfg):
    def rates(mouse):
        columns = simulate_cohort([mouse], cfg, cfg.statistics, EPOCHS)
        return np.reshape(columns["mean_rate"], (2, EPOCHS)).mean(axis=1)

    running, stationary = rates(replace(mice[0], confound=confound()))
    fewer, same = rates(replace(mice[0], confound=confound(lost_spikes=0.5)))
    # A neuron that lost its only spikes is seen in neither state.
    assert same == pytest.approx(stationary, rel=0.1)
    assert 0.3 * running < fewer < 0.7 * running
