"""Which circuits train, say when to stop, calibrate, and which only scores may see."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from minicolumn.errors import ConfigError
from minicolumn.keys import Stream, generator

Split = Literal["train", "validation", "calibration", "test"]

_MOST_CIRCUITS = 100_000  # a search beyond it would serve nobody


@dataclass(frozen=True)
class SplitRule:
    """Which split each circuit belongs to, whatever other circuits there are.

    Examples
    --------
    >>> rule = SplitRule(1, 0.10, 0.10, 0.15)
    >>> [rule.split_of(circuit) for circuit in range(4)]
    ['train', 'train', 'train', 'test']
    """

    seed: int
    validation_fraction: float
    calibration_fraction: float
    test_fraction: float

    def split_of(self, circuit_id: int) -> Split:
        """Return the split of one circuit; it depends on seed and circuit alone."""
        draw = generator(self.seed, Stream.SPLITS, circuit_id).random()
        edge = 0.0
        for split in ("test", "validation", "calibration"):
            edge += getattr(self, f"{split}_fraction")
            if draw < edge:
                return split
        return "train"

    def members(self, circuit_id: NDArray[np.int64], split: Split) -> NDArray[np.bool_]:
        """Return which of ``circuit_id``, (rows,), belong to ``split``, (rows,)."""
        distinct, place = np.unique(circuit_id, return_inverse=True)
        belongs = [self.split_of(int(circuit)) == split for circuit in distinct]
        return np.asarray(belongs, dtype=bool)[place]


def even_folds(
    classes: NDArray[np.int64], n_folds: int, rng: np.random.Generator | None = None
) -> NDArray[np.int64]:
    """Return the fold of each mouse, every class spread evenly; ``rng`` draws who.

    Folds are of even size even where classes are smaller than their number.
    """
    dealt = []
    for name in np.unique(classes):
        members = np.flatnonzero(classes == name)
        dealt.append(members if rng is None else rng.permutation(members))
    fold = np.empty(len(classes), dtype=np.int64)
    fold[np.concatenate(dealt)] = np.arange(len(classes)) % n_folds
    return fold


def circuits_needed(rule: SplitRule) -> int:
    """Return how many circuits, numbered from 0, put at least one in every split."""
    empty = set(get_args(Split))
    for circuit_id in range(_MOST_CIRCUITS):
        empty.discard(rule.split_of(circuit_id))
        if not empty:
            return circuit_id + 1
    return _MOST_CIRCUITS


def check_splits_of(rule: SplitRule, circuits: Iterable[int]) -> None:
    """Refuse circuits of which none would be in one of the splits.

    Raises
    ------
    ConfigError
        With the splits that are empty.
    """
    met = {rule.split_of(circuit_id) for circuit_id in circuits}
    if empty := [split for split in get_args(Split) if split not in met]:
        raise ConfigError(
            f"the circuits at hand leave the {' and '.join(empty)} split of "
            f"{asdict(rule)} without a circuit: more are needed"
        )


def first_members(rule: SplitRule, split: Split, at_most: int, count: int) -> list[int]:
    """Return the first ``at_most`` of ``count`` circuits that belong to ``split``."""
    members = (c for c in range(count) if rule.split_of(c) == split)
    return list(islice(members, at_most))


def check_splits(rule: SplitRule, count: int) -> None:
    """Refuse a number of circuits that would leave a split empty.

    Raises
    ------
    ConfigError
        With the number that is enough.
    """
    needed = circuits_needed(rule)
    if count < needed:
        raise ConfigError(
            f"circuits.count={count} leaves the train, validation, calibration or test "
            f"split of {asdict(rule)} without a circuit: use circuits.count={needed} "
            "or more"
        )
