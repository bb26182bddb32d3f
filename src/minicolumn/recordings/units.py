"""Which sorted units of a session are used."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.config import UnitFilter

FAST_BELOW_MS = 0.4


def select_units(units: pa.Table, unit_filter: UnitFilter) -> NDArray[np.int64]:
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
    passes = np.isin(units["area"].to_numpy(), unit_filter.areas)
    if unit_filter.presence_ratio_above is not None:
        passes &= _metric(units, "presence_ratio") > unit_filter.presence_ratio_above
    if unit_filter.isi_violations_below is not None:
        passes &= _metric(units, "isi_violations") < unit_filter.isi_violations_below
    if unit_filter.amplitude_cutoff_below is not None:
        cutoff = _metric(units, "amplitude_cutoff")
        passes &= cutoff < unit_filter.amplitude_cutoff_below
    return np.flatnonzero(passes)


def selected_units(units: pa.Table, unit_filter: UnitFilter) -> pa.Table:
    """Return the units that `select_units` selects, as a table that may be empty."""
    return units.take(pa.array(select_units(units, unit_filter), pa.int64()))


def fast_spiking(units: pa.Table) -> NDArray[np.bool_]:
    """Return which units have the narrow waveform of fast-spiking interneurons.

    The usual limit is about 0.4 ms from trough to peak. Units whose duration is missing
    are not counted among them.
    """
    return units["waveform_duration_ms"].to_numpy() < FAST_BELOW_MS


def _metric(units: pa.Table, name: str) -> NDArray[np.float64]:
    """Return a metric; null becomes NaN, which fails every comparison."""
    return units[name].to_numpy()


def count_areas(units: pa.Table) -> dict[str, int]:
    """Return how many units each area has, the area with most units first."""
    areas, counts = np.unique(units["area"].to_pylist(), return_counts=True)
    by_count = sorted(zip(counts.tolist(), areas.tolist(), strict=True), reverse=True)
    return {area: count for count, area in by_count}
