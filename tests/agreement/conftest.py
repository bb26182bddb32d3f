import pytest
from pynwb import NWBHDF5IO


@pytest.fixture
def written(tmp_path):
    """Write an NWB file in memory to its only path."""

    def write(file):
        path = tmp_path / "session.nwb"
        with NWBHDF5IO(path, "w") as io:
            io.write(file)
        return path

    return write
