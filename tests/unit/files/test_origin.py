"""Every table, model and document says what made it, and a job reads nothing else."""

import json
import pathlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.files.documents import read_document, write_document
from minicolumn.files.identities import Identities
from minicolumn.files.models import Manifest, load_model, read_manifest, save_model
from minicolumn.files.origin import (
    Origin,
    OtherOriginError,
    digest_of_seals,
    settings_of,
    stamp_of,
    working,
)
from minicolumn.files.store import Column, Schema, read_parts, read_table, write_table

SCHEMA = Schema("rates", (Column("rate", pa.float64(), "Hz", "how fast"),))


@dataclass(frozen=True)
class Note:
    text: str


@dataclass(frozen=True, kw_only=True)
class ToyManifest(Manifest):
    kind: str = "toy"


MANIFEST = ToyManifest(
    settings={}, seed=1, split=None, inputs=(), outputs=(), versions={}
)
KINDS = {
    "t.parquet": (
        lambda path: write_table(path, SCHEMA, {"rate": [1.0]}),
        lambda path: read_table(path, SCHEMA),
    ),
    "n.json": (
        lambda path: write_document(path, Note("x")),
        lambda path: read_document(path, Note),
    ),
    "model": (
        lambda path: save_model(path, MANIFEST, {"weights": np.ones(2)}),
        lambda path: load_model(path, ToyManifest),
    ),
}


def origin(shard="0000", **settings):
    given = {"seed": 1, "physics": {"levels": list(range(50))}, "code": "a1"}
    name = f"synaptic/{shard}"
    return Origin("simulate_shard", name, settings_of(given | settings), "seals")


@pytest.fixture(params=KINDS)
def kind(request, tmp_path):
    """A file of each kind: its path, and what writes and reads it."""
    return str(tmp_path / request.param), *KINDS[request.param]


def test_a_file_says_what_made_it_without_being_decoded(kind):
    path, write, _ = kind
    with working(origin(), {}):
        write(path)
    stamp = stamp_of(path)
    assert stamp.origin == origin()
    assert len(stamp.seal) == 64


def test_outside_of_a_job_a_file_is_sealed_but_says_nothing(kind):
    path, write, read = kind
    write(path)
    assert stamp_of(path).origin is None
    read(path)


# Promise: a whole file of another shard, seed, mechanism, configuration or code takes
#   the place of a result | by the plan, and by each job that reads it | repeat the
#   command: it is made again
@pytest.mark.parametrize(
    ("made_by", "said"),
    [
        (origin(seed=2), "has another seed, 2 and not 1"),
        (origin(code="b2"), "has another code, b2 and not a1"),
        (origin(physics={"levels": [0, 1]}), "has another physics"),
        (origin("0001"), "result of simulate_shard synaptic/0001, not of .*/0000"),
        (None, "does not say what made it"),
    ],
    ids=["seed", "code", "settings", "shard", "nothing"],
)
def test_a_job_reads_only_what_its_run_planned(kind, made_by, said):
    """A copy of another shard, of another seed, of other code: whole, but not ours."""
    path, write, read = kind
    if made_by is None:
        write(path)
    else:
        with working(made_by, {}):
            write(path)
    read(path)
    with (
        working(origin(), {path: origin()}),
        pytest.raises(OtherOriginError, match=said),
    ):
        read(path)


def test_a_job_reads_what_its_run_planned_and_what_is_no_result_of_it(kind):
    path, write, read = kind
    with working(origin(), {path: origin()}):
        write(path)
        read(path)
    with working(origin("0001"), {}):
        read(path)


SHARD = Schema("shard", (Column("circuit_id", pa.int64(), "1", "identity"),))
TWO_EACH = Identities("circuit_id", ((4, 7),), rows=2)


# Promise: a table is about other circuits or sessions than planned, whatever it says of
#   itself, or lacks some of their rows | by each job that reads it | delete it and
#   repeat the command
@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ([4, 4, 5, 5, 6, 6], ""),
        ([6, 4, 5, 4, 6, 5], ""),
        ([4, 4, 5, 5], "has 0 rows of circuit_id 6, not 2"),
        ([4, 4, 5, 5, 6], "has 1 rows of circuit_id 6, not 2"),
        ([4, 4, 4, 5, 5, 6, 6], "has 3 rows of circuit_id 4, not 2"),
        ([4, 4, 5, 5, 6, 6, 7, 7], "has circuit_id 7, where 4 to 6 were planned"),
        ([0, 0, 1, 1, 2, 2], "has circuit_id 0, where 4 to 6 were planned"),
        ([], "has 0 rows of circuit_id 4, not 2"),
    ],
)
def test_a_job_reads_only_tables_about_what_its_run_planned(tmp_path, ids, said):
    path = str(tmp_path / "t.parquet")
    with working(origin(), {path: origin()}, {path: TWO_EACH}):
        write_table(path, SHARD, {"circuit_id": ids})
        for read in (read_table, lambda *arguments: [*read_parts(*arguments)]):
            if said:
                with pytest.raises(OtherOriginError, match=said):
                    read(path, SHARD)
            else:
                read(path, SHARD)
    read_table(path, SHARD)  # outside of a job, nothing is planned


