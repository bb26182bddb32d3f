import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from minicolumn.allen.catalogue import session_nwb, sessions

WAREHOUSE = Path(__file__).parents[3].parent / "shared/data/allen/ecephys_cache"


def test_there_are_58_sessions_of_58_mice_in_two_types():
    types = Counter(session.session_type for session in sessions())
    assert types == {"brain_observatory_1.1": 32, "functional_connectivity": 26}
    assert len({session.session_id for session in sessions()}) == 58
    assert len({session.specimen_id for session in sessions()}) == 58


def test_sizes_are_known_for_the_type_that_dandi_000021_holds():
    with_size = {s.session_type for s in sessions() if s.nwb_bytes is not None}
    without = {s.session_type for s in sessions() if s.nwb_bytes is None}
    assert with_size == {"brain_observatory_1.1"}
    assert without == {"functional_connectivity"}
    assert all(1e9 < s.nwb_bytes < 4e9 for s in sessions() if s.nwb_bytes is not None)


def test_order_does_not_depend_on_anything():
    ids = [session.session_id for session in sessions()]
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
    assert {tuple(session[:3]) for session in sessions()} == theirs


def test_files_lie_where_allensdk_looks_for_them():
    assert str(session_nwb(715093703)) == "session_715093703/session_715093703.nwb"


def test_the_catalogue_is_light_enough_for_every_job_to_read():
    code = (
        "import sys; from minicolumn.allen.catalogue import sessions; sessions(); "
        "print(*sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    heavy = {"numpy", "pandas", "pyarrow", "scipy", "allensdk", "jax", "torch"}
    assert not heavy & set(run.stdout.split())
