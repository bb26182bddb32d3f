"""Selectors say which circuits a target could be.

Another one is a class with the members of `Selector`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import mean_of_defined
from minicolumn.config.base import Between
from minicolumn.inference.circuits.nearest import nearest
from minicolumn.inference.circuits.posterior import CircuitPosterior
from minicolumn.inference.circuits.samples import sampled
from minicolumn.prediction.bank import Bank
from minicolumn.prediction.combinations import NEAREST, POSTERIOR, PRIOR
from minicolumn.prediction.push_forward import Center, median_change
from minicolumn.prediction.targets import Target
from minicolumn.surrogates.rows import LEVEL

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Selected:
    """Circuits that a target could be, and their ACh levels in both states.

    Attributes
    ----------
    circuits
        A column for each parameter, in original units, and one row per circuit.
    rest, running
        Levels at rest and while running, (circuits,).
    rows
        Which circuits of the bank they are, (circuits,); None if they are in no bank.
    """

    circuits: pa.Table
    rest: Floats
    running: Floats
    rows: NDArray[np.intp] | None = None

    @classmethod
    def of_bank(cls, bank: Bank, rows: NDArray[np.intp]) -> "Selected":
        """Return circuits of a bank, at the levels of the states."""
        rest, running = (
            np.full(len(rows), level)
            for level in (bank.states.stationary, bank.states.running)
        )
        return cls(bank.circuits.take(rows), rest, running, rows)


class Selector(Protocol):
    """Says which circuits a target could be, from its conditioning epochs alone.

    Its ``name`` is one of those in `combinations`.
    """

    @property
    def name(self) -> str:
        """What predictions call it."""
        ...

    @property
    def center(self) -> Center:
        """What is predicted, (11,), of the changes of its circuits, (circuits, 11)."""
        ...

    def select(
        self, target: Target, mechanism: str, rng: np.random.Generator
    ) -> Selected:
        """Return the circuits under one mechanism; ``rng`` draws what is not known."""
        ...


@dataclass(frozen=True, eq=False)
class Prior:
    """All training circuits, whatever the target is; their mean, as published."""

    bank: Bank
    name: str = PRIOR
    center: Center = mean_of_defined

    def select(
        self, target: Target, mechanism: str, rng: np.random.Generator
    ) -> Selected:
        """Return the same object for every target."""
        return self._all

    @cached_property
    def _all(self) -> Selected:
        return Selected.of_bank(self.bank, np.arange(self.bank.circuits.num_rows))


@dataclass(frozen=True, eq=False)
class Nearest:
    """The ``count`` training circuits whose simulations at rest are most like it.

    Distances are in units of ``scale``, the SD of each simulated statistic, (11,).
    """

    bank: Bank
    scale: Floats
    count: int
    name: str = NEAREST
    center: Center = mean_of_defined

    def select(
        self, target: Target, mechanism: str, rng: np.random.Generator
    ) -> Selected:
        """Return the nearest circuits, by the target's conditioning epochs."""
        at_rest = target.observed.conditioning
        stationary = self.bank.simulated[mechanism].stationary
        rows = nearest(stationary, at_rest, self.scale, self.count)
        return Selected.of_bank(self.bank, rows)


@dataclass(frozen=True, eq=False)
class Posterior:
    """Samples of an amortized posterior: circuits and levels at rest.

    The ``rise`` of the level while running is not known either, and drawn from its
    range. ``draws`` says how many samples there are; they follow from ``seed``.
    """

    posterior: CircuitPosterior
    draws: int
    seed: int
    rise: Between
    name: str = POSTERIOR
    center: Center = median_change
    _drawn: dict[int, Mapping[str, Floats]] = field(default_factory=dict, repr=False)

    def select(
        self, target: Target, mechanism: str, rng: np.random.Generator
    ) -> Selected:
        """Return samples given the target's conditioning epochs, drawn once for all."""
        if target.identity not in self._drawn:
            self._drawn[target.identity] = sampled(
                self.posterior, target.session, target.mechanisms, self.draws, self.seed
            )
        inputs = self._drawn[target.identity][mechanism]
        rise = rng.uniform(self.rise.low, self.rise.high, len(inputs))
        names = self.posterior.prior.ranges
        circuits = pa.table(dict(zip(names, inputs.T, strict=True)))
        return Selected(circuits, inputs[:, LEVEL], inputs[:, LEVEL] + rise)
