"""Kinds of NWB file that public reports describe, one small SYNTHETIC file of each.

A session of 60 s: rest for 30 s, then running at 12 cm/s, so that windows of 5 s are 5
at rest and 5 while running where a test says nothing else.
"""

import logging
import shutil

import h5py
import hdf5plugin
import numpy as np
import pytest
from lab_extraction import extract, windows
from plain_nwb import (
    EPOCHS,
    N_UNITS,
    PLAIN,
    RATE_HZ,
    STOP_S,
    build,
    shown,
    speed_cm_s,
    times,
)
from pynwb import TimeSeries
from pynwb.epoch import TimeIntervals

from minicolumn.errors import RecordingError

SPEED = "processing/behavior/running_speed"


def counts(path, changes, directory):
    _, session = windows(path, {**PLAIN, **changes}, directory)
    return session["n_stationary"], session["n_running"]


def replace_data(path, name, data, **storage):
    """Put other data in place of a dataset and keep its attributes."""
    with h5py.File(path, "a") as file:
        kept = dict(file[name].attrs)
        del file[name]
        file.create_dataset(name, data=data, **storage)
        file[name].attrs.update(kept)


def refusal(path, changes, directory):
    with pytest.raises(RecordingError) as caught:
        extract(path, {**PLAIN, **changes}, directory)
    assert "fetch it again" not in str(caught.value)
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_a_plain_file_has_the_windows_that_were_written(written, tmp_path):
    epochs, session = windows(written(), PLAIN, tmp_path)
    # The first running window may begin half a second before running does.
    assert (session["n_stationary"], session["n_running"]) == (5, 5)
    running = [
        mean
        for state, mean in zip(epochs["state"], epochs["mean_speed_cm_s"], strict=True)
        if state == "running"
    ]
    assert np.max(running) == pytest.approx(12.0)


# Not recorded is not silent.


def test_windows_lie_where_the_units_were_observed(written, tmp_path):
    path = written(build(obs=[[0.0, 30.0]]))
    assert counts(path, {}, tmp_path) == (5, 0)


def test_there_are_no_windows_before_the_first_spike_of_a_probe(written, tmp_path):
    path = written()
    with h5py.File(path, "a") as file:
        spikes = file["units/spike_times"]
        spikes[:] = 30 + spikes[:] / 2
    assert counts(path, {}, tmp_path) == (0, 5)


def test_times_tagged_with_another_probe_void_nothing(written, tmp_path):
    file = shown(build(), (0.0, STOP_S, "gray"))
    file.add_invalid_time_interval(5.0, 55.0, tags=["EcephysProbe", "7", "probeF"])
    path = written(file)
    changes = {"stimuli": EPOCHS, "invalid": "invalid_times"}
    by_probe = {"units": {**PLAIN["units"], "probe": "electrodes.group_name"}}
    assert counts(path, {**changes, **by_probe}, tmp_path) == (5, 5)
    # Without a probe of each unit it is unknown whose spikes are meant.
    assert counts(path, changes, tmp_path) == (0, 0)


def test_clocks_that_differ_are_refused(written, tmp_path):
    path = written()
    with h5py.File(path, "a") as file:
        file["units/spike_times"][:] *= 1000
    assert "the clocks differ" in refusal(path, {}, tmp_path)


def test_windows_without_any_spike_are_counted(written, tmp_path, caplog):
    path = written()
    with h5py.File(path, "a") as file:
        spikes = file["units/spike_times"][:]
        file["units/spike_times"][:] = np.where(spikes < 30, 0.01, spikes)
    with caplog.at_level(logging.WARNING):
        assert counts(path, {}, tmp_path) == (5, 5)
    assert "no selected unit fires in 5 of 10 windows" in caplog.text


# Speed is averaged, or said to be unknown.


