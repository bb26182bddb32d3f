"""How well the changes of an answer are those of a reference circuit."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.perturbation.effects import Answer, scored_neurons
from minicolumn.perturbation.perturbations import Perturbation
from minicolumn.perturbation.references import Reference
from minicolumn.perturbation.variants import LIGHT, OPTOGENETIC

Floats = NDArray[np.float64]

MANIPULATIONS = {OPTOGENETIC: LIGHT, **{one: (one,) for one in (*LIGHT, *MECHANISMS)}}
LEAST_MEMBERS = 3
"""Of a group, for a correlation within it."""


def scores(
    reference: Reference, every: Sequence[Perturbation], answer: Answer
) -> Iterator[dict[str, Any]]:
    """Yield `variants.SCORES` of an answer in each manipulation.

    Scored are recorded neurons that receive no light, and "go" where no neuron of the
    readout does. A score that is undefined is None, such as any of an answer that says
    nothing, or the correlation of one that is the same for all neurons.
    """
    truth = Answer.of(reference.counts[0], reference)
    off = np.abs(truth.go_change - answer.go_change)
    for manipulation, parts in MANIPULATIONS.items():
        among = [at for at, one in enumerate(every) if one.manipulation in parts]
        masks = [scored_neurons(reference, every[at]) for at in among]
        changes = [
            _Changes(truth.change_hz[at][mask], answer.change_hz[at][mask], groups)
            for at, mask in zip(among, masks, strict=True)
            for groups in [[one[mask] for one in reference.neurons.groups(mask)]]
        ]
        readout = reference.neurons.readout
        apart = [at for at in among if not (every[at].lit & readout).any()]
        yield {
            "manipulation": manipulation,
            "n_changes": sum(one.true.size for one in changes),
            **_of_changes(changes),
            "go_error": _defined(off[apart].mean()) if apart else None,
        }


class _Changes(NamedTuple):
    """Changes of scored neurons under one perturbation, and who is in which group."""

    true: Floats
    said: Floats
    groups: list[NDArray[np.bool_]]


def _of_changes(changes: list[_Changes]) -> dict[str, float | None]:
    true, said = (np.concatenate(one) for one in list(zip(*changes, strict=True))[:2])
    means = [
        np.array([x[members].mean() for x, own in values for members in own])
        for values in (
            [(one.true, one.groups) for one in changes],
            [(one.said, one.groups) for one in changes],
        )
    ]
    found = {
        "skill": skill(true, said),
        "scaled_skill": scaled_skill(true, said),
        "sign": sign(true, said),
        "group_skill": skill(*means),
        "within_correlation": _within(changes),
    }
    return found if np.isfinite(said).all() else dict.fromkeys(found)


def skill(true: Floats, said: Floats) -> float | None:
    """Return 1 less the squared error over that of no change.

    Examples
    --------
    >>> skill(np.array([1.0, -2.0]), np.array([1.0, -2.0]))
    1.0
    >>> skill(np.array([1.0, -2.0]), np.zeros(2))
    0.0
    """
    return _ratio(1.0, -_dot(true - said, true - said), _dot(true, true))


def scaled_skill(true: Floats, said: Floats) -> float | None:
    """Return the skill of an answer times the one factor that suits it best."""
    squares = _dot(true, true) * _dot(said, said)
    return _ratio(0.0, _dot(true, said) ** 2, squares)


def sign(true: Floats, said: Floats) -> float | None:
    """Return the share of all change that has the right sign.

    Examples
    --------
    >>> sign(np.array([3.0, -1.0]), np.array([0.1, 5.0]))
    0.75
    """
    right = np.abs(true)[np.sign(true) == np.sign(said)].sum()
    return _ratio(0.0, right, np.abs(true).sum()) if said.any() else None


def _dot(one: Floats, other: Floats) -> float:
    return float(np.dot(one, other))


def _ratio(start: float, numerator: float, denominator: float) -> float | None:
    return float(start + numerator / denominator) if denominator > 0 else None


def _defined(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _within(changes: list[_Changes]) -> float | None:
    return _mean([r for one in changes for r in _of_groups(*one)])


def mean_within(
    true: Floats, said: Floats, groups: list[NDArray[np.bool_]]
) -> float | None:
    """Return the mean correlation over neurons of one area and type."""
    return _mean(_of_groups(true, said, groups))


def _mean(found: list[float]) -> float | None:
    return float(np.mean(found)) if found else None


def correlation(true: Floats, said: Floats) -> float | None:
    """Return the correlation; None if one is the same for all.

    Examples
    --------
    >>> correlation(np.array([1.0, 2.0]), np.array([1.0, 1.0])) is None
    True
    """
    flat = min(np.ptp(true), np.ptp(said)) == 0
    return None if flat else float(np.corrcoef(true, said)[0, 1])


def _of_groups(
    true: Floats, said: Floats, groups: list[NDArray[np.bool_]]
) -> list[float]:
    found = (
        correlation(true[members], said[members])
        for members in groups
        if members.sum() >= LEAST_MEMBERS
    )
    return [r for r in found if r is not None]
