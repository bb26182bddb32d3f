import os
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.files.documents import write_document
from minicolumn.files.models import Manifest, save_model
from minicolumn.files.origin import beside, sealed
from minicolumn.files.seal import sha256_of, write_sealed
from minicolumn.files.store import write_json
from minicolumn.files.unfinished import finished, leftovers
from minicolumn.jobs.runs import recover
from minicolumn.jobs.runs.journal import Journal, RunInProgressError
from minicolumn.jobs.runs.recover import damaged_files, recover as clear_away

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


@dataclass(frozen=True)
class Note:
    text: str


MANIFEST = Manifest(
    kind="toy", settings={}, seed=1, split=None, inputs=(), outputs=(), versions={}
)


# Promise: a model, a JSON document or a synthetic session is damaged | by `make
#   recover` | `make recover` makes it again
def test_damaged_models_documents_and_sessions_are_deleted_too(results):
    """One flipped bit each; what is whole, and what is not ours, stays."""
    for name in ("a", "b"):
        save_model(results / f"{name}_model", MANIFEST, {"weights": np.ones(9)})
        write_document(results / f"{name}.json", Note("x"))
        (results / f"{name}.nwb").write_text("recording")
        session = sealed({"sha256": sha256_of(results / f"{name}.nwb")})
        beside(results / f"{name}.nwb").write_bytes(session)
    (results / "other.json").write_text("{}")
    write_json(results / "cache" / "manifest.json", {"manifest": []})  # AllenSDK's
    assert damaged_files(results) == []
    for name in ("a_model/weights.safetensors", "a.json", "a.nwb"):
        content = bytearray((results / name).read_bytes())
        content[-2] ^= 1
        (results / name).write_bytes(content)
    damaged = [results / name for name in ("a.json", "a.nwb", "a_model")]
    assert sorted(damaged_files(results)) == damaged
    clear_away(results)
    assert not any(path.exists() for path in damaged)
    assert damaged_files(results) == []
    assert (results / "other.json").exists()
    assert (results / "cache" / "manifest.json").exists()
    assert (results / "b_model" / "manifest.json").exists()


KILLED = """
import os, sys
from minicolumn.files.store import whole_directory, whole_file
results = sys.argv[1]
with whole_file(f"{results}/t.parquet") as t, whole_directory(f"{results}/m", ()) as m:
    t.write_text("half")
    (m / "w.parquet").write_text("half")
    os.kill(os.getpid(), 9)
"""


# Promise: kill -9 leaves hidden parts of files | by `make recover` | `make recover`
#   removes them
def test_what_a_killed_process_left_is_removed(results, capsys):
    subprocess.run([sys.executable, "-c", KILLED, str(results)], check=False)
    assert len(leftovers(results)) == 2
    assert {path.name for path in finished(results)} == {"logs", "journal.jsonl"}
    assert damaged_files(results) == []
    clear_away(results)
    assert leftovers(results) == []
    assert [path.name for path in results.iterdir()] == ["logs"]
    assert capsys.readouterr().out.count("a killed job left it") == 2


def test_the_interrupted_command_is_unlocked_and_said_again(results, called):
    recover.resume(results)
    assert called == [[*ARGUMENTS, "--unlock"], ARGUMENTS]


@pytest.mark.parametrize("forcing", ["-F", "--forceall", "-R"])
def test_a_command_that_forces_work_is_not_said_again(results, called, forcing):
    Journal(results, [], [*ARGUMENTS, forcing]).close()
    with pytest.raises(recover.ForcedError, match="forces work"):
        recover.resume(results)
    assert called == [[*ARGUMENTS, forcing, "--unlock"]]


# Promise: `make recover` beside a run that is alive | at once; it changes nothing |
#   wait, or stop that run
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
