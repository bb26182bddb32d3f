import numpy as np
import pyarrow as pa
import pytest

from minicolumn.config import Statistics
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import (
    EPOCHS,
    RECORDED_STATISTICS,
    SIMULATED_STATISTICS,
    SIMULATIONS,
    UNITS,
)
from minicolumn.statistics.names import MATCHED_NAMES, STATISTIC_NAMES
from minicolumn.statistics.trains import cut_window
from minicolumn.statistics.windows import (
    ALL_NAMES,
    AT_ONCE,
    by_circuits,
    describe_recording,
    describe_simulations,
    describe_windows,
)

N, T = 30, 5.0
MATCHING = Statistics(n_units=25, n_subsets=4, n_thinnings=2)


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


def simulation(spikes, outcome="ok", circuit_id=7, level=0.2):
    unit = np.repeat(np.arange(len(spikes)), [len(train) for train in spikes])
    columns = {
        "circuit_id": [circuit_id],
        "mechanism": ["combined"],
        "level": [level],
        "outcome": [outcome],
        "n_units": [len(spikes)],
        "n_excitatory": [24],
        "duration_s": [T],
        "spike_unit": [unit],
        "spike_time_ms": [np.concatenate(spikes)],
    }
    return table(SIMULATIONS, columns)


def recording(spikes, start_s, session_id=7):
    empty = dict.fromkeys(UNITS.names, [None] * len(spikes))
    units = empty | {
        "spike_times_s": [train / 1000 + start_s for train in spikes],
        "unit_id": range(len(spikes)),
    }
    epochs = {name: [0] for name in EPOCHS.names}
    epochs |= {"session_id": [session_id], "state": ["running"], "stimulus": [""]}
    epochs |= {"state_name": ["awake"]}
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


def test_a_level_without_a_spike_has_a_rate_and_nothing_else(spikes):
    silent = simulation([np.empty(0)] * N, outcome="silent", level=0.8)
    both = pa.concat_tables([simulation(spikes), silent])
    columns = describe_simulations(both, MATCHING, seed=1)
    described = {name: columns[name][1] for name in STATISTIC_NAMES}
    assert described.pop("mean_rate") == 0
    assert np.isnan(list(described.values())).all()


def with_silent_units(spikes, n_silent):
    """Put silent units among the others."""
    places = np.random.default_rng(5).permutation(len(spikes) + n_silent)
    return [(*spikes, *[np.empty(0)] * n_silent)[place] for place in places]


@pytest.mark.parametrize("n_silent", [1, 30])
def test_units_that_never_fire_count_on_neither_side(spikes, n_silent):
    """All that fire are in every subset, so silent ones must change nothing."""
    every = Statistics(**MATCHING.model_dump() | {"n_units": N})
    more = with_silent_units(spikes, n_silent)
    alone = statistics(describe_simulations(simulation(spikes), every, seed=1))
    simulated = describe_simulations(simulation(more), every, seed=1)
    recorded = describe_recording(*recording(more, 7.0), every, seed=1)
    assert statistics(simulated) == pytest.approx(alone, nan_ok=True)
    assert statistics(recorded) == pytest.approx(alone, nan_ok=True)
    assert np.isfinite(alone["rate_cv"])


def test_too_few_units_that_fire_leave_everything_missing(spikes):
    few = [*spikes[:24], *[np.empty(0)] * 10]
    for columns in (
        describe_simulations(simulation(few), MATCHING, seed=1),
        describe_recording(*recording(few, 0.0), MATCHING, seed=1),
    ):
        assert np.isnan(list(statistics(columns).values())).all()


def test_a_unit_that_fires_at_one_level_counts_at_all(spikes):
    """Or levels would be described over different units."""
    levels = [simulation(spikes), simulation([*spikes[:-1], np.empty(0)], level=0.8)]
    every = Statistics(**MATCHING.model_dump() | {"n_units": N})
    rates = describe_simulations(pa.concat_tables(levels), every, seed=1)["mean_rate"]
    # But for spikes within the dead time of another.
    assert (rates[0] - rates[1]) * N * T == pytest.approx(len(spikes[-1]), abs=10)


def test_subsets_belong_to_the_circuit_and_the_seed(spikes):
    def rate(circuit_id, seed):
        one = simulation(spikes, circuit_id=circuit_id)
        return describe_simulations(one, MATCHING, seed)["mean_rate"][0]

    assert rate(7, 1) == rate(7, 1)
    assert len({rate(7, 1), rate(8, 1), rate(7, 2)}) == 3


