import os

import pyarrow as pa
import pytest

from minicolumn.files.seal import write_sealed
from minicolumn.jobs.runs import recover
from minicolumn.jobs.runs.journal import Journal, RunInProgressError
from minicolumn.jobs.runs.recover import damaged_files
from minicolumn.jobs.runs.recover import recover as clear_away

ARGUMENTS = ["--cores", "2", "--configfile", "my file.yaml"]


@pytest.fixture
def called(monkeypatch):
    """What Snakemake is called with."""
    called = []
    monkeypatch.setattr(recover, "_snakemake", lambda *said: called.append(list(said)))
    return called


@pytest.fixture
def results(tmp_path, monkeypatch, called):
    """The results of a run that was killed."""
    monkeypatch.chdir(tmp_path)
    results = recover.RESULTS / "tiny"
    Journal(results, [], ARGUMENTS).close()
    return results


@pytest.fixture
def tables(results):
    paths = [results / "circuits" / f"shard-000{n}.parquet" for n in range(3)]
    paths[0].parent.mkdir()
    for path in paths:
        table = pa.table({"rate": [1.0, 2.0]})
        write_sealed([table], table.schema, path)
    return paths


def test_damaged_tables_are_deleted_and_others_kept(results, tables, capsys):
    content = bytearray(tables[0].read_bytes())
    content[30] ^= 4
    tables[0].write_bytes(content)
    tables[1].write_bytes(tables[1].read_bytes()[:50])
    assert damaged_files(results) == tables[:2]
    assert clear_away(results) == ARGUMENTS
    assert [table.exists() for table in tables] == [False, False, True]
    assert capsys.readouterr().out.count("is damaged and will be made again") == 2
    assert damaged_files(results) == []


def test_the_interrupted_command_is_unlocked_and_said_again(
    results, called, monkeypatch
):
    monkeypatch.setattr("sys.argv", ["recover"])
    with pytest.raises(SystemExit):
        recover.main()
    assert called == [[*ARGUMENTS, "--unlock"], ARGUMENTS]


@pytest.mark.parametrize("forcing", ["-F", "--forceall", "-R"])
def test_a_command_that_forces_work_is_not_said_again(
    results, called, monkeypatch, forcing
):
    Journal(results, [], [*ARGUMENTS, forcing]).close()
    monkeypatch.setattr("sys.argv", ["recover", "tiny"])
    with pytest.raises(SystemExit, match="forces work"):
        recover.main()
    assert called == [[*ARGUMENTS, forcing, "--unlock"]]


def test_nothing_is_touched_while_any_run_of_the_checkout_is_alive(
    results, tables, called
):
    tables[0].write_bytes(b"damaged")
    other = Journal(recover.RESULTS / "other", [], [])
    with pytest.raises(RunInProgressError, match=rf"other is being .*{os.getpid()}"):
        clear_away(results)
    other.close()
    assert tables[0].exists()
    assert called == []
