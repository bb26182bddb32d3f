import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from minicolumn.errors import UnreadableTableError
from minicolumn.files.seal import read_sealed, write_sealed

TABLE = pa.table({"rate": [1.0, 2.5], "name": ["a", "b"]})


@pytest.fixture
def sealed(tmp_path):
    path = tmp_path / "t.parquet"
    write_sealed([TABLE], TABLE.schema, path)
    return path


def test_a_sealed_file_is_ordinary_parquet(sealed):
    assert pq.read_table(sealed).equals(TABLE)
    assert pq.read_table(read_sealed(sealed)).equals(TABLE)


# Promise: any bit of a table flips | when it is read, and by `make recover` | `make
#   recover` makes it again
def test_every_single_flipped_bit_is_found(sealed):
    content = sealed.read_bytes()
    for position in range(len(content)):
        flipped = bytearray(content)
        flipped[position] ^= 1 << position % 8
        sealed.write_bytes(flipped)
        with pytest.raises(UnreadableTableError):
            read_sealed(sealed)


# Promise: a table is cut short | when it is read, and by `make recover` | `make
#   recover` makes it again
def test_every_truncation_is_found(sealed):
    content = sealed.read_bytes()
    for length in range(len(content)):
        sealed.write_bytes(content[:length])
        with pytest.raises(UnreadableTableError):
            read_sealed(sealed)


def test_a_file_from_elsewhere_is_refused(tmp_path):
    pq.write_table(TABLE, tmp_path / "t")
    with pytest.raises(UnreadableTableError, match="not a table of this workflow"):
        read_sealed(tmp_path / "t")


def test_the_same_table_makes_the_same_file(sealed, tmp_path):
    write_sealed([TABLE], TABLE.schema, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == sealed.read_bytes()
