"""As many epochs of one state as of the other.

Mice rest and run in long stretches: without balance, one state may have ten times as
many epochs as the other, from another hour of the session.
"""

from collections.abc import Sequence

import numpy as np

from minicolumn.config.recordings import Balance
from minicolumn.recordings.epochs import Epoch
from minicolumn.states import STATES


def balanced(
    epochs: Sequence[Epoch], how: Balance, rng: np.random.Generator
) -> list[Epoch]:
    """Return equally many epochs of each state, in order of time.

    Parameters
    ----------
    epochs
        All epochs that were found.
    how
        ``none`` keeps all epochs. ``random`` draws from the state that has more.
        ``nearest`` keeps, for each epoch of the scarcer state in order of time, the
        epoch of the other state that is nearest in time and not yet taken, so that slow
        drift affects both states alike.
    rng
        For ``random``.
    """
    if how == "none":
        return list(epochs)
    few, many = sorted(
        ([e for e in epochs if e.state == state] for state in STATES), key=len
    )
    kept = _drawn(many, len(few), rng) if how == "random" else _nearest(many, few)
    return sorted([*few, *kept], key=lambda epoch: epoch.start_s)


def _drawn(many: Sequence[Epoch], n: int, rng: np.random.Generator) -> list[Epoch]:
    return [many[i] for i in rng.choice(len(many), n, replace=False)]


def _nearest(many: Sequence[Epoch], few: Sequence[Epoch]) -> list[Epoch]:
    left = list(many)
    kept = []
    for epoch in few:
        gaps_s = [abs(other.start_s - epoch.start_s) for other in left]
        kept.append(left.pop(int(np.argmin(gaps_s))))
    return kept
