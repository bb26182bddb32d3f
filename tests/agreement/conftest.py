import shutil

import pytest
from plain_nwb import build
from pynwb import NWBHDF5IO


def write(file, path):
    with NWBHDF5IO(path, "w") as io:
        io.write(file)
    return path


@pytest.fixture(scope="session")
def plain(tmp_path_factory):
    return write(build(), tmp_path_factory.mktemp("plain") / "session.nwb")


@pytest.fixture
def written(tmp_path, plain):
    """Return the path of an NWB file of this test: the plain one, or one in memory."""

    def of(file=None):
        path = tmp_path / "session.nwb"
        return write(file, path) if file else shutil.copy(plain, path)

    return of
