"""Files of different labs with the same content become the same neutral tables."""

from pathlib import Path

import lab_nwb
import numpy as np
import pytest
from allen_environment import PYTHON, in_allen_environment
from lab_extraction import extract
from lab_nwb import LAYOUTS, write

from minicolumn.errors import RecordingError
from minicolumn.files.store import read_provenance
from minicolumn.recordings.running import clean_speed

METERS = {
    "units": {
        "waveform_duration": "ttp",
        "waveform_unit": "s",
        "keep": {"quality": ["good"]},
    },
    "speed": {"series": "BehavioralTimeSeries/running_speed"},
    "stimuli": {"table": "epochs", "label": "shown", "spontaneous": ["gray"]},
    "invalid": "invalid_times",
}
CENTIMETERS = {
    "units": {
        "area": "brain_area",
        "presence_ratio": "presence",
        "isi_violations": "contamination",
        "keep": {"label": ["good"]},
    },
    "speed": {"series": "acquisition/wheel"},
    "stimuli": {"table": "gray_screen", "label": None},
    "invalid": "artifacts",
}


@pytest.fixture(scope="module", params=["newest", "oldest"])
def files(request, tmp_path_factory):
    """Written by the pynwb of this environment, and by AllenSDK's."""
    directory = tmp_path_factory.mktemp("lab")
    for layout, make in LAYOUTS.items():
        path = directory / f"{layout}.nwb"
        if request.param == "newest":
            write(make(), path)
        elif not PYTHON.exists():
            pytest.skip(f"the AllenSDK environment is not at {PYTHON}")
        else:
            in_allen_environment(Path(lab_nwb.__file__), layout, path)
    return directory


def refusal(nwb, changes, directory):
    with pytest.raises(RecordingError) as caught:
        extract(nwb, changes, directory)
    assert not any(directory.glob("*.parquet"))
    return str(caught.value)


@pytest.fixture(scope="module")
def tables(files, tmp_path_factory):
    return {
        name: extract(files / f"{name}.nwb", changes, tmp_path_factory.mktemp(name))
        for name, changes in (("meters", METERS), ("centimeters", CENTIMETERS))
    }


@pytest.mark.parametrize("layout", ["meters", "centimeters"])
def test_spikes_areas_and_metrics_come_back(tables, layout):
    units = tables[layout]["units"]
    kept = [0, 1, 2, 4, 5]  # 3 is multi-unit activity
    assert units["unit_id"].to_pylist() == [100 + unit for unit in kept]
    assert units["area"].to_pylist() == ["VISp", "VISp", "CA1", "VISp", "VISp"]
    assert set(units["presence_ratio"].to_pylist()) == {0.99}
    assert units["amplitude_cutoff"].null_count == 5
    for unit, train in zip(kept, units["spike_times_s"], strict=True):
        true_s = np.random.default_rng(unit).uniform(0, 60.0, 50 + unit).round(6)
        np.testing.assert_array_equal(train.values.to_numpy(), np.sort(true_s))


def test_speed_is_in_cm_per_second_whatever_the_file_counts_in(tables):
    meters, centimeters = (tables[name]["speed"] for name in ("meters", "centimeters"))
    for name in meters.column_names:
        np.testing.assert_allclose(
            meters[name].to_numpy(), centimeters[name].to_numpy(), atol=1e-9
        )
    middle_s = (meters["start_s"].to_numpy() + meters["stop_s"].to_numpy()) / 2
    np.testing.assert_allclose(middle_s, np.arange(0, 60, 1 / 50))
    expected = np.where(middle_s < 20 - 1e-9, 0.0, 12.0)
    np.testing.assert_allclose(meters["speed_cm_s"].to_numpy(), expected)


def test_gray_screen_is_spontaneous_and_nothing_is_joined_across_what_is_unknown(
    tables,
):
    both = {name: tables[name]["intervals"].to_pylist() for name in tables}
    gray = [(0.0, 25.0), (35.0, 60.0)]
    for rows in both.values():
        found = [
            (r["start_s"], r["stop_s"]) for r in rows if r["label"] == "spontaneous"
        ]
        assert found == gray
        void = [(r["start_s"], r["stop_s"]) for r in rows if r["kind"] == "invalid"]
        assert void == [(50.0, 51.0)]
    # Two touching presentations of the same gratings are one stretch.
    others = [r for r in both["meters"] if r["label"] == "gratings"]
    assert [(r["start_s"], r["stop_s"]) for r in others] == [(25.0, 35.0)]


def test_waveforms_come_in_milliseconds(tables):
    assert set(tables["meters"]["units"]["waveform_duration_ms"].to_pylist()) == {0.5}
    assert tables["centimeters"]["units"]["waveform_duration_ms"].null_count == 5


