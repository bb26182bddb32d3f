"""What is proposed from a lab's file fits it, and what is written beside it is NWB."""

import lzma

import numpy as np
import pytest
import yaml
from lab_extraction import ROOT, SETTINGS, extract, windows
from other_programs import found_in, needs_readers
from plain_nwb import EPOCHS, PLAIN, STOP_S, build, shown
from pynwb import NWBHDF5IO, TimeSeries, validate
from pynwb.file import Subject

from minicolumn.config import Statistics, parse_config
from minicolumn.files import tables
from minicolumn.files.store import read_table, write_table
from minicolumn.recordings.inspect import lines_of
from minicolumn.recordings.propose import propose_mapping
from minicolumn.recordings.sidecar import write_sidecar
from minicolumn.statistics.windows import describe_recording
from minicolumn.yaml_files import read_yaml


def test_a_proposed_mapping_reads_the_file(written, tmp_path):
    path = written(shown(build(), (0.0, 30.0, "gray"), (30.0, STOP_S, "bars")))
    proposed = propose_mapping(path)
    assert proposed["units"]["area"] == "electrodes.location"
    assert proposed["units"]["keep"] == {"quality": ["good"]}
    assert proposed["speed"]["series"] == "processing/behavior/running_speed"
    stimuli = {**EPOCHS, "table": "intervals/epochs"}
    assert proposed["stimuli"] == stimuli
    by_hand = extract(path, {**PLAIN, "stimuli": stimuli}, tmp_path)
    for name, table in extract(path, proposed, tmp_path).items():
        if name != "units":
            assert table.equals(by_hand[name])


@pytest.mark.parametrize("unit", ["meters", "rad"])
def test_a_position_is_proposed_as_one(written, unit):
    time_s = np.arange(0, STOP_S, 0.02)
    series = {"data": time_s, "unit": unit, "timestamps": time_s}
    speed = propose_mapping(written(build(series=series)))["speed"]
    assert speed["derived_from"] == {"meters": "position", "rad": "angle"}[unit]
    # The radius of a wheel is for the person who knows it.
    assert speed["wheel_radius_cm"] is None


def described(path, tmp_path):
    """Return the tables `epochs` and `recorded_statistics` of a file."""
    epochs, _ = windows(path, PLAIN, tmp_path)
    write_table(tmp_path / "epochs", tables.EPOCHS, epochs)
    epochs = read_table(tmp_path / "epochs", tables.EPOCHS)
    units = read_table(tmp_path / "units.parquet", tables.UNITS)
    few = Statistics(**{**SETTINGS["statistics"], "n_units": 3, "n_subsets": 2})
    write_table(
        tmp_path / "statistics",
        tables.RECORDED_STATISTICS,
        describe_recording(units, epochs, few, 1),
    )
    return epochs, read_table(tmp_path / "statistics", tables.RECORDED_STATISTICS)


def test_a_sidecar_is_valid_and_has_every_epoch_with_its_statistics(written, tmp_path):
    file = build()
    file.experiment_description = "rest and running"
    path = written(file)
    epochs, statistics = described(path, tmp_path)
    before = path.read_bytes()
    sidecar = tmp_path / "sidecar.nwb"
    write_sidecar(path, epochs, statistics, sidecar)
    assert path.read_bytes() == before
    assert not validate(path=sidecar)
    with NWBHDF5IO(sidecar, "r") as io:
        found = io.read()
        assert found.experiment_description == file.experiment_description
        table = found.epochs.to_dataframe()
    # As nwbinspector asks: no column without a value.
    assert not table.isna().all().any()
    empty = {n for n in statistics.column_names if not statistics[n].drop_null()}
    assert empty
    assert not empty & set(table.columns)
    assert table["start_time"].tolist() == epochs["start_s"].to_pylist()
    assert table["state"].tolist() == epochs["state"].to_pylist()
    rates = statistics["mean_rate"].to_numpy()
    np.testing.assert_array_equal(table["mean_rate"], rates)


@needs_readers
@pytest.mark.slow
def test_nwbinspector_finds_nothing_in_the_sidecar_of_a_described_file(
    written, tmp_path
):
    file = build()
    file.experimenter = ["Generator, Synthetic"]
    file.institution = "none: this file is SYNTHETIC"
    file.experiment_description = "rest and running of nobody"
    file.keywords = ["synthetic"]
    file.subject = Subject(
        subject_id="1",
        species="Mus musculus",
        sex="U",
        age="P90D",
        description="made up",
    )
    path = written(file)
    sidecar = tmp_path / "sidecar.nwb"
    write_sidecar(path, *described(path, tmp_path), sidecar)
    assert found_in(sidecar, "nwb") == []


def test_the_shipped_mapping_fits_a_file_of_the_release(tmp_path):
    """The era's own layout through the reader of own files; SYNTHETIC content."""
    path = tmp_path / "session.nwb"
    golden = ROOT / "tests/golden/session_900000002.nwb.xz"
    path.write_bytes(lzma.decompress(golden.read_bytes()))
    mapping = yaml.safe_load((ROOT / "docs/mappings/visual_coding.yaml").read_text())
    found = extract(path, mapping["recordings"]["nwb"], tmp_path)
    areas = found["units"]["area"].to_pylist()
    assert areas.count("VISp") > 0
    assert set(found["units"]["probe"].to_pylist()) <= {"probeA", "probeC", "probeD"}
    gray = [
        row for row in found["intervals"].to_pylist() if row["label"] == "spontaneous"
    ]
    assert len(gray) == 2


def test_what_is_inspected_is_a_configuration_that_reads_the_file(written, tmp_path):
    path = written(shown(build(), (0.0, 30.0, "gray"), (30.0, STOP_S, "bars")))
    lines = list(lines_of(path))
    assert any(line.startswith("series processing/behavior/running") for line in lines)
    assert any("gray" in line and line.startswith("  ") for line in lines)
    assert any(line.startswith("units by electrodes.location: VISp") for line in lines)
    overlay = tmp_path / "lab.yaml"
    overlay.write_text("\n".join(lines[lines.index("") :]))
    config = parse_config(read_yaml(ROOT / "config.yaml", overlay))
    assert config.recordings.source == "nwb"
    assert config.recordings.nwb.files == {1: path}
    assert config.recordings.nwb.speed.series == "processing/behavior/running_speed"
    # The file has no cutoff, and a limit on it would let no unit pass.
    assert config.recordings.units.amplitude_cutoff_below is None


def test_running_speed_is_preferred_to_the_times_beside_it(written):
    time_s = np.arange(0, STOP_S, 0.02)
    file = build()
    ends = TimeSeries(
        name="running_speed_end_times", data=time_s, unit="cm/s", timestamps=time_s
    )
    file.processing["behavior"].add(ends)
    proposed = propose_mapping(written(file))
    assert proposed["speed"]["series"] == "processing/behavior/running_speed"
