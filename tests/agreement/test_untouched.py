"""A user's files are read, and nothing else, whatever goes wrong."""

import pytest
from allen_environment import in_allen_environment, needs_allen_environment
from release import GOLDEN, extract, golden_session

from minicolumn.recordings.catalog import session_nwb

pytestmark = needs_allen_environment


@pytest.fixture
def store(tmp_path):
    """A user's cache: one session and the tables of AllenSDK's layout."""
    directory = tmp_path / "store"
    golden_session(directory)
    for name in ("sessions", "probes", "channels", "units"):
        (directory / f"{name}.csv").write_text("id,of,another\n1,2,3\n")
    return directory


def state(store):
    """Everything about every file: what it holds, when it changed, who may write."""
    return {
        path: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
        for path in sorted(store.rglob("*"))
        if path.is_file()
    }


def test_a_truncated_session(store, tmp_path):
    nwb = store / session_nwb(GOLDEN)
    nwb.write_bytes(nwb.read_bytes()[:-100_000])
    before = state(store)
    run, paths, log = extract(nwb, GOLDEN, tmp_path)
    assert run.returncode == 1
    assert "is no complete HDF5 file" in log
    assert state(store) == before
    assert not any(path.exists() for path in paths.values())


def test_corrupt_tables_and_a_good_session(store, tmp_path):
    """AllenSDK's cache would delete both; only the session is ever opened here."""
    (store / "units.csv").write_bytes(b"\x00not,a\ntable")
    before = state(store)
    run, paths, log = extract(store / session_nwb(GOLDEN), GOLDEN, tmp_path)
    assert run.returncode == 0, log
    assert all(path.exists() for path in paths.values())
    assert state(store) == before


# As hdmf 6 breaks AllenSDK 2.16: it imports, and reading any file raises.
RAISES = """
import pynwb
def read(self, **kwargs):
    raise TypeError("Can't instantiate abstract class NWBFile")
pynwb.NWBHDF5IO.read = read
"""


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("sitecustomize.py", RAISES, "rebuild the environment from its lock file"),
        ("allensdk.py", "raise ImportError('half installed')", "half installed"),
    ],
)
def test_a_broken_environment(store, tmp_path, name, code, said):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / name).write_text(code)
    before = state(store)
    nwb = store / session_nwb(GOLDEN)
    run, paths, log = extract(nwb, GOLDEN, tmp_path, PYTHONPATH=str(broken))
    assert run.returncode == 1
    assert said in log
    assert state(store) == before
    assert not any(path.exists() for path in paths.values())


READ_AS_THE_SDK_WOULD = """
import sys
from allensdk.brain_observatory.ecephys.ecephys_project_api import (
    EcephysProjectFixedApi)
from allensdk.brain_observatory.ecephys.ecephys_project_cache import (
    EcephysProjectCache)
cache = EcephysProjectCache(
    fetch_api=EcephysProjectFixedApi(), manifest=sys.argv[1],
    stream_writer=print, fetch_tries=1)
cache.get_session_data(int(sys.argv[2]))
"""


def test_what_these_tests_guard_against_is_real(store):
    """AllenSDK's own cache deletes what it cannot read: here a copy made for that."""
    nwb = store / session_nwb(GOLDEN)
    nwb.write_bytes(nwb.read_bytes()[:-100_000])
    in_allen_environment(
        "-c", READ_AS_THE_SDK_WOULD, store / "manifest.json", GOLDEN, check=False
    )
    assert not nwb.exists()