def test_the_file_says_for_itself_that_it_is_synthetic(files, tmp_path):
    extract(files / "meters.nwb", METERS, tmp_path)
    provenance = read_provenance(tmp_path / "units.parquet")
    assert provenance["session_description"] == "SYNTHETIC lab session"
    assert provenance["pynwb"]


def test_without_a_stimulus_table_it_was_gray_throughout(files, tmp_path):
    changes = {**CENTIMETERS, "stimuli": {"table": None}, "invalid": None}
    (row,) = extract(files / "centimeters.nwb", changes, tmp_path)[
        "intervals"
    ].to_pylist()
    assert row["label"] == "spontaneous"
    assert row["start_s"] == pytest.approx(0, abs=0.02)
    assert row["stop_s"] == pytest.approx(60, abs=0.02)


def test_without_an_area_column_all_units_are_where_they_were_looked_for(
    files, tmp_path
):
    changes = {**CENTIMETERS, "units": {**CENTIMETERS["units"], "area": None}}
    units = extract(files / "centimeters.nwb", changes, tmp_path)["units"]
    assert set(units["area"].to_pylist()) == {"VISp"}


def test_nwbs_own_tags_are_labels_and_a_lost_timestamp_loses_one_sample(
    files, tmp_path
):
    changes = {
        **CENTIMETERS,
        "speed": {"series": "treadmill"},
        "stimuli": {"table": "epochs", "label": "tags", "spontaneous": ["gray"]},
    }
    found = extract(files / "tagged.nwb", changes, tmp_path)
    rows = [r for r in found["intervals"].to_pylist() if r["kind"] == "stimulus"]
    assert [(r["start_s"], r["stop_s"], r["label"]) for r in rows] == [
        (0.0, 25.0, "spontaneous"),
        (25.0, 35.0, "block, gratings"),
        (35.0, 60.0, "spontaneous"),
    ]
    trace = clean_speed(*(c.to_numpy() for c in found["speed"].columns[:3]))
    assert trace.valid.all()
    assert trace.time_s[-1] == pytest.approx(60, abs=0.05)


def test_everything_a_file_lacks_is_told_at_once_with_what_it_has(files, tmp_path):
    said = refusal(files / "silent.nwb", METERS, tmp_path)
    for part in (
        "has no unit table with spike_times; its tables are none",
        "recordings.nwb.speed.series=BehavioralTimeSeries/running_speed: the file has "
        "no such TimeSeries; it has acquisition/lick (V)",
        "recordings.nwb.stimuli.table=epochs: the file has no such TimeIntervals",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("section", "changes", "said"),
    [
        (
            "units",
            {"area": "region"},
            "recordings.nwb.units.area=region: units has no such column; it has "
            "brain_area, presence, contamination, label, shank, spike_times",
        ),
        (
            "units",
            {"keep": {"label": ["great"]}},
            "no unit has label in ['great']; they have good, mua",
        ),
        (
            "units",
            {"area": "spike_times"},
            "has several values per row",
        ),
        (
            "speed",
            {"series": "lick"},
            "has the unit 'V', not a known unit of speed: set recordings.",
        ),
        (
            "speed",
            {"series": "running_speed"},
            "no such TimeSeries; it has acquisition/wheel (cm/s), acquisition/lick (V)",
        ),
        (
            "stimuli",
            {"table": "epochs"},
            "no such TimeIntervals; it has intervals/gray_screen (columns start_time, "
            "stop_time)",
        ),
        (
            "stimuli",
            {"label": "shown"},
            "recordings.nwb.stimuli.label=shown: gray_screen has no such column",
        ),
    ],
)
def test_one_thing_that_is_missing_is_named_with_what_is_there(
    files, tmp_path, section, changes, said
):
    changes = {**CENTIMETERS, section: {**CENTIMETERS[section], **changes}}
    assert said in refusal(files / "centimeters.nwb", changes, tmp_path)


def test_a_label_that_never_occurs_is_told_with_those_that_do(files, tmp_path):
    changes = {**METERS, "stimuli": {**METERS["stimuli"], "spontaneous": ["dark"]}}
    said = refusal(files / "meters.nwb", changes, tmp_path)
    assert "epochs has no such shown; it has gratings, gray" in said


def test_a_file_that_is_no_nwb_file_is_left_as_it_is(tmp_path):
    nwb = tmp_path / "broken.nwb"
    nwb.write_bytes(b"not an NWB file")
    said = refusal(nwb, METERS, tmp_path)
    assert "is no complete HDF5 file" in said
    assert nwb.read_bytes() == b"not an NWB file"
