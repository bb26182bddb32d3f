"""Which sorted units of a session are used."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.recordings.recording import METRICS

if TYPE_CHECKING:  # not in AllenSDK's environment
    from minicolumn.config import UnitFilter

FAST_BELOW_MS = 0.4


def select_units(units: pa.Table, unit_filter: "UnitFilter") -> NDArray[np.int64]:
    """Return the rows of the units that pass, ascending.

    Every comparison is strict. A unit whose metric is missing is dropped if there is a
    limit on that metric. A limit of None is not applied.

    Parameters
    ----------
    units
        A `minicolumn.files.tables.UNITS` table.
    unit_filter
        Areas, and limits on the quality metrics.
    """
    # Null becomes NaN, which fails every comparison.
    columns = {name: units[name].to_numpy() for name in ("area", *METRICS)}
    return np.flatnonzero(passing(columns, unit_filter.model_dump()))


def passing(
    units: Mapping[str, Any], unit_filter: Mapping[str, Any]
) -> NDArray[np.bool_]:
    """Return which units pass; columns and filter are plain, as in every environment.

    Parameters
    ----------
    units
        Columns of a `minicolumn.files.tables.UNITS` table, of equal length.
    unit_filter
        The fields of `minicolumn.config.UnitFilter`.
    """
    passes = np.isin(units["area"], unit_filter["areas"])
    for metric in METRICS:
        values = np.asarray(units[metric], dtype=float)
        if (above := unit_filter.get(f"{metric}_above")) is not None:
            passes &= values > above
        if (below := unit_filter.get(f"{metric}_below")) is not None:
            passes &= values < below
    return passes


def selected_units(units: pa.Table, unit_filter: "UnitFilter") -> pa.Table:
    """Return the units that `select_units` selects, as a table that may be empty."""
    return units.take(pa.array(select_units(units, unit_filter), pa.int64()))


def fast_spiking(units: pa.Table) -> NDArray[np.bool_]:
    """Return which units have the narrow waveform of fast-spiking interneurons.

    The usual limit is about 0.4 ms from trough to peak. Units whose duration is missing
    are not counted among them.
    """
    return units["waveform_duration_ms"].to_numpy() < FAST_BELOW_MS


def count_areas(units: pa.Table) -> dict[str, int]:
    """Return how many units each area has, the area with most units first."""
    return dict(Counter(sorted(units["area"].to_pylist(), reverse=True)).most_common())
