"""Columns of tables as arrays: undefined is NaN, and text is text."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def columns(table: pa.Table, names: Sequence[str]) -> NDArray[np.float64]:
    """Return columns of numbers side by side, (rows, columns); null becomes NaN."""
    return np.column_stack([table[name].to_numpy() for name in names]).astype(float)


def strings(table: pa.Table, name: str) -> NDArray[np.str_]:
    """Return a column of text, (rows,)."""
    return np.asarray(table[name].to_pylist(), dtype=np.str_)


def mean_of_defined(
    values: NDArray[np.float64], axis: int = 0, where: Any = True
) -> NDArray[np.float64]:
    """Return the mean of what is defined along an axis; NaN where nothing is."""
    defined = np.isfinite(values) & where
    n = defined.sum(axis=axis)
    total = np.where(defined, values, 0.0).sum(axis=axis)
    return np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)


def rows_where(table: pa.Table, **equal: Any) -> pa.Table:
    """Return the rows whose columns equal the values given."""
    keep = np.ones(table.num_rows, dtype=bool)
    for name, value in equal.items():
        keep &= np.asarray(table[name].to_pylist(), dtype=object) == value
    return table.filter(pa.array(keep, pa.bool_()))
