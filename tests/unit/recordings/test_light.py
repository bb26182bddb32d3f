"""Light of a session, in a SYNTHETIC file of the Allen Institute's schema."""

import re
from datetime import UTC, datetime

import numpy as np
import pytest

pynwb = pytest.importorskip("pynwb")

from minicolumn.errors import RecordingError  # noqa: E402
from minicolumn.recordings.light import read_light  # noqa: E402

TABLE = "optogenetic_stimulation"
ROWS = (
    (3.0, 3.01, "pulse", 1.3),
    (1.0, 2.0, "raised_cosine", 2.0),
    (5.0, 5.01, "pulse", 0.0),
)


@pytest.fixture
def written(tmp_path):
    """Return a function: rows to a file as AllenSDK's `OptotaggingTable` writes it."""

    def write(rows=ROWS, without=()):
        file = pynwb.NWBFile("SYNTHETIC", "one", datetime(2026, 1, 1, tzinfo=UTC))
        module = file.create_processing_module("optotagging", "optogenetic")
        start_s, stop_s, *_ = zip(*rows, strict=True)
        series = pynwb.TimeSeries(
            name="optotagging", unit="seconds", timestamps=np.array(start_s),
            data=np.subtract(stop_s, start_s),
        )  # fmt: skip
        module.add(series)
        table = pynwb.epoch.TimeIntervals(name=TABLE, description="light")
        names = [n for n in ("stimulus_name", "level", "condition") if n not in without]
        for name in names:
            table.add_column(name=name, description=name)
        for start, stop, stimulus, level in rows:
            values = {"stimulus_name": stimulus, "level": level, "condition": "one"}
            table.add_interval(
                start_time=start, stop_time=stop, tags=["optical_stimulation"],
                timeseries=[series],
                **{name: values[name] for name in names},
            )  # fmt: skip
        module.add(table)
        path = tmp_path / "one.nwb"
        with pynwb.NWBHDF5IO(path, "w") as io:
            io.write(file)
        return path

    return write


def test_rows_are_read_in_order_of_time(written):
    light = read_light(written(), TABLE)
    assert light.start_s.tolist() == [1.0, 3.0, 5.0]
    assert light.stop_s.tolist() == [2.0, 3.01, 5.01]
    assert light.stimulus.tolist() == ["raised_cosine", "pulse", "pulse"]
    assert light.level.tolist() == [2.0, 1.3, 0.0]


@pytest.mark.parametrize(
    ("rows", "without", "said"),
    [
        (ROWS[2:], (), r"has no light: none of 1 rows of optogenetic_stimulation"),
        (ROWS, ("level",), r"has no such column; it has start_time"),
        (((2.0, 1.0, "pulse", 1.0),), (), "rows that stop before they start"),
        (((1.0, 2.0, "pulse", np.nan),), (), "times or levels that are missing"),
    ],
)
def test_a_file_without_light_is_one_sentence(written, rows, without, said):
    with pytest.raises(RecordingError, match=said) as caught:
        read_light(written(rows, without), TABLE)
    assert "\n" not in str(caught.value)


def test_a_file_without_the_table_names_its_tables(written):
    with pytest.raises(RecordingError, match=re.escape("no such TimeIntervals")):
        read_light(written(), "laser")
