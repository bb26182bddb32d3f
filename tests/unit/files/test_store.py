import errno
import json
import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from minicolumn.errors import NotWrittenError, UnreadableTableError
from minicolumn.files import store
from minicolumn.files.store import (
    Column,
    Schema,
    columns_of,
    read_parts,
    read_provenance,
    read_table,
    read_tables,
    whole_file,
    write_json,
    write_parts,
    write_table,
)

SCHEMA = Schema(
    "rates",
    (
        Column("unit", pa.int64(), "1", "which unit"),
        Column("rate", pa.float64(), "Hz", "how fast"),
    ),
)
OTHER = Schema("speeds", (Column("speed", pa.float64(), "cm/s", "how far"),))


def test_what_is_written_is_read_and_nan_is_missing(tmp_path):
    path = tmp_path / "deep" / "rates.parquet"
    write_table(path, SCHEMA, {"unit": [1, 2], "rate": [3.5, np.nan]}, {"seed": 7})
    table = read_table(path, SCHEMA)
    assert table.to_pylist() == [{"unit": 1, "rate": 3.5}, {"unit": 2, "rate": None}]
    assert read_provenance(path) == {"seed": 7}
    assert os.listdir(path.parent) == ["rates.parquet"]


def test_a_table_may_be_written_and_read_in_parts(tmp_path):
    path = tmp_path / "t"
    parts = [{"unit": [1, 2], "rate": [0.5, 1.5]}, {"unit": [3], "rate": [2.5]}]
    write_parts(path, SCHEMA, iter(parts), {"seed": 7})
    assert [part.to_pydict() for part in read_parts(path, SCHEMA)] == parts
    assert read_table(path, SCHEMA)["unit"].to_pylist() == [1, 2, 3]
    assert read_provenance(path) == {"seed": 7}


def test_a_part_that_fails_leaves_no_table(tmp_path):
    def parts():
        yield {"unit": [1], "rate": [0.5]}
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        write_parts(tmp_path / "t", SCHEMA, parts())
    assert os.listdir(tmp_path) == []


def test_a_damaged_file_is_refused_before_its_first_part(tmp_path):
    path = tmp_path / "t"
    write_table(path, SCHEMA, {"unit": [1], "rate": [1.0]})
    content = bytearray(path.read_bytes())
    content[10] ^= 1
    path.write_bytes(content)
    with pytest.raises(UnreadableTableError, match="damaged"):
        next(read_parts(path, SCHEMA))


def test_the_file_itself_tells_units_and_meanings(tmp_path):
    write_table(tmp_path / "t", SCHEMA, {"unit": [], "rate": []})
    field = pq.read_schema(tmp_path / "t").field("rate")
    assert field.metadata == {b"unit": b"Hz", b"description": b"how fast"}


OPEN = Schema("open", SCHEMA.columns[:1], extra=True)


def test_an_open_table_describes_its_further_columns_itself(tmp_path):
    path, columns = tmp_path / "t", {"unit": [1], "rate": [2.5]}
    write_table(path, OPEN.plus(*SCHEMA.columns[1:]), columns)
    table = read_table(path, OPEN)
    assert table.to_pydict() == columns
    assert table.schema.field("rate").metadata[b"unit"] == b"Hz"
    with pytest.raises(ValueError, match=r"unknown \['rate'\]"):
        write_table(path, OPEN, columns)
    with pytest.raises(ValueError, match="no columns but its own"):
        SCHEMA.plus(*OTHER.columns)


def test_an_open_table_needs_its_own_columns_and_else_numbers(tmp_path):
    text = Column("rate", pa.string(), "1", "no number")
    for wrong in (OTHER, Schema("open", (*OPEN.columns, text))):
        write_table(tmp_path / "t", wrong, {name: [] for name in wrong.names})
        with pytest.raises(UnreadableTableError, match="is not a 'open' table"):
            read_table(tmp_path / "t", OPEN)


def test_missing_and_unknown_columns_are_named(tmp_path):
    with pytest.raises(
        ValueError, match=r"missing columns \['rate'\], unknown \['x'\]"
    ):
        write_table(tmp_path / "t", SCHEMA, {"unit": [1], "x": [1]})
    assert not (tmp_path / "t").exists()


def test_a_damaged_file_says_which_and_what_to_do(tmp_path):
    path = tmp_path / "t.parquet"
    write_table(path, SCHEMA, {"unit": [1], "rate": [1.0]})
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UnreadableTableError, match=r"t\.parquet .* `make recover`"):
        read_table(path, SCHEMA)


def test_another_kind_of_table_is_refused(tmp_path):
    write_table(tmp_path / "t", OTHER, {"speed": [1.0]})
    with pytest.raises(UnreadableTableError, match=r"not a 'rates' table"):
        read_table(tmp_path / "t", SCHEMA)


def test_many_files_read_as_one_and_none_as_an_empty_table(tmp_path):
    for unit in (1, 2):
        write_table(tmp_path / f"{unit}", SCHEMA, {"unit": [unit], "rate": [0.0]})
    both = read_tables([tmp_path / "2", tmp_path / "1"], SCHEMA)
    assert both["unit"].to_pylist() == [2, 1]
    assert read_tables([], SCHEMA).num_rows == 0


def test_a_writer_that_dies_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "t"
    path.write_text("old")

    def dies():
        with whole_file(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        dies()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["t"]


def test_a_full_disk_is_one_clear_error(tmp_path, monkeypatch):
    def full(*_args, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "write_sealed", full)
    with pytest.raises(
        NotWrittenError, match=r"could not write .*No space left.*Free some disk space"
    ):
        write_table(tmp_path / "t", SCHEMA, {"unit": [1], "rate": [1.0]})
    assert os.listdir(tmp_path) == []


def test_a_really_full_disk_leaves_nothing(tmp_path, small_disk):
    big = np.random.default_rng(0).random(1_000_000)
    with pytest.raises(NotWrittenError, match=r"could not write .*Free some"):
        write_table(small_disk / "t", SCHEMA, {"unit": range(big.size), "rate": big})
    assert os.listdir(small_disk) == []


def test_files_get_the_mode_of_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        write_json(tmp_path / "t", {"a": 1})
    finally:
        os.umask(before)
    assert (tmp_path / "t").stat().st_mode & 0o777 == 0o640
    assert json.loads((tmp_path / "t").read_text()) == {"a": 1}


def test_json_refuses_what_json_has_not(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "t", {"a": np.nan})


def test_rows_become_columns():
    assert columns_of([{"a": 1, "b": 2}, {"a": 3, "b": 4}]) == {
        "a": [1, 3],
        "b": [2, 4],
    }
    assert columns_of([]) == {}


@pytest.mark.parametrize("broken", [True, False])
def test_what_lies_in_the_way_of_a_table_is_named(tmp_path, broken):
    place = tmp_path / "shards"
    place.symlink_to("nowhere") if broken else place.write_text("mine")
    with pytest.raises(NotWrittenError, match=rf"Move what lies at {place} away"):
        write_json(place / "0.json", {})
    assert place.is_symlink() == broken