def both(spikes):
    """The same two windows as two ACh levels of a circuit, and as two states."""
    fewer = [train[::2] for train in spikes]
    simulated = [simulation(spikes), simulation(fewer).set_column(
        SIMULATIONS.names.index("level"), "level", pa.array([0.8])
    )]  # fmt: skip
    shifted = [
        np.concatenate([a, b + 60_000.0]) for a, b in zip(spikes, fewer, strict=True)
    ]
    units, first = recording(shifted, 0.0)
    (_, second), states = recording(shifted, 60.0), ["stationary", "running"]
    epochs = pa.concat_tables([first, second])
    at = EPOCHS.names.index("state")
    epochs = epochs.set_column(at, "state", pa.array(states))
    return pa.concat_tables([t.cast(SIMULATIONS.arrow()) for t in simulated]), (
        units,
        epochs,
    )


def test_rates_are_matched_alike_between_levels_and_between_states(spikes):
    simulations, recorded = both(spikes)
    one = describe_simulations(simulations, MATCHING, seed=1)
    other = describe_recording(*recorded, MATCHING, seed=1)
    for name in ALL_NAMES:
        assert one[name] == pytest.approx(other[name], nan_ok=True), name
    assert np.isfinite(
        [one[name] for name in MATCHED_NAMES if "peak" not in name]
    ).all()


def test_a_failed_level_is_no_reason_to_thin_the_others(spikes):
    simulations, _ = both(spikes)
    silent = simulation([np.empty(0)] * N, outcome="not_finite")
    alone = describe_simulations(simulations, MATCHING, seed=1)
    together = describe_simulations(
        pa.concat_tables([simulations, silent.cast(SIMULATIONS.arrow())]), MATCHING, 1
    )
    for name in ALL_NAMES:
        assert together[name][:2] == pytest.approx(alone[name], nan_ok=True)


def test_circuits_are_matched_each_by_itself(spikes):
    simulations, _ = both(spikes)
    at = SIMULATIONS.names.index("circuit_id")
    other = simulations.set_column(at, "circuit_id", pa.array([8, 8]))
    columns = describe_simulations(
        pa.concat_tables([simulations, other.cast(SIMULATIONS.arrow())]), MATCHING, 1
    )
    alone = describe_simulations(simulations, MATCHING, 1)
    for name in ALL_NAMES:
        assert columns[name][:2] == pytest.approx(alone[name], nan_ok=True)


def test_one_state_alone_has_no_matched_statistics(spikes):
    columns = describe_recording(*recording(spikes, 0.0), MATCHING, seed=1)
    assert np.isnan([columns[name][0] for name in MATCHED_NAMES]).all()
    assert np.isfinite(columns["pairwise_corr"][0])


def test_windows_of_every_length_are_described_as_if_alone(spikes):
    """More of them than fit in a stack, and of two lengths."""
    rng, recorded_s = np.random.default_rng(2), [train / 1e3 for train in spikes]
    lengths = rng.permutation([2.0] * (AT_ONCE + 1) + [1.0, 1.5])
    starts = rng.uniform(0, 3, lengths.size)
    cut = [cut_window(recorded_s, *at) for at in zip(starts, lengths, strict=True)]
    together = describe_windows(cut, ["rest"] * len(cut), MATCHING, 1, 7)
    for trains, found in zip(cut, together, strict=True):
        (alone,) = describe_windows([trains], ["rest"], MATCHING, 1, 7)
        assert found == pytest.approx(alone, nan_ok=True, rel=1e-9, abs=1e-9)


def test_too_few_units_to_match_leave_everything_missing(spikes):
    few = cut_window([train / 1e3 for train in spikes[:24]], 0.0, T)
    (values,) = describe_windows([few], ["rest"], MATCHING, 1, 7)
    assert tuple(values) == ALL_NAMES
    assert np.isnan(list(values.values())).all()


def test_a_session_without_epochs_has_no_rows(spikes):
    units, epochs = recording(spikes, 0.0)
    assert describe_recording(units, epochs.slice(0, 0), MATCHING, 1)["fano"] == []


def test_pieces_of_a_shard_are_described_as_the_whole(spikes):
    """Levels of a circuit stay together, as rates are matched between them."""
    shard = pa.concat_tables(
        simulation(spikes[: N - circuit], circuit_id=circuit, level=level)
        for circuit in range(5)
        for level in (0.0, 0.4, 1.0)
    )
    pieces = list(by_circuits(shard, 2))
    assert [piece.num_rows for piece in pieces] == [6, 6, 3]
    whole = describe_simulations(shard, MATCHING, seed=1)
    parts = [describe_simulations(piece, MATCHING, seed=1) for piece in pieces]
    for name, column in whole.items():
        np.testing.assert_equal([x for part in parts for x in part[name]], column)
