import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from minicolumn.recordings.catalog import session, session_nwb, sessions

WAREHOUSE = Path(__file__).parents[3].parent / "shared/data/allen/ecephys_cache"


def test_there_are_58_sessions_of_58_mice_in_two_types():
    types = Counter(s.session_type for s in sessions())
    assert types == {"brain_observatory_1.1": 32, "functional_connectivity": 26}
    assert len({s.session_id for s in sessions()}) == 58
    assert len({s.specimen_id for s in sessions()}) == 58


def test_sizes_of_all_58_are_known_and_plausible():
    assert all(1.5e9 < s.nwb_bytes < 3.4e9 for s in sessions())
    # Published: 146.5 GB for the warehouse's copies; DANDI's are not proven equal.
    assert sum(s.nwb_bytes for s in sessions()) == pytest.approx(146.5e9, rel=0.02)


def test_sizes_and_paths_are_those_of_the_archives_own_list():
    listing = WAREHOUSE.parent / "tables/dandi_manifest.json"
    if not listing.exists():
        pytest.skip(f"the asset list of DANDI:000021 is not at {listing}")
    sizes = {a["path"]: a["size"] for a in json.loads(listing.read_text())["results"]}
    ours = [s for s in sessions() if s.session_type == "brain_observatory_1.1"]
    assert all(sizes[s.dandi_path] == s.nwb_bytes for s in ours)


def test_a_session_is_found_by_its_number():
    assert session(715093703).dandi_path == (
        "sub-699733573/sub-699733573_ses-715093703.nwb"
    )
    with pytest.raises(KeyError):
        session(7)


def test_order_does_not_depend_on_anything():
    ids = [s.session_id for s in sessions()]
    assert ids == sorted(ids)


def test_the_warehouse_lists_the_same_sessions():
    table = WAREHOUSE / "sessions.csv"
    if not table.exists():
        pytest.skip(f"the warehouse's own table is not at {table}")
    with table.open(newline="") as file:
        theirs = {
            (int(row["id"]), int(row["specimen_id"]), row["session_type"])
            for row in csv.DictReader(file)
        }
    ours = {(s.session_id, s.specimen_id, s.session_type) for s in sessions()}
    assert ours == theirs


def test_files_lie_where_allensdk_looks_for_them():
    assert str(session_nwb(715093703)) == "session_715093703/session_715093703.nwb"


def test_the_catalog_is_light_enough_for_every_job_to_read():
    code = (
        "import sys; from minicolumn.recordings.catalog import sessions; sessions(); "
        "print(*sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    heavy = {"numpy", "pandas", "pyarrow", "scipy", "allensdk", "jax", "torch"}
    assert not heavy & set(run.stdout.split())
