"""The readers of docs/readers return what is in the files of other programs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import neo
import numpy as np
import pytest
import quantities as pq

from minicolumn.files.store import read_table
from minicolumn.files.tables import INTERVALS, SPEED, UNITS
from minicolumn.registry.loading import VARIABLE

ROOT = Path(__file__).parents[3]
# As extract_recording does: names are fixed once, so in a process of its own.
READ = """
import sys
from pathlib import Path
from minicolumn.errors import MinicolumnError
from minicolumn.recordings.readers import reader_name, reader_named
from minicolumn.recordings.recording import write_recording
name, file, out = sys.argv[1:]
try:
    recording = reader_named(reader_name(name))(Path(file), 7)
    parts = ("units", "speed", "intervals")
    write_recording(recording, *(Path(out, part) for part in parts))
except MinicolumnError as error:
    sys.exit(str(error))
"""


def read(name, file, out):
    reader = ROOT / "docs" / "readers" / f"{name}.py"
    return subprocess.run(
        [sys.executable, "-c", READ, name, str(file), str(out)],
        env=os.environ | {VARIABLE: json.dumps([str(reader)])},
        capture_output=True,
        text=True,
        check=False,
    )


def tables(name, file, out):
    run = read(name, file, out)
    assert run.returncode == 0, run.stderr
    schemas = {"units": UNITS, "speed": SPEED, "intervals": INTERVALS}
    return [read_table(out / part, schema) for part, schema in schemas.items()]


@pytest.fixture
def phy(tmp_path):
    """A folder as phy leaves it: three clusters, one of which is noise."""
    folder = tmp_path / "phy"
    folder.mkdir()
    np.save(folder / "spike_times.npy", np.array([[300], [600], [75_000], [60_000]]))
    np.save(folder / "spike_clusters.npy", np.array([5, 2, 5, 9], np.int32))
    (folder / "params.py").write_text("dat_path = 'x.dat'\nsample_rate = 30000.\n")
    labels = {"group": "good noise good", "KSLabel": "good good mua"}
    for column, said in labels.items():
        rows = [f"{k}\t{v}" for k, v in zip((2, 5, 9), said.split(), strict=True)]
        text = "\n".join([f"cluster_id\t{column}", *rows])
        (folder / f"cluster_{column}.tsv").write_text(text + "\n")
    start_s = np.linspace(0, 3, 31)
    np.save(folder / "running.npy", np.column_stack([start_s, 10 * start_s]))
    return folder


def test_a_folder_of_phy_has_its_good_units_and_speed(phy, tmp_path):
    units, speed, intervals = tables("phy", phy / "spike_clusters.npy", tmp_path)
    assert units["unit_id"].to_pylist() == [2, 9]
    assert units["spike_times_s"].to_pylist() == [[0.02], [2.0]]
    assert units["presence_ratio"].null_count == 2
    np.testing.assert_allclose(speed["speed_cm_s"], 10 * np.linspace(0, 2.9, 30))
    assert intervals["stop_s"].to_pylist() == [3.0]


def test_without_a_curation_kilosort_decides(phy, tmp_path):
    (phy / "cluster_group.tsv").unlink()
    units, *_ = tables("phy", phy / "spike_clusters.npy", tmp_path)
    assert units["unit_id"].to_pylist() == [2, 5]
    assert units["spike_times_s"].to_pylist()[1] == [0.01, 2.5]


def test_a_folder_without_speed_is_one_sentence(phy, tmp_path):
    (phy / "running.npy").unlink()
    run = read("phy", phy / "spike_clusters.npy", tmp_path)
    assert run.stderr.strip() == (
        f"{phy / 'running.npy'} is missing: put it beside spike_clusters.npy"
    )


def test_what_neo_reads_is_taken_in_seconds_and_cm_per_s(tmp_path):
    segment = neo.Segment()
    for times in ([100.0, 50.0], [2900.0]):
        train = neo.SpikeTrain(np.sort(times), units="ms", t_stop=3000.0)
        segment.spiketrains.append(train)
    running = neo.AnalogSignal(
        np.full((30, 1), 0.2), units="m/s", sampling_rate=10 * pq.Hz, name="speed"
    )
    segment.analogsignals.append(running)
    block = neo.Block()
    block.segments.append(segment)
    file = tmp_path / "mouse.mat"
    neo.NeoMatlabIO(str(file)).write_block(block)
    units, speed, intervals = tables("neo_block", file, tmp_path)
    assert units["spike_times_s"].to_pylist() == [[0.05, 0.1], [2.9]]
    assert set(units["area"].to_pylist()) == {"VISp"}
    np.testing.assert_allclose(speed["speed_cm_s"], 20.0)
    np.testing.assert_allclose(intervals["stop_s"].to_numpy(), [2.9])
