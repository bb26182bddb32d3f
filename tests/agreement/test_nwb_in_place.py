"""A lab's file that is read on its server has the results of the whole file."""

import h5py
import numpy as np
import pytest
from fault_server import fault_server
from lab_extraction import SETTINGS, extract, windows
from plain_nwb import EPOCHS, N_UNITS, PLAIN, STOP_S, build, shown
from pynwb import TimeSeries

from minicolumn.errors import FetchError, RecordingError
from minicolumn.files.documents import write_document
from minicolumn.recordings.hdf5_files import Address

NEEDED = SETTINGS["recordings"]["units"]
CHANGES = {**PLAIN, "stimuli": EPOCHS}


@pytest.fixture
def served(written, tmp_path, monkeypatch):
    """The server of a file with 40 MB that nobody needs, its address and the file."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    file = build(locations=("VISp", "CA1"))
    file.add_acquisition(
        TimeSeries(name="raw", data=np.zeros(5_000_000), unit="V", rate=1e5)
    )
    path = written(shown(file, (0.0, 30.0, "gray"), (30.0, STOP_S, "gray")))
    with h5py.File(path, "a") as h5:
        h5["units/presence_ratio"][0] = 0.5
    address = tmp_path / "address.json"
    with fault_server(path.read_bytes()) as server:
        blocks = str(tmp_path / "blocks")
        write_document(address, Address(server.url, None, None, blocks))
        yield server, address, path


def test_windows_and_selected_spikes_are_those_of_the_whole_file(served, tmp_path):
    server, address, path = served
    here = windows(path, CHANGES, tmp_path)
    whole = extract(path, CHANGES, tmp_path)
    assert windows(address, CHANGES, tmp_path, NEEDED) == here
    there = extract(address, CHANGES, tmp_path, NEEDED)
    assert there["speed"] == whole["speed"]
    assert there["intervals"] == whole["intervals"]
    # Unit 0 has a low presence ratio; odd units are in CA1.
    selected = {2, 4}
    for row in range(N_UNITS):
        ours, theirs = (one["units"]["spike_times_s"][row] for one in (there, whole))
        expected = theirs.as_py()
        if row not in selected:
            expected = [expected[0], expected[-1]]
        assert ours.as_py() == expected
    assert server.sent < 0.05 * len(server.payload)


def test_what_one_run_has_read_the_next_asks_for_no_more(served, tmp_path):
    server, address, _ = served
    extract(address, CHANGES, tmp_path, NEEDED)
    before = server.sent
    extract(address, CHANGES, tmp_path, NEEDED)
    assert server.sent - before <= 2**16


def test_a_connection_that_breaks_while_hdf5_reads_goes_on(served, tmp_path):
    server, address, path = served
    server.drops = [10]
    assert windows(address, CHANGES, tmp_path, NEEDED) == windows(
        path, CHANGES, tmp_path
    )


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        ({"ignore_ranges": True}, FetchError, "answered 200 to a request for a part"),
        ({"statuses": [404]}, FetchError, "answered 404"),
        ({"payload": b"no HDF5" * 99}, RecordingError, "is no complete HDF5 file"),
    ],
)
def test_what_cannot_be_read_is_one_message(served, tmp_path, fault, kind, said):
    server, address, _ = served
    for name, value in fault.items():
        setattr(server, name, value)
    with pytest.raises(kind, match=said):
        extract(address, CHANGES, tmp_path, NEEDED)
