"""What a target is expected to do in another condition: selector x forward model.

One function serves the method and every control, recorded sessions and held-out mice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minicolumn.keys import Stream, generator
from minicolumn.prediction.forward import Forward
from minicolumn.prediction.push_forward import ChangeDistribution, push_forward
from minicolumn.prediction.selectors import Selector
from minicolumn.prediction.targets import Target
from minicolumn.statistics.names import STATISTIC_NAMES


@dataclass(frozen=True, eq=False)
class Prediction:
    """What one target is expected to do, and who says so."""

    target: Target
    selector: str
    forward: str
    training_set: str
    change: ChangeDistribution

    def rows(self, scale: NDArray[np.float64]) -> list[dict[str, Any]]:
        """Return the rows of the table `tables.PREDICTIONS`, undefined ones included.

        ``scale`` is the SD of the simulated change of each statistic, (11,).
        """
        key = {
            "target_id": self.target.identity,
            "target": self.target.kind,
            "compared": self.target.compared,
            "selector": self.selector,
            "forward": self.forward,
            "training_set": self.training_set,
        }
        numbers = ("predicted", "p_up", "low", "high")
        values = {name: getattr(self.change, name) for name in numbers}
        values |= {"observed": self.target.observed.change, "scale": scale}
        return [
            key | {"statistic": name} | {n: float(v[i]) for n, v in values.items()}
            for i, name in enumerate(STATISTIC_NAMES)
        ]


def predict(
    targets: Iterable[Target], selector: Selector, forward: Forward, seed: int
) -> Iterator[Prediction]:
    """Predict every target that the forward model's mechanism may concern.

    What is drawn follows from ``seed`` and the target, not from other targets.
    """
    for target in targets:
        if forward.mechanism not in target.mechanisms:
            continue
        rng = generator(seed, Stream.PREDICTIONS, target.identity)
        chosen = selector.select(target, forward.mechanism, rng)
        changes = forward.change(chosen, target)
        yield Prediction(
            target,
            selector.name,
            forward.name,
            forward.training_set,
            push_forward(changes, selector.center, forward.residuals, rng),
        )
