"""Synthetic mice written and read back by unmodified AllenSDK."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
import yaml
from allen_environment import (
    OPEN_CACHE,
    ROOT,
    extract_recording,
    in_allen_environment,
    needs_allen_environment,
    write_synthetic_sessions,
)
from fault_server import fault_server
from other_programs import found_in, needs_readers

from minicolumn.config import ComparedStates, Epochs, UnitFilter
from minicolumn.files.documents import write_document
from minicolumn.files.store import read_table, write_table
from minicolumn.files.tables import INTERVALS, MICE, SPEED, UNITS
from minicolumn.mice.nwb.contents import CHANNELS, DECOYS, PROBES
from minicolumn.recordings.catalog import session_nwb
from minicolumn.recordings.hdf5_files import Address
from minicolumn.recordings.readers import reader_name
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.session_epochs import EpochRule, epochs_of_session
from minicolumn.recordings.units import select_units

SETTINGS = yaml.safe_load((ROOT / "config.yaml").read_text())
FILTER = UnitFilter.model_validate(SETTINGS["recordings"]["units"])
W = 5.0
RULE = EpochRule(
    FILTER,
    Epochs.model_validate(SETTINGS["epochs"]),
    W,
    ComparedStates.model_validate(SETTINGS["states"]),
)
BOUT_S = 3 * W
MOUSE, LAZY_MOUSE = 900000101, 900000102
N_UNITS = {MOUSE: 40, LAZY_MOUSE: 26}

pytestmark = needs_allen_environment


READER = reader_name("synthetic"), "{}"


def extract(nwb, session_id, directory):
    paths = [directory / f"{name}.parquet" for name in ("units", "speed", "intervals")]
    run, log = extract_recording(READER, nwb, session_id, paths, directory)
    assert run.returncode == 0, log
    schemas = (UNITS, SPEED, INTERVALS)
    return tuple(map(read_table, paths, schemas))


def epochs_of(session_id, tables, rule=RULE):
    return epochs_of_session(Recorded(session_id, *tables, "SYNTHETIC"), rule, 25, 7)


@pytest.fixture(scope="module")
def mice():
    """Two circuits whose spikes we know; the second mouse never runs.

    Rates jump at every bout, and the last neuron of each never fires.
    """
    rows = {name: [] for name in MICE.names}
    starts_s = BOUT_S * np.arange(6)
    for session_id, n in N_UNITS.items():
        rng = np.random.default_rng(session_id)
        n_spikes = rng.poisson(4 * n * BOUT_S * 6)
        row = {
            "session_id": session_id,
            "circuit_id": session_id % 7,
            "mechanism": "combined",
            "level_stationary": 0.2,
            "level_running": 0.8,
            "max_mV": 5.0,
            "n_units": n,
            "n_excitatory": int(0.8 * n),
            "n_fast_spiking": n - int(0.8 * n),
            "spike_unit": rng.integers(0, n - 1, n_spikes),
            "spike_time_s": np.sort(rng.uniform(0, BOUT_S * 6, n_spikes)),
            "bout_start_s": starts_s,
            "bout_stop_s": starts_s + BOUT_S,
            "bout_running": (np.arange(6) % 2 == 1) & (session_id == MOUSE),
        }
        for name, value in row.items():
            rows[name].append(value)
    return rows


@pytest.fixture(scope="module")
def cache(mice, tmp_path_factory):
    directory = tmp_path_factory.mktemp("cache")
    table = directory / "mice.parquet"
    write_table(table, MICE, mice)
    sessions = [directory / "cache" / session_nwb(id_) for id_ in N_UNITS]
    run, log = write_synthetic_sessions(table, 3, sessions, directory)
    assert run.stderr == ""
    assert "WARNING" not in log
    return directory / "cache"


@pytest.fixture(scope="module")
def recordings(cache, tmp_path_factory):
    return {
        id_: extract(cache / session_nwb(id_), id_, tmp_path_factory.mktemp("tables"))
        for id_ in N_UNITS
    }


@needs_readers
def test_nwbinspector_finds_a_session_in_order_but_for_its_species(cache):
    """The species says SYNTHETIC on purpose, and AllenSDK leaves texts empty."""
    found = found_in(cache / session_nwb(MOUSE), "nwb")
    by_importance = {importance: set() for importance, _, _ in found}
    for importance, check, _ in found:
        by_importance[importance].add(check)
    assert by_importance.pop("BEST_PRACTICE_VIOLATION") == {
        "check_subject_species_form"
    }
    assert by_importance.keys() == {"BEST_PRACTICE_SUGGESTION"}


def test_spike_times_come_back_to_the_bit(mice, recordings):
    for row, session_id in enumerate(N_UNITS):
        units, _, _ = recordings[session_id]
        selected = select_units(units, FILTER)
        n = N_UNITS[session_id]
        assert units["unit_id"].to_numpy()[selected].tolist() == [
            session_id * 10_000 + neuron for neuron in range(n)
        ]
        trains = units.take(selected.tolist())["spike_times_s"]
        true_unit, true_time_s = mice["spike_unit"][row], mice["spike_time_s"][row]
        for unit, train in enumerate(trains):
            np.testing.assert_array_equal(
                train.values.to_numpy(), np.sort(true_time_s[true_unit == unit])
            )


def test_what_selection_must_drop_is_in_the_file_and_only_there(recordings):
    units, _, _ = recordings[MOUSE]
    area_of = [CHANNELS[channel].area for channel, *_ in DECOYS]
    readable = [
        area
        for area, (channel, quality, *_) in zip(area_of, DECOYS, strict=True)
        if quality == "good" and area is not None and CHANNELS[channel].valid
    ]
    assert units["area"].to_pylist()[N_UNITS[MOUSE] :] == readable
    # One metric is missing on a neuron, one on a decoy: both as null, not as NaN.
    assert units["amplitude_cutoff"].null_count == 1
    assert units["presence_ratio"].null_count == 1
    assert units["isi_violations"].null_count == 0
    assert set(units["probe"].to_pylist()) == set(PROBES)


def test_waveforms_come_back_in_milliseconds(recordings):
    units, _, _ = recordings[MOUSE]
    duration_ms = units["waveform_duration_ms"].to_numpy()[: N_UNITS[MOUSE]]
    assert (duration_ms > 0.45).tolist() == [True] * 32 + [False] * 8


def test_bad_speed_comes_back_as_missing(recordings):
    _, speed, _ = recordings[MOUSE]
    assert speed["speed_cm_s"].null_count == 3
    assert speed["start_s"].to_numpy()[0] < 0.01


def test_intervals_come_back(recordings):
    _, _, intervals = recordings[MOUSE]
    rows = intervals.to_pylist()
    assert [(r["label"], r["start_s"]) for r in rows if r["kind"] == "stimulus"] == [
        ("spontaneous", 0.0),
        ("flashes", 92.0),
    ]
    assert rows[1]["stop_s"] == pytest.approx(110.25)
    invalid = [row for row in rows if row["kind"] == "invalid"]
    assert [row["stop_s"] for row in invalid] == [15, 30, 45, 60, 75]
    assert {row["label"] for row in invalid} == {"all_probes"}


def test_epochs_are_the_bouts(recordings):
    epochs, sessions = epochs_of(MOUSE, recordings[MOUSE])
    # Trimmed at the edges of the session; half a second until the wheel is at rest.
    expected = [
        *(("stationary", start_s) for start_s in (1.0, 6.0)),
        *(("running", start_s) for start_s in (15.0, 20.0)),
        *(("stationary", start_s) for start_s in (30.5, 35.5)),
        *(("running", start_s) for start_s in (45.0, 50.0)),
        *(("stationary", start_s) for start_s in (60.5, 65.5)),
        *(("running", start_s) for start_s in (75.0, 80.0)),
    ]
    assert list(zip(epochs["state"], epochs["start_s"], strict=True)) == expected
    assert sessions["outcome"] == ["ok"]
    assert (sessions["n_stationary"], sessions["n_running"]) == ([6], [6])


def test_a_mouse_that_never_runs_is_not_scored(recordings):
    _, sessions = epochs_of(LAZY_MOUSE, recordings[LAZY_MOUSE])
    assert sessions["outcome"][0].startswith(
        "no running epochs; 5 per state are needed"
    )


def test_a_session_without_the_area_is_not_scored(recordings):
    elsewhere = replace(RULE, units=FILTER.model_copy(update={"areas": ("VISal",)}))
    _, sessions = epochs_of(MOUSE, recordings[MOUSE], elsewhere)
    assert sessions["outcome"][0].startswith("0 units in VISal pass")


def test_a_truncated_file_is_one_clear_error_and_stays_as_it_is(cache, tmp_path):
    whole = (cache / session_nwb(MOUSE)).read_bytes()
    nwb = tmp_path / "session.nwb"
    nwb.write_bytes(whole[: len(whole) // 2])
    before = nwb.read_bytes()
    outputs = [tmp_path / name for name in ("units", "speed", "intervals")]
    run, log = extract_recording(READER, nwb, MOUSE, outputs, tmp_path)
    assert run.returncode == 1
    last = log.splitlines()[-1]
    for part in (
        f"ERROR minicolumn: {nwb}",
        "truncated file",
        "was not changed",
        "fetch it again",
    ):
        assert part in last
    assert nwb.read_bytes() == before
    assert not any(path.exists() for path in outputs)


@pytest.mark.parametrize("content", [None, b"", b"not an NWB file"])
def test_what_is_no_session_file_is_refused(content, tmp_path):
    nwb = tmp_path / "session.nwb"
    if content is not None:
        nwb.write_bytes(content)
    run, log = extract_recording(READER, nwb, 1, [tmp_path / "x"] * 3, tmp_path)
    assert run.returncode == 1
    assert f"ERROR minicolumn: {nwb}" in log.splitlines()[-1]


def test_a_session_read_on_its_server_is_that_of_the_whole_file(
    cache, recordings, tmp_path, monkeypatch
):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    address = tmp_path / "address.json"
    content = (cache / session_nwb(MOUSE)).read_bytes()
    paths = [tmp_path / name for name in ("units", "speed", "intervals")]
    with fault_server(content) as server:
        server.drops = [100, 1000]
        where = Address(server.url, len(content), None, str(tmp_path / "blocks"))
        write_document(address, where)
        reader = reader_name("s3"), json.dumps({"needed": FILTER.model_dump()})
        _, log = extract_recording(reader, address, MOUSE, paths, tmp_path)
    units, speed, intervals = map(read_table, paths, (UNITS, SPEED, INTERVALS))
    whole, *others = recordings[MOUSE]
    assert [speed, intervals] == others
    assert units.drop_columns("spike_times_s") == whole.drop_columns("spike_times_s")
    selected = set(select_units(whole, FILTER).tolist())
    trains = zip(units["spike_times_s"], whole["spike_times_s"], strict=True)
    for row, (ours, theirs) in enumerate(trains):
        used, there = row in selected, whole["probe"][row].as_py() == PROBES[0]
        ends = theirs.as_py()[:1] + theirs.as_py()[-1:] if there else []
        assert ours.as_py() == (theirs.as_py() if used else ends)
    assert "MB on the server" in log
    assert epochs_of(MOUSE, (units, *others)) == epochs_of(MOUSE, recordings[MOUSE])


def test_the_session_of_another_mouse_is_refused(cache, tmp_path):
    nwb = cache / session_nwb(MOUSE)
    tables = [tmp_path / "x"] * 3
    run, log = extract_recording(READER, nwb, LAZY_MOUSE, tables, tmp_path)
    assert run.returncode == 1
    assert f"contains session {MOUSE}, not {LAZY_MOUSE}" in log


READ_WITH_CACHE = (
    OPEN_CACHE
    + """everything = dict(amplitude_cutoff_maximum=None, presence_ratio_minimum=None,
                  isi_violations_maximum=None)