def steps(rate_hz, cm_per_tick=0.2):
    """An encoder that counts, read much faster than it ticks."""
    time_s = np.arange(0, STOP_S, 1 / rate_hz)
    ticks = np.floor(np.cumsum(speed_cm_s(time_s)) / rate_hz / cm_per_tick)
    return np.diff(ticks, prepend=0) * cm_per_tick * rate_hz


def noise(rate_hz):
    time_s = np.arange(0, STOP_S, 1 / rate_hz)
    return speed_cm_s(time_s) + np.random.default_rng(1).normal(0, 3, time_s.size)


@pytest.mark.parametrize(("data", "rate_hz"), [(steps, 1000.0), (noise, 4000.0)])
def test_a_fast_encoder_gives_the_true_speed(written, tmp_path, data, rate_hz):
    series = {"data": data(rate_hz), "unit": "cm/s", "rate": rate_hz}
    epochs, session = windows(written(build(series=series)), PLAIN, tmp_path)
    assert (session["n_stationary"], session["n_running"]) == (5, 5)
    assert epochs["mean_speed_cm_s"][-1] == pytest.approx(12, rel=0.02)


@pytest.mark.parametrize(
    ("time_s", "why"),
    [
        (np.arange(0, STOP_S), "s: samples are 1 s apart (median), and longer gaps"),
        (np.append(0, times()[1500:]), "unknown for 30 of 60 s: samples are 0.02 s"),
    ],
)
def test_unknown_speed_says_how_long_and_why(written, tmp_path, time_s, why):
    series = {"data": speed_cm_s(time_s), "unit": "cm/s", "timestamps": time_s}
    _, session = windows(written(build(series=series)), PLAIN, tmp_path)
    assert why in session["outcome"]


@pytest.mark.parametrize(
    ("unit", "per_cm", "derived"),
    [
        ("meters", 0.01, {"derived_from": "position"}),
        ("rad", 1 / 8, {"derived_from": "angle", "wheel_radius_cm": 8.0}),
        ("degrees", 180 / np.pi / 8, {"derived_from": "angle", "wheel_radius_cm": 8.0}),
    ],
)
def test_a_position_is_no_speed_but_can_be_derived(
    written, tmp_path, unit, per_cm, derived
):
    place = np.cumsum(speed_cm_s(times())) / RATE_HZ * per_cm
    path = written(build(series={"data": place, "unit": unit, "timestamps": times()}))
    for forced in (None, "m/s"):
        said = refusal(path, {"speed": {"unit": forced}}, tmp_path)
        assert f"has the unit '{unit}': it is a position" in said
        assert "derived_from" in said
    epochs, _ = windows(path, {**PLAIN, "speed": derived}, tmp_path)
    assert epochs["mean_speed_cm_s"][-1] == pytest.approx(12.0)


def test_two_units_that_differ_are_told(written, tmp_path, caplog):
    data = {"data": speed_cm_s(times()), "unit": "m/s", "conversion": 0.01}
    path = written(build(series={**data, "timestamps": times()}))
    with caplog.at_level(logging.WARNING):
        extract(path, {**PLAIN, "speed": {"unit": "cm/s"}}, tmp_path)
    assert "the file says m/s (and a conversion of 0.01)" in caplog.text


# Times are checked once.


@pytest.mark.parametrize("wild", [-1.7e9, 6000.0, np.nan, np.inf])
def test_one_bad_time_costs_one_sample(written, tmp_path, caplog, wild):
    time_s = times()
    time_s[[0, 700]] = wild
    series = {"data": speed_cm_s(times()), "unit": "cm/s", "timestamps": time_s}
    path = written(build(series=series))
    with caplog.at_level(logging.WARNING):
        assert extract(path, PLAIN, tmp_path)["speed"].num_rows == time_s.size - 2
    assert "left out" in caplog.text
    assert counts(path, {}, tmp_path) == (5, 5)


def test_a_clock_that_starts_again_is_refused(written, tmp_path):
    time_s = np.where(times() < 30, times(), times() - 30)
    series = {"data": speed_cm_s(times()), "unit": "cm/s", "timestamps": time_s}
    said = refusal(written(build(series=series)), {}, tmp_path)
    assert "go back from 29.980 s to 0.000 s at sample 1500" in said


