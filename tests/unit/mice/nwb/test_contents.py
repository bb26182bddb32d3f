import numpy as np
import pyarrow as pa
import pytest

from minicolumn.files.tables import MICE
from minicolumn.mice.nwb.contents import (
    CHANNELS,
    DECOYS,
    Mouse,
    read_mice,
    running_frames,
    sorted_units,
    splices,
    stimuli,
)
from minicolumn.recordings.running import clean_speed


def mouse(n_units=5, n_fast_spiking=1, bout_s=30.0, n_bouts=4, seed=1):
    rng = np.random.default_rng(seed)
    stops_s = bout_s * np.arange(1, n_bouts + 1)
    time_s = np.sort(rng.uniform(0, stops_s[-1], 500))
    return Mouse(
        *(900000101, n_units, n_fast_spiking),
        *(rng.integers(0, n_units, 500), time_s),
        *(stops_s - bout_s, stops_s, np.arange(n_bouts) % 2 == 1),
    )


def table(*mice):
    truth = {"circuit_id": 0, "mechanism": "synaptic", "max_mV": 5.0}
    truth |= {"level_stationary": 0.2, "level_running": 0.8, "n_excitatory": 4}
    rows = [{**m._asdict(), **truth} for m in mice]
    return pa.table(
        {name: [row[name] for row in rows] for name in MICE.names},
        schema=MICE.arrow(),
    )


def test_a_mouse_survives_its_table():
    (found,) = read_mice(table(mouse()))
    for name, value in mouse()._asdict().items():
        np.testing.assert_array_equal(getattr(found, name), value)


def test_bouts_with_a_gap_are_refused():
    gappy = mouse()._replace(bout_start_s=np.array([0.0, 31.0, 60.0, 90.0]))
    with pytest.raises(ValueError, match="900000101: bouts start at"):
        read_mice(table(gappy))


def test_every_spike_belongs_to_its_neuron():
    truth = mouse()
    units = sorted_units(truth, np.random.default_rng(0))
    assert len(units) == truth.n_units + len(DECOYS)
    for neuron in range(truth.n_units):
        np.testing.assert_array_equal(
            units[neuron].spike_times_s, truth.spike_time_s[truth.spike_unit == neuron]
        )
    assert sum(len(unit.spike_times_s) for unit in units[: truth.n_units]) == 500


def test_waveforms_tell_the_types_apart():
    units = sorted_units(mouse(100, 20), np.random.default_rng(0))[:100]
    narrow = [unit.waveform_duration_ms < 0.45 for unit in units]
    assert narrow == [False] * 80 + [True] * 20


def passes(unit):
    """The default selection, spelled out from the configuration file."""
    channel = CHANNELS[unit.channel]
    return (
        unit.quality == "good"
        and channel.valid
        and channel.area == "VISp"
        and unit.presence_ratio > 0.95
        and unit.isi_violations < 0.5
    )


def test_neurons_pass_and_decoys_do_not():
    units = sorted_units(mouse(), np.random.default_rng(0))
    assert [passes(unit) for unit in units] == [True] * 5 + [False] * len(DECOYS)
    assert np.isnan(units[0].amplitude_cutoff)
    assert all(len(decoy.spike_times_s) > 0 for decoy in units[5:])


def test_decoys_fire_all_session_long_and_a_silent_neuron_has_no_rate():
    truth = mouse(n_units=6)._replace(spike_unit=np.zeros(500, int))
    units = sorted_units(truth, np.random.default_rng(0))
    assert units[5].firing_rate_hz == 0
    for decoy in units[6:]:
        assert decoy.firing_rate_hz == pytest.approx(5, rel=0.25)
        assert decoy.spike_times_s.max() < truth.stop_s


def test_speed_follows_the_bouts():
    truth = mouse()
    start_s, stop_s, speed_cm_s = running_frames(truth, np.random.default_rng(0))
    assert start_s[0] < 0.01
    assert stop_s[-1] > truth.circuit_stop_s
    np.testing.assert_allclose(np.diff(start_s), 1 / 60, atol=3e-4)
    assert np.isnan(speed_cm_s).sum() == 3
    assert (np.abs(speed_cm_s) > 150).sum() == 2
    trace = clean_speed(start_s, stop_s, speed_cm_s)
    assert trace.valid.all()
    bout = np.searchsorted(truth.bout_stop_s, trace.time_s, side="right")
    running = np.append(truth.bout_running, False)[bout]
    to_edge_s = np.abs(trace.time_s[:, None] - truth.bout_stop_s).min(axis=1)
    inside = to_edge_s > 0.5
    assert np.abs(trace.speed_cm_s[inside & ~running]).max() < 0.5
    assert trace.speed_cm_s[inside & running].min() > 10
    assert trace.speed_cm_s[inside & running].std() > 1


def test_one_gray_screen_is_followed_by_a_block_of_flashes():
    (name, start_s, stop_s, block), *flashes = stimuli(mouse())
    assert (name, start_s, stop_s) == ("spontaneous", 0.0, 120.0)
    assert np.isnan(block)
    assert {(flash[0], flash[3]) for flash in flashes} == {("flashes", 2.0)}
    assert min(flash[1] for flash in flashes) > 120
    assert max(flash[2] for flash in flashes) < mouse().stop_s


def test_splices_end_where_a_bout_gives_way_to_the_next():
    assert [stop_s for _, stop_s in splices(mouse())] == [30, 60, 90]
    assert all(stop_s - start_s < 0.02 for start_s, stop_s in splices(mouse()))
