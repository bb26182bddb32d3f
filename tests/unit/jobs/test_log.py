import logging
import warnings

import pytest

from minicolumn.errors import RecordingError
from minicolumn.jobs.log import job_log


@pytest.fixture(autouse=True)
def own_handlers():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:], root.level = handlers, level


def fail(path, error):
    with job_log(path):
        logging.getLogger("minicolumn.x").info("started")
        raise error


def test_a_users_error_is_one_message_at_the_end(tmp_path):
    with pytest.raises(SystemExit) as stop:
        fail(tmp_path / "deep" / "log", RecordingError("a.nwb is cut short: fetch it"))
    assert stop.value.code == 1
    text = (tmp_path / "deep" / "log").read_text()
    assert text.splitlines()[-1].endswith("a.nwb is cut short: fetch it")
    assert "Traceback" not in text
    assert "started" in text


def test_a_fault_of_ours_ends_with_its_traceback(tmp_path):
    with pytest.raises(SystemExit):
        fail(tmp_path / "log", ZeroDivisionError("division"))
    text = (tmp_path / "log").read_text()
    assert "Traceback" in text
    assert text.splitlines()[-1] == "ZeroDivisionError: division"


def test_warnings_are_kept(tmp_path):
    with job_log(tmp_path / "log"), warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("odd", UserWarning, stacklevel=1)
    assert "odd" in (tmp_path / "log").read_text()
