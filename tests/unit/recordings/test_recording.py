import pytest

from minicolumn.errors import ConfigError, RecordingError
from minicolumn.recordings.recording import interval_columns, readable


@pytest.fixture
def nwb(tmp_path):
    path = tmp_path / "session.nwb"
    path.write_bytes(b"12345")
    return path


def test_what_goes_wrong_while_reading_is_one_message_about_the_file(nwb):
    with (
        pytest.raises(RecordingError, match=r"\(5 bytes\) cannot be read as a session"),
        readable(nwb, "a session"),
    ):
        raise KeyError("units")


@pytest.mark.parametrize(
    "error", [ImportError("half installed"), MemoryError(), ConfigError("told already")]
)
def test_what_is_no_fault_of_the_file_stays_what_it_is(nwb, error):
    with pytest.raises(type(error)) as caught, readable(nwb, "a session"):
        raise error
    assert caught.value is error


def test_a_file_that_is_not_there_is_told(tmp_path):
    with (
        pytest.raises(RecordingError, match="does not exist: fetch it"),
        readable(tmp_path / "lost.nwb", "a session"),
    ):
        raise AssertionError("not reached")


def test_no_intervals_are_empty_columns():
    assert all(len(column) == 0 for column in interval_columns([]).values())
