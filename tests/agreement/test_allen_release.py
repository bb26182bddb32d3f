"""The release's own tables, and a session in its format, read by AllenSDK."""

import csv
import hashlib
import json

import numpy as np
import pytest
from allen_environment import OPEN_CACHE, in_allen_environment, needs_allen_environment
from release import GOLDEN, RELEASE, extract, golden_session, tables

from minicolumn.recordings.catalog import sessions

pytestmark = needs_allen_environment
needs_release = pytest.mark.skipif(
    not RELEASE.exists(), reason=f"the release's own tables are not at {RELEASE}"
)

READ_TABLES = (
    OPEN_CACHE
    + """sessions, probes = cache._get_sessions(), cache._get_probes()
print(json.dumps({
    "types": sessions["session_type"].value_counts().to_dict(),
    "ids": sorted(sessions.index.tolist()),
    "specimens": sessions["specimen_id"].sort_index().tolist(),
    "probes": len(probes),
    "with_probes": probes["ecephys_session_id"].nunique(),
}))
"""
)


@needs_release
def test_the_release_has_58_sessions_and_332_probes(tmp_path):
    for name in ("sessions.csv", "probes.csv", "manifest.json"):
        (tmp_path / name).symlink_to(RELEASE / name)
    run = in_allen_environment("-c", READ_TABLES, tmp_path / "manifest.json")
    found = json.loads(run.stdout.splitlines()[-1])
    assert found["types"] == {
        "brain_observatory_1.1": 32,
        "functional_connectivity": 26,
    }
    assert found["ids"] == [s.session_id for s in sessions()]
    assert found["specimens"] == [s.specimen_id for s in sessions()]
    assert (found["probes"], found["with_probes"]) == (332, 58)


@needs_release
def test_the_release_has_40010_units_and_v1_in_56_sessions():
    with (RELEASE / "all_sessions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(int(row["unit_count"]) for row in rows) == 40_010
    assert sum("'VISp'" in row["ecephys_structure_acronyms"] for row in rows) == 56


READ_WITH_SESSION = """
import json, sys
from allensdk.brain_observatory.ecephys.ecephys_session import EcephysSession

unlimited = dict(amplitude_cutoff_maximum=None, presence_ratio_minimum=None,
                 isi_violations_maximum=None)
session = EcephysSession.from_nwb_path(sys.argv[1], api_kwargs=unlimited)
units = session.units
print(json.dumps({
    "areas": units["structure_acronym"].to_dict(),
    "presence_ratio": units["presence_ratio"].to_dict(),
    "spikes": {k: v.tolist() for k, v in session.spike_times.items()},
    "speed_sum": float(session.running_speed["velocity"].sum()),
    "n_speed": len(session.running_speed),
    "invalid": [row.tags[-1] for row in session.invalid_times.itertuples()],
}))
"""


@pytest.fixture(scope="module")
def golden(tmp_path_factory):
    return golden_session(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def found(golden, tmp_path_factory):
    run, paths, log = extract(golden, GOLDEN, tmp_path_factory.mktemp("tables"))
    assert run.returncode == 0, log
    return tables(paths)


def test_a_file_of_the_era_of_the_release_agrees_with_allensdk(golden, found):
    run = in_allen_environment("-c", READ_WITH_SESSION, golden)
    theirs = json.loads(run.stdout.splitlines()[-1])
    units = found["units"]
    # This file holds no unit with a missing metric, which AllenSDK would leave out.
    ids = [str(unit_id) for unit_id in units["unit_id"].to_pylist()]
    assert dict(zip(ids, units["area"].to_pylist(), strict=True)) == theirs["areas"]
    ratios = dict(zip(ids, units["presence_ratio"].to_pylist(), strict=True))
    assert ratios == theirs["presence_ratio"]
    spikes = dict(zip(ids, units["spike_times_s"].to_pylist(), strict=True))
    assert spikes == theirs["spikes"]
    assert found["speed"].num_rows == theirs["n_speed"]
    velocity = found["speed"]["speed_cm_s"].to_numpy()
    assert np.nansum(velocity) == pytest.approx(theirs["speed_sum"])
    rows = found["intervals"].to_pylist()
    labels = [row["label"] for row in rows if row["kind"] == "invalid"]
    assert labels == theirs["invalid"]


def test_a_file_of_the_era_of_the_release_reads_as_it_always_did(found):
    """Digests of 2026-11-21: a change of any bit of the reading shows here."""
    units, speed = found["units"], found["speed"]
    blocks = [
        row["label"]
        for row in found["intervals"].to_pylist()
        if row["kind"] == "stimulus"
    ]
    assert blocks == ["spontaneous", "drifting_gratings", "flashes", "spontaneous"]
    trains = units["spike_times_s"].combine_chunks()
    seen = {
        "unit_id": units["unit_id"].to_numpy(),
        "spike_times": trains.flatten().to_numpy(),
        "speed": np.nan_to_num(speed["speed_cm_s"].to_numpy(), nan=-1e9),
    }
    digests = {
        name: hashlib.sha256(values.tobytes()).hexdigest()[:16]
        for name, values in seen.items()
    }
    assert digests == {
        "unit_id": "df0c0ddf7768e85e",
        "spike_times": "9644d9ea1776d63d",
        "speed": "0f2a0579172c3d65",
    }