session_id = int(sys.argv[2])
session = cache.get_session_data(session_id, amplitude_cutoff_maximum=None)
waveforms = session.mean_waveforms
presentations = session.stimulus_presentations
print(json.dumps({
    "sessions": cache.get_session_table(suppress=[]).index.tolist(),
    "probes": len(cache.get_probes()),
    "channels": len(cache.get_channels()),
    "units": len(cache.get_units(filter_by_validity=False, **everything)),
    "session_units": sorted(session.units.index.tolist()),
    "waveforms": len(waveforms),
    "stimuli": presentations.stimulus_name.value_counts().to_dict(),
    "specimen": session.specimen_name,
}))
"""
)


def test_allensdk_reads_the_tables_and_a_session_through_its_cache(cache, tmp_path):
    farm = tmp_path / "farm"
    for path in cache.rglob("*.*"):
        link = farm / path.relative_to(cache)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    run = in_allen_environment("-c", READ_WITH_CACHE, farm / "manifest.json", MOUSE)
    found = json.loads(run.stdout.splitlines()[-1])
    assert found["sessions"] == [MOUSE, LAZY_MOUSE]
    assert found["probes"] == 2 * len(PROBES)
    assert found["channels"] == 2 * len(CHANNELS)
    # Even without limits AllenSDK leaves out a unit with a NaN: a neuron and a decoy.
    assert found["units"] == sum(N_UNITS.values()) + 2 * (len(DECOYS) - 2)
    # In the session: what passes AllenSDK's bounds, which include the limits.
    neurons = [MOUSE * 10_000 + neuron for neuron in range(1, N_UNITS[MOUSE])]
    assert found["session_units"][: len(neurons)] == neurons
    assert len(found["session_units"]) == len(neurons) + 5
    assert found["waveforms"] == len(found["session_units"])
    assert found["stimuli"] == {"flashes": 10, "spontaneous": 1}
    assert found["specimen"] == f"SYNTHETIC-{MOUSE}"
    assert (cache / session_nwb(MOUSE)).is_file()


def test_the_tables_list_every_row(cache):
    def rows(name):
        with (cache / f"{name}.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    assert len(rows("sessions")) == 2
    assert len(rows("probes")) == 2 * len(PROBES)
    assert len(rows("channels")) == 2 * len(CHANNELS)
    assert len(rows("units")) == sum(N_UNITS.values()) + 2 * len(DECOYS)
    assert {row["genotype"] for row in rows("sessions")} == {"SYNTHETIC"}


def test_a_session_does_not_depend_on_its_neighbors(mice, recordings, tmp_path):
    alone = {name: values[1:] for name, values in mice.items()}
    write_table(tmp_path / "mice", MICE, alone)
    directory = tmp_path / "cache"
    sessions = [directory / session_nwb(LAZY_MOUSE)]
    write_synthetic_sessions(tmp_path / "mice", 3, sessions, tmp_path)
    again = extract(directory / session_nwb(LAZY_MOUSE), LAZY_MOUSE, tmp_path)
    for found, expected in zip(again, recordings[LAZY_MOUSE], strict=True):
        assert found.equals(expected)


FIND_BLOCKS = """
import json
from types import SimpleNamespace
import pandas as pd
from minicolumn.recordings.allen import _stimulus_blocks

