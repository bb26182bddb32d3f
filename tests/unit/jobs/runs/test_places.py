import os
import subprocess
import sys

import pytest

from minicolumn.jobs.runs.places import PlaceError, check_places


def test_directories_that_exist_or_can_be_made_are_no_obstacle(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    (tmp_path / "there" / "result").symlink_to("/nowhere")  # is replaced by a result
    check_places(tmp_path / name for name in ("there/result", "link/a", "new/b/c"))


# Promise: a file, or a link to nowhere, lies where a directory of results, logs or
#   locks has to be | before any job | move it away
@pytest.mark.parametrize("broken", [True, False])
@pytest.mark.parametrize("file", ["shards/0.parquet", "shards/deep/er/0.parquet"])
def test_what_is_in_the_way_of_a_directory_is_one_sentence(tmp_path, broken, file):
    place = tmp_path / "shards"
    if broken:
        place.symlink_to(tmp_path / "nowhere")
    else:
        place.write_text("mine")
    kind = "a broken link" if broken else "no directory"
    with pytest.raises(PlaceError, match=rf"shards is {kind}, .*: move it away"):
        check_places([tmp_path / "other" / "1", tmp_path / file])


def started(directory, **environment):
    """Start Snakemake's own part of a run, with the profile's plugin."""
    (directory / "Snakefile").write_text("rule all:\n")
    arguments = ("-n", "--cores", "1", "--logger", "minicolumn")
    run = subprocess.run(
        [sys.executable, "-m", "snakemake", *arguments],
        cwd=directory,
        env={k: v for k, v in os.environ.items() if k != "XDG_CACHE_HOME"}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr


# Promise: HOME is no directory (HOME=/dev/null) | before any job | set HOME or
#   XDG_CACHE_HOME
def test_a_home_that_is_no_directory_is_one_sentence(tmp_path):
    code, output = started(tmp_path, HOME="/dev/null")
    assert code
    assert "/dev/null is no directory" in output
    assert "set HOME, or XDG_CACHE_HOME" in output
    assert "Traceback" not in output


def test_what_is_in_the_way_of_locks_is_one_sentence(tmp_path):
    (tmp_path / ".snakemake").mkdir()
    (tmp_path / ".snakemake" / "locks").write_text("")
    code, output = started(tmp_path)
    assert code
    assert ".snakemake/locks is no directory" in output
    assert "Traceback" not in output
