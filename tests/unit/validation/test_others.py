"""Groups of mice from files of a user."""

import numpy as np
import pytest

from minicolumn.errors import UnreadableTableError
from minicolumn.files.store import write_table
from minicolumn.files.tables import COHORT
from minicolumn.validation.others import read_others

MATCHING = {"duration_s": 10.0, "n_units": 25}


@pytest.fixture
def table(tmp_path):
    def written(**changes):
        rows = dict.fromkeys(COHORT.names, [np.nan] * 2)
        texts = ("truth", "mechanism", "causes", "outcome")
        rows |= dict.fromkeys(texts, [""] * 2)
        rows |= {"circuit_id": [1, 1], "state": ["stationary", "running"]}
        rows |= {"epoch": [0, 0], "duration_s": [10.0] * 2, "n_units": [25] * 2}
        write_table(tmp_path / "mice.parquet", COHORT, rows | changes)
        return {"mine": str(tmp_path / "mice.parquet")}

    return written


def test_mice_in_the_same_windows_are_read(table):
    assert read_others(table(), MATCHING)["mine"]["circuit_id"].to_pylist() == [1, 1]
    assert read_others({}, MATCHING) == {}


@pytest.mark.parametrize("column", ["duration_s", "n_units"])
def test_mice_in_other_windows_are_refused(table, column):
    paths = table(**{column: [MATCHING[column], 7]})
    with pytest.raises(UnreadableTableError, match=rf"mine\) has {column}=\[7"):
        read_others(paths, MATCHING)


def test_another_kind_of_table_is_refused(tmp_path):
    (tmp_path / "mice.parquet").write_text("none")
    with pytest.raises(UnreadableTableError):
        read_others({"mine": str(tmp_path / "mice.parquet")}, MATCHING)