def test_rows_without_an_end_last_to_the_next_or_to_the_end(written, tmp_path):
    rows = [(0.0, 30.0, "gray"), (30.0, np.nan, "bars"), (40.0, np.nan, "gray")]
    path = written(shown(build(), *rows))
    found = extract(path, {**PLAIN, "stimuli": EPOCHS}, tmp_path)["intervals"]
    ends = [(row["start_s"], row["stop_s"]) for row in found.to_pylist()]
    assert ends == [(0, 30), (30, 40), (40, pytest.approx(STOP_S, abs=0.1))]


def test_invalid_times_without_an_end_last_to_the_end(written, tmp_path):
    file = build()
    file.add_invalid_time_interval(30.0, np.nan)
    assert counts(written(file), {"invalid": "invalid_times"}, tmp_path) == (5, 0)


# Labels mean what the mapping says.


def test_a_label_of_the_file_does_not_become_gray_by_its_name(written, tmp_path):
    path = written(shown(build(), (0.0, 30.0, "gray"), (30.0, 60.0, "spontaneous")))
    assert counts(path, {"stimuli": EPOCHS}, tmp_path) == (5, 0)


def test_a_row_within_a_row_is_what_was_shown(written, tmp_path):
    path = written(shown(build(), (0.0, 60.0, "gray"), (5.0, 30.0, "gratings")))
    assert counts(path, {"stimuli": EPOCHS}, tmp_path) == (0, 5)
    path = written(shown(build(), (0.0, 60.0, "block"), (0.0, 30.0, "gray")))
    assert counts(path, {"stimuli": EPOCHS}, tmp_path) == (5, 0)


def test_a_description_of_textures_makes_no_synthetic_mouse(written, tmp_path):
    path = written(build(description="responses to synthetic textures"))
    _, session = windows(path, PLAIN, tmp_path)
    assert session["origin"] == "other"


def test_units_of_several_areas_are_never_counted_as_one(written, tmp_path, caplog):
    blind = {"units": {**PLAIN["units"], "area": None}}
    said = refusal(written(build(locations=("VISp", "CA1"))), blind, tmp_path)
    assert "electrodes are in CA1, VISp: set it to electrodes.location" in said
    with caplog.at_level(logging.WARNING):
        extract(written(build(locations=("V1",))), {**PLAIN, **blind}, tmp_path)
    assert "their electrodes are in V1" in caplog.text


# Other writers.


def test_columns_and_numbers_of_matlab(written, tmp_path):
    file = shown(build(), (0.0, 30.0, 0.0), (30.0, 60.0, 1.0), column="code")
    file.add_unit_column("label", "of the curator", data=np.full(N_UNITS, 2.0))
    path = written(file)
    replace_data(path, "units/label", np.full((N_UNITS, 1), 2.0))
    changes = {
        "units": {"keep": {"label": [2]}},
        "stimuli": {"table": "epochs", "label": "code", "spontaneous": ["0"]},
    }
    assert counts(path, changes, tmp_path) == (5, 0)


def test_a_path_chooses_between_homonyms(written, tmp_path):
    file = build()
    still = {"data": np.zeros(times().size), "unit": "cm/s", "timestamps": times()}
    file.add_acquisition(TimeSeries(name="running_speed", **still))
    path = written(file)
    said = refusal(path, {}, tmp_path)
    assert "more than one such TimeSeries" in said
    for place in ("acquisition/running_speed", SPEED):
        assert f"{place} (cm/s)" in said
    by_path = {"speed": {"series": "acquisition/running_speed"}}
    assert counts(path, by_path, tmp_path) == (11, 0)
    assert counts(path, {"speed": {"series": SPEED}}, tmp_path) == (5, 5)


