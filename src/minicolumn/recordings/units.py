"""Which sorted units of a session are used."""

from collections import Counter

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
    for metric, above, below in (
        ("presence_ratio", unit_filter.presence_ratio_above, None),
        ("isi_violations", None, unit_filter.isi_violations_below),
        ("amplitude_cutoff", None, unit_filter.amplitude_cutoff_below),
    ):
        # Null becomes NaN, which fails every comparison.
        values = units[metric].to_numpy()
        if above is not None:
            passes &= values > above
        if below is not None:
            passes &= values < below
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


def count_areas(units: pa.Table) -> dict[str, int]:
    """Return how many units each area has, the area with most units first."""
    return dict(Counter(sorted(units["area"].to_pylist(), reverse=True)).most_common())
