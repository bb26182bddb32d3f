"""Bad recordings and a full disk: one clear message, and nothing else is lost."""

import re
import shutil
import subprocess

import pytest
from checkouts import TINY

from minicolumn.arrays import rows_where
from minicolumn.files.store import read_table
from minicolumn.files.tables import EPOCHS, PREDICTIONS, SESSIONS, SIMULATIONS

pytestmark = [pytest.mark.workflow, pytest.mark.allen, pytest.mark.slow]

MICE = (900000101, 900010101, 900020101)


@pytest.fixture
def users_cache(finished, tmp_path):
    """A user's own cache of three sessions; the first is cut short."""
    cache = tmp_path / "my cache; it's mine"
    shutil.copytree(
        finished.path / "results" / "tiny" / "recordings" / "synthetic_cache", cache
    )
    nwb = cache / f"session_{MICE[0]}" / f"session_{MICE[0]}.nwb"
    nwb.write_bytes(nwb.read_bytes()[: nwb.stat().st_size // 2])
    return cache


def contents(directory):
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_a_truncated_session_is_one_message_and_spares_the_others(
    checkout, users_cache
):
    before = contents(users_cache)
    overlay = checkout.path / "own.yaml"
    overlay.write_text(
        f'recordings: {{source: cache, cache: {{directory: "{users_cache}"}}}}\n'
    )
    output = checkout.snakemake(
        *("--cores", "2", "--configfile", TINY, "own.yaml"),
        *("--until", "find_epochs"),
        check=False,
    )
    assert re.search(
        rf"session_{MICE[0]}\.nwb .*is no complete HDF5 file .*fetch it", output
    )
    assert "Traceback" not in output
    assert contents(users_cache) == before
    sessions = checkout.path / "results" / "tiny" / "sessions"
    assert {int(path.stem) for path in sessions.iterdir()} == set(MICE[1:])


def outcomes(checkout):
    sessions = checkout.path / "results" / "tiny" / "sessions"
    return {read_table(p, SESSIONS)["outcome"][0].as_py() for p in sessions.iterdir()}


def test_sessions_without_v1_units_are_rows_with_a_reason_and_the_page_says_so(rerun):
    rerun.edit("config.yaml", "areas: [VISp]", "areas: [VISl]")
    rerun.snakemake("--cores", "2", "--configfile", TINY)
    (reason,) = outcomes(rerun)
    assert reason.startswith("0 units in VISl pass the filters and 25 are needed")
    assert "VISp 4" in reason
    results = rerun.path / "results" / "tiny"
    table = read_table(results / "prediction" / "predictions.parquet", PREDICTIONS)
    assert rows_where(table, target="session").num_rows == 0
    assert "0 units in VISl pass the filters" in (results / "report.html").read_text()


def test_sessions_that_never_run_are_rows_with_a_reason(rerun):
    rerun.edit("config.yaml", "mean_above_cm_s: 3.0", "mean_above_cm_s: 1000")
    rerun.snakemake("--cores", "2", "--configfile", TINY, "--until", "find_epochs")
    (reason,) = outcomes(rerun)
    assert reason.startswith("no running epochs; 5 per state are needed (")
    epochs = rerun.path / "results" / "tiny" / "epochs" / f"{MICE[0]}.parquet"
    assert set(read_table(epochs, EPOCHS)["state"].to_pylist()) == {"stationary"}


def test_a_full_disk_leaves_no_partial_shard_and_room_is_all_it_needs(checkout):
    disk = checkout.path / "results"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system needs root")
    shard = disk / "tiny" / "simulations" / "synaptic" / "shard-0000.parquet"
    arguments = (
        str(shard.relative_to(checkout.path)), "--cores", "2", "--configfile", TINY
    )  # fmt: skip
    try:
        output = checkout.snakemake(*arguments, check=False)
        assert re.search(
            r"could not write .*shard-0000\.parquet: .*Free some disk space", output
        )
        assert not list(disk.rglob("*shard-0000.parquet*"))[1:]  # the circuits stay
        subprocess.run(["mount", "-o", "remount,size=9m", str(disk)], check=True)
        checkout.snakemake(*arguments)
        assert read_table(shard, SIMULATIONS).num_rows == 12 * 3
    finally:
        subprocess.run(["umount", str(disk)], check=True)