def test_units_that_name_their_peak_channel_have_its_area(written, tmp_path):
    file = build(locations=("VISp", "CA1"))
    file.add_unit_column("peak_channel_id", "id", data=list(range(N_UNITS)))
    path = written(file)
    with h5py.File(path, "a") as h5:
        names = [n for n in h5["units"].attrs["colnames"] if n != "electrodes"]
        h5["units"].attrs["colnames"] = names
        del h5["units/electrodes"], h5["units/electrodes_index"]
    areas = extract(path, PLAIN, tmp_path)["units"]["area"].to_pylist()
    assert areas == ["VISp", "CA1"] * 3


@pytest.mark.parametrize("how", ["Blosc", "Zstd"])
def test_compression_filters_are_read(written, tmp_path, how):
    path = written()
    storage = getattr(hdf5plugin, how)()
    replace_data(path, f"{SPEED}/data", speed_cm_s(times()), chunks=(100,), **storage)
    assert counts(path, {}, tmp_path) == (5, 5)


# One message for each cause.


def test_text_that_is_no_number_is_named(written, tmp_path):
    path = written()
    text = np.array(["0.99"] * 3 + ["", "0.99", "0.99"], dtype=object)
    replace_data(path, "units/presence_ratio", text, dtype=h5py.string_dtype())
    said = refusal(path, {}, tmp_path)
    assert "units.presence_ratio=presence_ratio: unit 3 has '', which is no" in said


def test_tags_that_are_all_empty_are_named(written, tmp_path):
    file = build()
    file.add_epoch(0.0, 60.0, tags=["gray"])
    path = written(file)
    replace_data(path, "intervals/epochs/tags", np.empty(0, object),
                 dtype=h5py.string_dtype())  # fmt: skip
    replace_data(path, "intervals/epochs/tags_index", np.zeros(1, np.uint8))
    tags = {"stimuli": {"table": "epochs", "label": "tags", "spontaneous": ["gray"]}}
    assert "stimuli.label=tags: this column of epochs is empty" in refusal(
        path, tags, tmp_path
    )


def test_timestamps_of_two_rows_are_named(written, tmp_path):
    path = written()
    replace_data(path, f"{SPEED}/timestamps", np.tile(times(), (2, 1)))
    assert f"{SPEED}/timestamps has shape (2, 3000)" in refusal(path, {}, tmp_path)


def test_a_broken_link_is_named(written, tmp_path):
    path = written()
    with h5py.File(path, "a") as file:
        del file[SPEED]
        file["acquisition/running_speed"] = h5py.ExternalLink("behavior.nwb", "/speed")
    said = refusal(path, {}, tmp_path)
    assert "broken links: acquisition/running_speed -> behavior.nwb:/speed" in said


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("NWB-1.0.6", "says NWB version NWB-1.0.6, which is not supported"),
        ("2.0b", "says NWB version 2.0b, which is not supported"),
        (None, "is an HDF5 file, but no NWB file"),
    ],
)
def test_other_versions_are_called_by_their_name(tmp_path, version, said):
    path = tmp_path / "old.nwb"
    with h5py.File(path, "w") as file:
        if version:
            file["nwb_version"] = version
    assert said in refusal(path, {}, tmp_path)


def test_a_file_that_was_cut_short_is_to_be_fetched_again(written, tmp_path):
    path = written()
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(RecordingError, match=r"cut short .*fetch it again"):
        extract(path, PLAIN, tmp_path)


def test_few_epochs_say_where_the_time_went(written, tmp_path):
    rows = [(0.0, 22.0, "gray"), (22.0, 26.0, "bars"), (26.0, 33.0, "gray")]
    path = written(shown(build(), *rows, (33.0, 60.0, "bars")))
    _, session = windows(path, {**PLAIN, "stimuli": EPOCHS}, tmp_path)
    assert session["outcome"].startswith("no running epochs; 2 per state are needed (")
    assert (
        "of 30 s running, 27 s outside spontaneous activity, 1 s at the edges"
        in (session["outcome"])
    )


# A file may come from anybody.


