from pathlib import Path

import pytest

from minicolumn.config.recordings import Recordings
from minicolumn.errors import ConfigError
from minicolumn.recordings.files import asset_of, fetched_file, link_to, recording_files


@pytest.fixture
def recordings(cfg):
    def change(source, directory=None, exclude=(), **changes):
        values = cfg.recordings.model_dump()
        values |= {"source": source, "exclude": exclude}
        values["cache"] = {"directory": directory}
        values["nwb"] |= changes
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


@pytest.mark.parametrize("source", ["s3", "dandi", "warehouse"])
def test_a_run_has_links_of_its_own_to_files_that_all_runs_share(recordings, source):
    """Snakemake deletes an output before its job: the file must not be one."""
    one = recordings(source)
    link = recording_files(one, "results/x")[715093703]
    assert link == "results/x/recordings/715093703/session.nwb"
    shared = fetched_file(one, 715093703)
    assert shared == Path(
        "results/ecephys_cache/session_715093703/session_715093703.nwb"
    )


def test_a_link_moves_with_its_directory(tmp_path):
    target = tmp_path / "here" / "store" / "file"
    target.parent.mkdir(parents=True)
    target.write_text("content")
    link = tmp_path / "here" / "results" / "x" / "link"
    for _ in range(2):  # an older link gives way
        link_to(target, link)
    (tmp_path / "here").rename(tmp_path / "there")
    assert (tmp_path / "there/results/x/link").read_text() == "content"


def test_sessions_of_a_dandiset_are_read_in_place_by_version(recordings):
    path = Path("sub-1/sub-1.nwb")
    set_ = {"number": "000021", "version": "draft"}
    one = recordings("nwb", files={3: path}, dandiset=set_)
    assert recording_files(one, "results/x") == {
        3: "results/x/recordings/3/address.json"
    }
    assert asset_of(one, 3) == "DANDI:000021/draft/sub-1/sub-1.nwb"
    assert one.reader_options()["needed"]["areas"] == ("VISp",)


def test_own_files_are_those_that_the_user_names(recordings, tmp_path):
    nwb = tmp_path / "mouse.nwb"
    nwb.touch()
    own = recordings("nwb", files={"31": nwb})
    assert recording_files(own, "results/x") == {31: str(nwb)}
    with pytest.raises(ValueError, match=r"do not exist \(31: nowhere\)"):
        recordings("nwb", files={31: "nowhere"})
    with pytest.raises(ValueError, match="read from HDF5 files, not from Zarr"):
        recordings("nwb", files={31: tmp_path})


def test_a_limit_on_a_metric_needs_its_column(recordings, tmp_path):
    nwb = tmp_path / "mouse.nwb"
    nwb.touch()
    columns = recordings("s3").nwb.units.model_dump() | {"isi_violations": None}
    with pytest.raises(
        ValueError, match=r"limit on isi_violations, but nwb\.units names"
    ):
        recordings("nwb", files={31: nwb}, units=columns)


def test_excluding_an_unknown_session_is_an_error(recordings):
    with pytest.raises(ConfigError, match=r"exclude lists sessions \[12\]"):
        recording_files(recordings("s3", exclude=(12,)), "results/x")


def test_a_cache_is_what_it_holds_and_other_folders_are_left_alone(
    recordings, tmp_path
):
    cache = cache_with(tmp_path, "session_7", "session_old", "session_007", "other")
    files = recording_files(recordings("cache", cache), "results/x")
    assert files == {7: str(cache / "session_7" / "session_7.nwb")}


def test_an_empty_cache_is_an_error(recordings, tmp_path):
    with pytest.raises(ConfigError, match="contains no session: expected session_<id>"):
        recording_files(recordings("cache", tmp_path), "results/x")
