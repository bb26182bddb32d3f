"""Reading nodes and edges of SONATA files.

The format is that of the SONATA developer guide (github.com/AllenInstitute/sonata; Dai
et al. 2020, PLoS Comput Biol 16:e1007696). An attribute of a node is in its group or,
for all nodes of a type, in the file of node types; one of an edge is in its group.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from minicolumn.config.connectome import Connectome
from minicolumn.errors import ConfigError


def connections(
    path: Path, settings: Connectome
) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float64]]:
    """Return source, target and strength of each edge within the population.

    Raises
    ------
    ConfigError
        If the file is not SONATA, or has no such attribute, or several populations.
    """
    with _opened(path, "edges") as populations:
        within = {
            name: group
            for name, group in populations.items()
            if _is_within(group, settings.population)
        }
        edges = _only(within, path, None)
        source, target = edges["source_node_id"][:], edges["target_node_id"][:]
        attribute = settings.columns.strength
        if attribute is None:
            return source, target, np.ones(len(source))
        values = _of_groups(edges, "edge", attribute, path)
    return source, target, as_numbers(values, attribute, path)


def neurons(path: Path, settings: Connectome) -> tuple[NDArray[Any], NDArray[np.str_]]:
    """Return identity and type of each node of the population.

    Raises
    ------
    ConfigError
        As for `connections`.
    """
    attribute = settings.columns.type
    with _opened(path, "nodes") as populations:
        nodes = _only(dict(populations), path, settings.population)
        n = len(nodes["node_type_id"])
        ids = nodes["node_id"][:] if "node_id" in nodes else np.arange(n)
        if settings.node_types and attribute not in nodes.get("0", ()):
            known = _node_types(settings.node_types, attribute)
            numbers = nodes["node_type_id"][:].tolist()
            if absent := sorted(set(numbers) - known.keys()):
                raise ConfigError(
                    f"{settings.node_types} lacks the node types {absent} of {path}"
                )
            return ids, np.array([known[number] for number in numbers])
        return ids, _of_groups(nodes, "node", attribute, path).astype(str)


def as_numbers(values: NDArray[Any], name: str, path: Path) -> NDArray[np.float64]:
    """Return values as finite numbers.

    Raises
    ------
    ConfigError
        If one is not.
    """
    try:
        numbers = values.astype(np.float64)
    except ValueError:
        numbers = np.array([np.nan])
    if not np.isfinite(numbers).all():
        raise ConfigError(f"{path}: {name} is not a finite number in every row")
    return numbers


@contextmanager
def _opened(path: Path, part: str) -> Iterator[Any]:
    try:
        with h5py.File(path) as file:
            yield file[part]
    except (KeyError, OSError) as error:
        raise ConfigError(f"{path} cannot be read as SONATA {part}: {error}") from None


def _is_within(edges: Any, population: str | None) -> bool:
    ends = {
        str(np.asarray(edges[f"{end}_node_id"].attrs["node_population"]).astype(str))
        for end in ("source", "target")
    }
    return len(ends) == 1 if population is None else ends == {population}


def _only(populations: dict[str, Any], path: Path, wanted: str | None) -> Any:
    if wanted in populations:
        return populations[wanted]
    if wanted or len(populations) != 1:
        raise ConfigError(
            f"{path} has the populations {', '.join(populations) or 'none that fits'}: "
            "name that of the neurons as circuits.connectome.population"
        )
    return next(iter(populations.values()))


def _of_groups(population: Any, kind: str, attribute: str, path: Path) -> NDArray[Any]:
    """Return an attribute of each member of a population, whichever its group."""
    group_of = population[f"{kind}_group_id"][:]
    place = population[f"{kind}_group_index"][:]
    found = {int(one): population[str(one)] for one in np.unique(group_of)}
    if any(attribute not in group for group in found.values()):
        known = sorted({name for group in found.values() for name in group})
        raise ConfigError(
            f"{path} has no attribute {attribute} of every {kind}, only "
            f"{', '.join(known) or 'none'}: correct circuits.connectome.columns"
        )
    parts = {one: _attribute(group, attribute) for one, group in found.items()}
    kinds = [part.dtype for part in parts.values()]
    values = np.empty(len(place), np.result_type(*kinds) if kinds else float)
    for one, part in parts.items():
        members = group_of == one
        values[members] = part[place[members]]
    return values


def _attribute(group: Any, name: str) -> NDArray[Any]:
    """Return an attribute of a group; one of few strings is kept as their places."""
    stored = group[name]
    values = stored[:]
    if "@library" in group and name in group["@library"]:
        return group["@library"][name].asstr()[:][values]
    return stored.asstr()[:] if values.dtype.kind in "OS" else values


def _node_types(path: Path, attribute: str) -> dict[int, str]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=" "))
    if not rows or not {attribute, "node_type_id"} <= rows[0].keys():
        raise ConfigError(
            f"{path} has no columns node_type_id and {attribute}, separated by spaces: "
            "correct circuits.connectome.columns.type"
        )
    return {int(row["node_type_id"]): row[attribute] for row in rows}