def test_data_in_any_other_file_are_refused(written, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(8 * times().size))
    path = written()
    outside = {"external": [(str(secret), 0, h5py.h5f.UNLIMITED)]}
    with h5py.File(path, "a") as file:
        kept = dict(file[SPEED]["data"].attrs)
        del file[SPEED]["data"]
        data = file[SPEED].create_dataset("data", (times().size,), "f8", **outside)
        data.attrs.update(kept)
    assert "(external storage), which is not read" in refusal(path, {}, tmp_path)


def test_links_lead_only_to_files_beside_the_file(written, tmp_path):
    path = written()
    beside = tmp_path / "behavior.nwb"
    shutil.copy(path, beside)
    with h5py.File(path, "a") as file:
        del file[SPEED]
        file["acquisition/running_speed"] = h5py.ExternalLink(beside.name, SPEED)
    by_path = {"speed": {"series": "acquisition/running_speed"}}
    assert counts(path, by_path, tmp_path) == (5, 5)
    with h5py.File(path, "a") as file:
        del file["acquisition/running_speed"]
        file["acquisition/running_speed"] = h5py.ExternalLink(str(beside), SPEED)
    assert "which is not beside it" in refusal(path, by_path, tmp_path)


@pytest.mark.parametrize("ends", [[300, 200, 900, 1200, 1500, 1800], [9999] * 6])
def test_an_index_that_falls_or_leaves_the_data_is_refused(written, tmp_path, ends):
    path = written()
    replace_data(path, "units/spike_times_index", np.array(ends))
    assert "must rise and end at 1800" in refusal(path, {}, tmp_path)


def test_ids_are_unique_and_rates_positive(written, tmp_path):
    series = {"data": speed_cm_s(times()), "unit": "cm/s", "rate": RATE_HZ}
    path = written(build(series=series))
    replace_data(path, "units/id", np.zeros(N_UNITS, int))
    with h5py.File(path, "a") as file:
        file[f"{SPEED}/starting_time"].attrs["rate"] = -50.0
    said = refusal(path, {}, tmp_path)
    assert "5 rows of units have the id of another row" in said
    assert "has the rate -50.0" in said


def test_spikes_that_are_not_finite_are_left_out_and_counted(written, tmp_path, caplog):
    path = written()
    with h5py.File(path, "a") as file:
        file["units/spike_times"][[3, 400]] = np.nan
    with caplog.at_level(logging.WARNING):
        units = extract(path, PLAIN, tmp_path)["units"]
    assert [len(train) for train in units["spike_times_s"]] == [299, 299, *[300] * 4]
    assert "2 of 6 units have 2 times that are not finite" in caplog.text


def test_no_more_is_allocated_than_a_file_can_hold(written, tmp_path):
    path = written()
    with h5py.File(path, "a") as file:
        empty = {"shape": (10**13,), "chunks": (10**6,), "dtype": "f8"}
        file.create_dataset("scratch/huge", **empty)
    said = refusal(path, {}, tmp_path)
    assert "scratch/huge has shape (10000000000000,), 80000 GB" in said


def test_text_of_a_file_cannot_forge_a_message(written, tmp_path):
    forged = "VISp\n2026-01-01 ERROR minicolumn: pay"
    path = written(build(description=forged, locations=(forged,)))
    units = extract(path, PLAIN, tmp_path)["units"]
    assert all(area.isprintable() for area in units["area"].to_pylist())
    named = {"stimuli": {"table": "a\nb", "label": "x", "spontaneous": ["y"]}}
    refusal(path, named, tmp_path)


def test_a_table_of_gray_screen_needs_no_label(written, tmp_path):
    file = build()
    gray = TimeIntervals(name="gray", description="gray screen")
    gray.add_interval(0.0, 30.0)
    file.add_time_intervals(gray)
    stimuli = {"stimuli": {"table": "gray", "label": None}}
    assert counts(written(file), stimuli, tmp_path) == (5, 0)