def test_a_session_may_have_any_number_of_epochs_but_no_other_session(tmp_path):
    path = str(tmp_path / "t.parquet")
    about = {path: Identities("circuit_id", ((7, 8),))}
    with working(origin(), {}, about):
        for ids in ([], [7] * 9):
            write_table(path, SHARD, {"circuit_id": ids})
            assert read_table(path, SHARD).num_rows == len(ids)
        write_table(path, SHARD, {"circuit_id": [7, 8]})
        with pytest.raises(OtherOriginError, match="has circuit_id 8, where 7 to 7"):
            read_table(path, SHARD)


def test_sessions_need_not_follow_each_other_and_rows_of_all_are_of_nobody(tmp_path):
    path = str(tmp_path / "t.parquet")
    sessions = Identities.of("circuit_id", [715093703, 9, 8], rows=1)
    with working(origin(), {}, {path: sessions}):
        for ids in ([8, 9, 715093703], [None, 715093703, 8, None, 9]):
            write_table(path, SHARD, {"circuit_id": ids})
            assert read_table(path, SHARD).num_rows == len(ids)
        for ids, said in (
            ([8, 9, 10, 715093703], "circuit_id 10, where 8 to 9, 715093703 to"),
            ([8, 9], "has 0 rows of circuit_id 715093703, not 1"),
        ):
            write_table(path, SHARD, {"circuit_id": ids})
            with pytest.raises(OtherOriginError, match=said):
                read_table(path, SHARD)


def test_parts_and_manifests_are_compared_too(tmp_path):
    for name, read in (
        ("t.parquet", lambda path: next(read_parts(path, SCHEMA))),
        ("model", lambda path: read_manifest(path, ToyManifest)),
    ):
        path = str(tmp_path / name)
        KINDS[name][0](path)
        with working(origin(), {path: origin()}), pytest.raises(OtherOriginError):
            read(path)


# Promise: what a file says about its origin is edited | when it is read | `make
#   recover` makes it again
def test_what_made_a_file_is_under_its_seal(kind, tmp_path):
    """Editing it, even to what is planned, is damage."""
    path, write, read = kind
    with working(origin(seed=222222), {}):
        write(path)
    file = tmp_path / "model" / "manifest.json" if path.endswith("model") else path
    with pathlib.Path(file).open("r+b") as opened:
        content = opened.read()
        opened.seek(content.rfind(b"222222"))
        opened.write(b"333333")
    with pytest.raises(ValueError, match=r"is damaged|not a whole"):
        read(path)


def test_the_digest_of_inputs_follows_every_seal_and_no_path(tmp_path):
    def stamps():
        return [stamp_of(tmp_path / name) for name in names]

    names = ["a.parquet", "b.parquet", "lost.parquet"]
    for rate, name in enumerate(names[:2]):
        write_table(tmp_path / name, SCHEMA, {"rate": [float(rate)]})
    before = digest_of_seals(stamps())
    assert digest_of_seals(reversed(stamps())) == before
    write_table(tmp_path / "b.parquet", SCHEMA, {"rate": [7.0]})
    assert digest_of_seals(stamps()) != before


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"PAR1", b"x" * 99, None])
def test_what_has_no_stamp_is_no_error(tmp_path, content):
    for name in ("t.parquet", "t.json", "t.html", "model/manifest.json"):
        path = tmp_path / name
        if content is not None:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        assert stamp_of(path) is None
    assert stamp_of(tmp_path / "model") is None


def test_settings_are_the_same_as_numbers_texts_tuples_and_lists():
    """A command gets them as text, and a cluster's job as JSON."""
    assert settings_of({"seed": 7}) == settings_of({"seed": "7"})
    long = {"levels": tuple(range(99))}
    assert settings_of(long) == settings_of(json.loads(json.dumps(long)))
    assert settings_of({"a": {"x": 1, "y": 2}}) == settings_of({"a": {"y": 2, "x": 1}})
