import pytest

from minicolumn.config.recordings import Recordings
from minicolumn.errors import ConfigError
from minicolumn.recording_files import recording_files


@pytest.fixture
def recordings(cfg):
    def change(source, directory=None, exclude=()):
        values = cfg.recordings.model_dump()
        values |= {"source": source, "exclude": exclude}
        values["cache"] = {"directory": directory}
        return Recordings(**values)

    return change


def cache_with(directory, *names):
    for name in names:
        (directory / name).mkdir()
        (directory / name / f"{name}.nwb").touch()
    return directory


def test_the_bucket_has_all_sessions_less_those_excluded(recordings):
    files = recording_files(recordings("s3"), "results/x")
    assert len(files) == 58
    one = next(iter(files))
    fewer = recording_files(recordings("s3", exclude=(one,)), "results/x")
    assert set(files) - set(fewer) == {one}


def test_excluding_an_unknown_session_is_an_error(recordings):
    with pytest.raises(ConfigError, match=r"exclude names sessions \[12\]"):
        recording_files(recordings("s3", exclude=(12,)), "results/x")


def test_a_cache_is_what_it_holds_and_foreign_folders_are_left_alone(
    recordings, tmp_path
):
    cache = cache_with(tmp_path, "session_7", "session_old", "session_007", "other")
    files = recording_files(recordings("cache", cache), "results/x")
    assert files == {7: str(cache / "session_7" / "session_7.nwb")}


def test_an_empty_cache_is_an_error(recordings, tmp_path):
    with pytest.raises(ConfigError, match="holds no session: expected session_<id>"):
        recording_files(recordings("cache", tmp_path), "results/x")
