"""Reference circuits: one area of a family of circuits, or two that are joined."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag

from minicolumn.circuits.circuit import Circuit, build_circuits
from minicolumn.config import Physics
from minicolumn.config.perturbation import Projection, References
from minicolumn.keys import Stream, generator, reference_circuits
from minicolumn.perturbation.neurons import Neurons
from minicolumn.perturbation.variants import COUPLINGS, ONE_AREA


def reference_circuit(
    name: str, settings: References, physics: Physics
) -> tuple[Circuit, Neurons]:
    """Return the reference circuit of a name such as ``feedback-0``, and its neurons.

    Each area is a circuit of the family with the same parameters and its own wiring.
    Excitatory neurons of an area project to all neurons of the other one, with weights
    drawn from those within the target's area.
    """
    coupling, _, number = name.partition("-")
    ids = reference_circuits(COUPLINGS.index(coupling), int(number))
    ids = ids[: 1 if coupling == ONE_AREA else 2]
    parts = build_circuits(
        ({"circuit_id": one, **settings.area} for one in ids), physics
    )
    rng = generator(physics.seed, Stream.BETWEEN_AREAS, ids[0])
    weights_uS = np.asarray(block_diag(*(part.weights_uS for part in parts)))
    if coupling != ONE_AREA:
        _project(weights_uS, parts, (0, 1), settings.forward, rng)
    if coupling == "feedback":
        _project(weights_uS, parts, (1, 0), settings.backward, rng)
    return _joined(parts, weights_uS), _neurons(parts, settings, rng)


def _project(
    weights_uS: NDArray[np.float64],
    parts: Sequence[Circuit],
    between: tuple[int, int],
    how: Projection,
    rng: np.random.Generator,
) -> None:
    """Connect the excitatory neurons of one area with another, in place."""
    first = np.cumsum([0, *(part.n for part in parts)])
    source, target = between
    own = parts[target].weights_uS
    n_exc = parts[source].n_exc
    for start, stop in ((0, parts[target].n_exc), (parts[target].n_exc, own.shape[0])):
        within = own[: parts[target].n_exc, start:stop]
        shape = n_exc, stop - start
        drawn = rng.choice(within[within > 0], shape)
        connected = rng.random(shape) < how.probability
        rows = slice(first[source], first[source] + n_exc)
        columns = slice(first[target] + start, first[target] + stop)
        weights_uS[rows, columns] = connected * how.factor * drawn


def _order(parts: Sequence[Circuit]) -> NDArray[np.intp]:
    """Return the neurons of all areas by type, as a circuit has them."""
    return np.argsort(np.concatenate([*map(_kind, parts)]), kind="stable")


def _kind(part: Circuit) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(part.sizes)), part.sizes)


def _joined(parts: Sequence[Circuit], weights_uS: NDArray[np.float64]) -> Circuit:
    """Return one circuit; what is one number per circuit is that of the first part."""
    order, first = _order(parts), parts[0]
    each: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])[order]
        for name, value in vars(first).items()
        if isinstance(value, np.ndarray) and name != "weights_uS"
    }
    sizes = np.sum([part.sizes for part in parts], axis=0)
    return replace(
        first,
        **each,
        sizes=tuple(map(int, sizes)),
        weights_uS=weights_uS[np.ix_(order, order)],
    )


def _neurons(
    parts: Sequence[Circuit], settings: References, rng: np.random.Generator
) -> Neurons:
    """Return who is who; of each area and type the same share is recorded."""
    order = _order(parts)
    area = np.repeat(np.arange(len(parts)), [part.n for part in parts])[order]
    kind = np.concatenate([*map(_kind, parts)])[order]
    recorded = np.zeros(area.size, bool)
    for members in Neurons(area, kind, recorded).groups():
        n = max(1, round(settings.recorded_fraction * members.sum()))
        recorded[rng.choice(np.flatnonzero(members), n, replace=False)] = True
    return Neurons(area, kind, recorded)
