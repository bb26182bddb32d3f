from dataclasses import replace

import numpy as np
import pytest
from bare import bare_circuit

from minicolumn.circuits.conditions import Condition
from minicolumn.mice.recorded_neurons import recorded, windows_of
from minicolumn.outcomes import Outcome
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import Spikes
from minicolumn.statistics.presence import present

N, N_MS = 50, 4000


def spikes(condition=None, trial=0):
    rng = np.random.default_rng(3)
    rate = rng.uniform(0.002, 0.05, N)
    ms, unit = np.nonzero(rng.random((N_MS, N)) < rate)
    run = Run(bare_circuit(40, 10), trial, (condition or Condition(),))
    time_ms = (ms + 0.5).astype(np.float32)
    return Spikes(run, 0, Outcome.OK, unit.astype(np.uint16), time_ms)


def seen(condition=None, trial=0, at_least=25):
    (one,) = recorded([spikes(condition, trial)], at_least, N_MS / 1000, 1)
    return one


def test_the_same_neurons_are_seen_in_both_states_and_all_their_spikes():
    runs = [spikes(trial=trial) for trial in (0, 1)]
    first, second = recorded(runs, 25, N_MS / 1000, 1)
    assert 25 <= first.n_units <= N
    np.testing.assert_array_equal(first.unit, second.unit)
    np.testing.assert_array_equal(first.ms, second.ms)
    everybody = seen(at_least=N)
    np.testing.assert_array_equal(everybody.unit, spikes().unit)
    assert set(np.bincount(first.unit)) <= set(np.bincount(everybody.unit))


def test_windows_hold_every_spike_once_at_its_time():
    whole, windows = seen(), windows_of(seen(), 4)
    assert [window.duration_s for window in windows] == [1.0] * 4
    times = [window.time_s + start for start, window in enumerate(windows)]
    np.testing.assert_allclose(np.sort(np.concatenate(times)), (whole.ms + 0.5) / 1000)
    counts = sum(np.bincount(w.unit, minlength=w.n_units) for w in windows)
    np.testing.assert_array_equal(counts, np.bincount(whole.unit))
    assert all(w.time_s.min() > 0 and w.time_s.max() < 1 for w in windows)


def test_lost_spikes_are_some_of_the_spikes():
    whole, fewer = seen(), seen(Condition(lost_spikes=0.3))
    assert fewer.ms.size / whole.ms.size == pytest.approx(0.7, abs=0.03)
    fewer_events, events = (
        set(zip(one.ms, one.unit, strict=True)) for one in (fewer, whole)
    )
    assert fewer_events < events


def test_poisson_trains_have_the_same_rates_and_other_spikes():
    whole, poisson = seen(), seen(Condition(poisson=True))
    rates = [np.bincount(one.unit, minlength=one.n_units) for one in (whole, poisson)]
    assert np.corrcoef(*rates)[0, 1] > 0.9
    assert rates[1].sum() == pytest.approx(rates[0].sum(), rel=0.05)
    assert not np.array_equal(poisson.ms, whole.ms)
    assert not np.array_equal(seen(Condition(poisson=True), 1).ms, poisson.ms)


def of_neurons(trial, neurons):
    """Return a run in which these neurons alone fire."""
    every = spikes(trial=trial)
    kept = np.isin(every.unit, neurons)
    return replace(every, unit=every.unit[kept], time_ms=every.time_ms[kept])


@pytest.mark.parametrize("at_least", [25, 30])
def test_only_neurons_that_fire_in_some_state_are_seen(at_least):
    """As recorded units must: a silent neuron has no unit."""
    runs = [of_neurons(0, range(20)), of_neurons(1, range(10, 28))]
    rest, running = recorded(runs, at_least, N_MS / 1000, 1)
    assert rest.n_units == running.n_units
    assert min(at_least, 28) <= rest.n_units <= 28
    counts = [np.bincount(one.unit, minlength=one.n_units) for one in (rest, running)]
    assert present(counts).all()
    assert not counts[0].all()
