"""More circuits to start from, simulated without acetylcholine alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import Physics, Statistics
from minicolumn.files.store import table_of
from minicolumn.files.tables import SIMULATIONS
from minicolumn.learning.splits import SplitRule
from minicolumn.simulation.shard import simulate_shard
from minicolumn.statistics.windows import describe_parts

WITHOUT = 0.0
"""The level of acetylcholine."""


def resting_circuits(
    circuit_ids: Iterable[int], rule: SplitRule, physics: Physics
) -> list[dict[str, float]]:
    """Return rows of `tables.CIRCUITS`: those of ``circuit_ids`` that may train.

    No other may be started from, so none is simulated.
    """
    train = [one for one in circuit_ids if rule.split_of(one) == "train"]
    return parameter_rows(physics.prior, physics.seed, train)


def describe_resting(
    circuits: Sequence[Mapping[str, float]],
    physics: Physics,
    matching: Statistics,
    n_processes: int = 1,
) -> Iterator[dict[str, list[Any]]]:
    """Yield columns of `tables.SIMULATED_STATISTICS`: one window of each circuit.

    Each is what it would be in the simulations of a run, where all mechanisms share it.
    """
    ach = physics.acetylcholine.model_copy(update={"levels": (WITHOUT,)})
    alone = physics.model_copy(update={"acetylcholine": ach})
    parts = simulate_shard(circuits, MECHANISMS[0], alone)
    simulations = (table_of(part, SIMULATIONS) for part in parts)
    return describe_parts(simulations, matching, physics.seed, n_processes)
