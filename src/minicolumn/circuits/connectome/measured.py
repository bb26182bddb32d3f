"""The measured circuit behind all circuits of a run, and the faults of its tables."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from minicolumn.circuits.connectome.tables import Tables, read
from minicolumn.circuits.v1_types.cell_types import KINDS
from minicolumn.config.connectome import Connectome
from minicolumn.errors import ConfigError

_KINDS = tuple(KINDS)
_SHOWN = 5


@dataclass(frozen=True, eq=False)
class Measured:
    """Neurons and connections of a connectome, the neurons of one type together.

    Attributes
    ----------
    kind
        Place of each neuron's type in `KINDS`, ascending, (N,).
    strength
        Of each connection over the mean of all, (N, N), presynaptic by postsynaptic.
    notes
        A sentence for all that was changed in the tables.
    """

    kind: NDArray[np.int64]
    strength: csr_array
    notes: tuple[str, ...]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Number of neurons of each type."""
        return np.bincount(self.kind, minlength=len(_KINDS))


def measured(settings: Connectome | None) -> Measured:
    """Return the measured circuit, which is read once in each process.

    Raises
    ------
    ConfigError
        If there are no tables, or they cannot be read, are no circuit, or are no longer
        those that the run was planned with.
    """
    if settings is None or settings.connections is None:
        raise ConfigError(
            "circuits.connectome.connections is null, and circuits of the family "
            "connectome are those of a table: give it"
        )
    digest = settings.digest()
    if settings.sha256 not in (None, digest):
        raise ConfigError(
            f"{_list(settings.files.values())}: not the files that "
            f"circuits.connectome.sha256={settings.sha256} is of. Start the run again "
            "if they changed, or correct the key if it is in the configuration"
        )
    return _measured(settings.model_dump_json(), digest)


def check_size(found: Measured, n: float) -> None:
    """Refuse circuits that are larger than the connectome.

    Raises
    ------
    ConfigError
        With both numbers.
    """
    if n > len(found.kind):
        raise ConfigError(
            f"prior.n_neurons.high={n:g}, and the connectome has {len(found.kind)} "
            "neurons: lower it to that number for the whole, or below for neighborhoods"
        )


@cache
def _measured(as_json: str, digest: str) -> Measured:
    """Return what files of this digest hold."""
    settings = Connectome.model_validate_json(as_json)
    rows = _alike(read(settings))
    ids, types = _neurons(rows)
    pre, post = (_places(ids, end, settings) for end in (rows.pre, rows.post))
    kind = _kinds(types, settings)
    _check_signs(rows.strength, kind[pre], ids[pre])
    order = np.argsort(kind, kind="stable")
    order = order[kind[order] >= 0]
    strength, notes = _summed(pre, post, np.abs(rows.strength), len(ids))
    if n := len(ids) - len(order):
        notes += (f"{n} neurons are of types that circuits.connectome.types omits",)
    strength = csr_array(strength[order][:, order])
    _check_circuit(kind[order], strength)
    return Measured(kind[order], strength / strength.data.mean(), notes)


def _alike(rows: Tables) -> Tables:
    """Return the rows with identities that can be compared: numbers, or else text."""
    ends = rows.pre, rows.post, rows.neuron
    if all(one.dtype.kind in "iu" for one in ends):
        return rows
    pre, post, neuron = (one.astype(str) for one in ends)
    return rows._replace(pre=pre, post=post, neuron=neuron)


def _neurons(rows: Tables) -> tuple[NDArray[Any], NDArray[np.str_]]:
    """Return all neurons in order, and the one type of each."""
    ids, first, of_row = np.unique(rows.neuron, return_index=True, return_inverse=True)
    types = rows.type[first]
    if (other := types[of_row] != rows.type).any():
        row = int(np.argmax(other))
        raise ConfigError(
            f"neuron {rows.neuron[row]} has the types {types[of_row[row]]} and "
            f"{rows.type[row]}: give each neuron one, with the sign of all its "
            "connections"
        )
    return ids, types


def _places(
    ids: NDArray[Any], ends: NDArray[Any], settings: Connectome
) -> NDArray[np.int64]:
    at = np.minimum(np.searchsorted(ids, ends), max(len(ids) - 1, 0))
    absent = np.unique(ends[ids[at] != ends] if len(ids) else ends)
    if absent.size:
        table = settings.neurons or settings.connections
        raise ConfigError(
            f"{settings.connections} connects {absent.size} neurons of which {table} "
            f"has no type, and so no sign ({_list(absent)}); it has {len(ids)}, from "
            f"{_list(ids[:1])} to {_list(ids[-1:])}: identities have to be the same in "
            "both, and count from 0 in SONATA"
        )
    return at


def _kinds(types: NDArray[np.str_], settings: Connectome) -> NDArray[np.int64]:
    """Return the place of each neuron's kind, -1 for those that are omitted."""
    names, of_neuron = np.unique(types, return_inverse=True)
    if unknown := [name for name in names.tolist() if name not in settings.types]:
        raise ConfigError(
            f"circuits.connectome.types lacks {_list(unknown)}: say which neuron each "
            f"is ({', '.join(_KINDS)}), or null to omit neurons of that type"
        )
    chosen = (settings.types[name] for name in names.tolist())
    place = [-1 if kind is None else _KINDS.index(kind) for kind in chosen]
    return np.array(place, np.int64)[of_neuron]


def _check_signs(
    strength: NDArray[np.float64], kind: NDArray[np.int64], pre: NDArray[Any]
) -> None:
    wrong = pre[(strength < 0) & (kind == 0)]
    if wrong.size:
        raise ConfigError(
            f"neuron {wrong[0]} is excitatory by its type, and {wrong.size} rows "
            "of such neurons have negative strengths: correct types or strengths"
        )


def _summed(
    pre: NDArray[np.int64],
    post: NDArray[np.int64],
    strength: NDArray[np.float64],
    n: int,
) -> tuple[csr_array, tuple[str, ...]]:
    """Return one strength for each pair of neurons, and what that changed."""
    others = pre != post
    summed = csr_array((strength[others], (pre[others], post[others])), shape=(n, n))
    summed.sum_duplicates()
    n_rows, n_pairs = int(others.sum()), summed.nnz
    said = {
        f"{len(pre) - n_rows} autapses are dropped": n_rows < len(pre),
        f"{n_rows:,} rows are summed to {n_pairs:,} connections": n_pairs < n_rows,
    }
    summed.eliminate_zeros()
    return summed, tuple(note for note, holds in said.items() if holds)


def _check_circuit(kind: NDArray[np.int64], strength: csr_array) -> None:
    for name, n in (
        ("excitatory", (kind == 0).sum()),
        ("inhibitory", (kind > 0).sum()),
    ):
        if n == 0:
            raise ConfigError(
                f"the connectome has no {name} neurons: correct "
                "circuits.connectome.types, which says the sign of each type"
            )
    if strength.nnz == 0:
        raise ConfigError(
            "the connectome has no connection between two neurons: correct the table "
            "or circuits.connectome.columns.strength"
        )


def _list(values: Any) -> str:
    shown = [str(one) for one in values]
    return ", ".join(shown[:_SHOWN]) + (", ..." if len(shown) > _SHOWN else "")
