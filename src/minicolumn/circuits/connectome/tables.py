"""Reading who connects to whom, and of which type each neuron is, from tables.

A table is CSV or Parquet; HDF5 is SONATA and read by `sonata`.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet
from numpy.typing import NDArray

from minicolumn.circuits.connectome import sonata
from minicolumn.config.connectome import Connectome
from minicolumn.errors import ConfigError

PLUS, MINUS = "+", "-"
"""Types of neurons that are known by the signs of their strengths alone."""


class Tables(NamedTuple):
    """What the files say: rows of connections, and rows of neurons."""

    pre: NDArray[Any]
    post: NDArray[Any]
    strength: NDArray[np.float64]
    neuron: NDArray[Any]
    type: NDArray[np.str_]


def read(settings: Connectome) -> Tables:
    """Return the rows of connections and of neurons.

    Without a table of neurons, types are those in the table of connections, or the
    signs of its strengths.

    Raises
    ------
    ConfigError
        If a file cannot be read, or lacks a column or a value.
    """
    path, names = settings.files["connections"], settings.columns
    if path.suffix == ".h5":
        pre, post, strength = sonata.connections(path, settings)
        return Tables(pre, post, strength, *_neurons(settings))
    wanted = names.pre, names.post, names.strength, names.pre_type, names.post_type
    columns = columns_of(path, [name for name in wanted if name])
    pre, post = columns[names.pre], columns[names.post]
    strength = np.ones(len(pre))
    if names.strength:
        strength = sonata.as_numbers(columns[names.strength], names.strength, path)
    if settings.neurons:
        return Tables(pre, post, strength, *_neurons(settings))
    if not (names.pre_type or names.post_type):
        signs = np.where(strength < 0, MINUS, PLUS)
        return Tables(pre, post, strength, pre, signs)
    ends = [(pre, names.pre_type), (post, names.post_type)]
    typed = [(ids, columns[name].astype(str)) for ids, name in ends if name]
    neuron, kind = (np.concatenate(parts) for parts in zip(*typed, strict=True))
    return Tables(pre, post, strength, neuron, kind)


def _neurons(settings: Connectome) -> tuple[NDArray[Any], NDArray[np.str_]]:
    if settings.neurons is None:
        raise ConfigError(
            f"{settings.connections} is SONATA, whose edges have no types of neurons: "
            "give its nodes as circuits.connectome.neurons"
        )
    if settings.neurons.suffix == ".h5":
        return sonata.neurons(settings.neurons, settings)
    names = settings.columns
    columns = columns_of(settings.neurons, [names.neuron, names.type])
    return columns[names.neuron], columns[names.type].astype(str)


def columns_of(path: Path, names: Collection[str]) -> dict[str, NDArray[Any]]:
    """Return columns of a table in a file, none of them with missing values.

    Raises
    ------
    ConfigError
        As for `read`.
    """
    try:
        parquet = path.suffix == ".parquet"
        table = (pa_parquet.read_table if parquet else pa_csv.read_csv)(str(path))
    except (pa.ArrowException, OSError) as error:
        raise ConfigError(f"{path} cannot be read as a table: {error}") from None
    if absent := sorted(set(names) - set(table.column_names)):
        raise ConfigError(
            f"{path} has no column {', '.join(absent)}, only "
            f"{', '.join(table.column_names)}: correct circuits.connectome.columns"
        )
    for name in names:
        if n := table[name].null_count:
            raise ConfigError(f"{path} has {n} rows without {name}: complete them")
    return {name: table[name].to_numpy() for name in names}