def blocks_of(blocks, dtype):
    table = pd.DataFrame({
        "start_time": [40.0, 30.0, 0.0, 10.0, 12.0, 20.0, 22.0],
        "stop_time": [41.0, 31.0, 10.0, 11.0, 13.0, 21.0, 23.0],
        "stimulus_name": ["", "spontaneous", "", *["gabors"] * 3, "flashes"],
        "stimulus_block": pd.array(blocks, dtype=dtype),
    })
    api = SimpleNamespace(get_stimulus_presentations=lambda: table)
    return _stimulus_blocks(SimpleNamespace(api=api))

numbered = blocks_of([None, None, None, 2.0, 2.0, 3.0, 3.0], float)
coerced = blocks_of([None, None, None, False, False, True, True], "boolean")
print(json.dumps([numbered, coerced]))
"""


def test_presentations_of_one_block_and_nothing_else_become_one_interval():
    run = in_allen_environment("-c", FIND_BLOCKS)
    numbered, coerced = json.loads(run.stdout.splitlines()[-1])
    assert numbered == [
        [0.0, 10.0, "stimulus", "spontaneous"],
        [10.0, 13.0, "stimulus", "gabors"],
        [20.0, 21.0, "stimulus", "gabors"],
        [22.0, 23.0, "stimulus", "flashes"],
        [30.0, 31.0, "stimulus", "spontaneous"],
        [40.0, 41.0, "stimulus", "spontaneous"],
    ]
    # AllenSDK turns block numbers into truth values where only 0 and 1 occur.
    assert coerced == numbered
