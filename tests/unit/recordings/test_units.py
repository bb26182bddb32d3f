import numpy as np
import pyarrow as pa
import pytest

from minicolumn.config import UnitFilter
from minicolumn.files.tables import UNITS
from minicolumn.recordings.units import (
    count_areas,
    fast_spiking,
    select_units,
    selected_units,
)

OFF = {
    "presence_ratio_above": None,
    "isi_violations_below": None,
    "amplitude_cutoff_below": None,
}
METRIC_OF = {
    "presence_ratio_above": "presence_ratio",
    "isi_violations_below": "isi_violations",
    "amplitude_cutoff_below": "amplitude_cutoff",
}


def table(areas, **metrics):
    n = len(areas)
    rows = {
        "unit_id": range(n),
        "area": areas,
        "probe": ["probeC"] * n,
        "waveform_duration_ms": [0.5] * n,
        "spike_times_s": [[]] * n,
    }
    for name in METRIC_OF.values():
        rows[name] = metrics.get(name, [None] * n)
    return pa.table(
        {name: list(rows[name]) for name in UNITS.names}, schema=UNITS.arrow()
    )


@pytest.mark.parametrize(
    ("limit", "value", "passing"),
    [
        ("presence_ratio_above", 0.95, 0.96),
        ("isi_violations_below", 0.5, 0.49),
        ("amplitude_cutoff_below", 0.1, 0.09),
    ],
)
def test_limits_are_strict_and_what_is_missing_fails_them(limit, value, passing):
    failing = 2 * value - passing
    units = table(["VISp"] * 4, **{METRIC_OF[limit]: [passing, value, failing, None]})
    strict = UnitFilter(areas=("VISp",), **{**OFF, limit: value})
    assert select_units(units, strict).tolist() == [0]
    off = UnitFilter(areas=("VISp",), **OFF)
    assert select_units(units, off).tolist() == [0, 1, 2, 3]


def test_only_the_areas_asked_for_are_used():
    units = table(["VISl", "VISp", "CA1", "VISp"])
    assert select_units(units, UnitFilter(areas=("VISp",), **OFF)).tolist() == [1, 3]
    both = UnitFilter(areas=("VISp", "VISl"), **OFF)
    assert select_units(units, both).tolist() == [0, 1, 3]


def test_a_file_without_units_selects_none():
    strict = UnitFilter(areas=("VISp",), **{**OFF, "presence_ratio_above": 0.95})
    assert select_units(table([]), strict).dtype == np.int64
    assert select_units(table([]), strict).size == 0
    assert count_areas(table([])) == {}


def test_narrow_waveforms_are_fast_spiking_and_missing_ones_are_not():
    units = table(["VISp"] * 3)
    column = pa.array([0.39, 0.4, None], pa.float64())
    place = units.column_names.index("waveform_duration_ms")
    units = units.set_column(place, "waveform_duration_ms", column)
    assert fast_spiking(units).tolist() == [True, False, False]


def test_areas_are_counted_richest_first():
    units = table(["CA1", "VISp", "VISp", "LGd", "VISp", "LGd"])
    assert list(count_areas(units).items()) == [("VISp", 3), ("LGd", 2), ("CA1", 1)]


def test_selecting_nothing_leaves_an_empty_table_of_the_same_kind():
    table = selected_units(UNITS.arrow().empty_table(), UnitFilter(areas=("x",), **OFF))
    assert table.schema == UNITS.arrow()
    assert table.num_rows == 0
