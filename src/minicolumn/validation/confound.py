"""What is called a change of coordination where only rates change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.inference.mechanism.cohorts import draw_cohorts
from minicolumn.keys import Stream, generator
from minicolumn.scoring.rate_matching import mean_change
from minicolumn.statistics.names import MATCHED_NAMES, raw_name

# Spikes lost at random change rates and nothing else; less drive changes rates through
# the circuit. The first group shows what chance does, the last what there is to find.
GROUPS = ("nothing_changes", "lost_spikes", "less_drive", "synaptic")


@dataclass(frozen=True)
class Called:
    """Share of cohorts in which a statistic is called changed, and at matched rates."""

    raw: float
    matched: float


def shares_called(
    fresh: Mapping[str, pa.Table], size: int, n_cohorts: int, seed: int
) -> dict[str, dict[str, Called]]:
    """Return the share of cohorts in which a statistic is called changed.

    Parameters
    ----------
    fresh
        Tables of the kind `tables.COHORT`, by group.
    size, n_cohorts
        Mice in a cohort, and cohorts drawn from each group.
    seed
        Draws them.

    Returns
    -------
    dict
        By group of `GROUPS` and statistic. A change is called when its interval over
        mice leaves out zero; the intervals of all statistics of one version hold
        together with 95 %.
    """
    rng = generator(seed, Stream.CONFOUNDED_COHORTS, size)
    return {
        group: _of_group(_changes(fresh[group]), size, n_cohorts, rng)
        for group in GROUPS
    }


def _of_group(
    changes: Mapping[str, NDArray[np.float64]],
    size: int,
    n_cohorts: int,
    rng: np.random.Generator,
) -> dict[str, Called]:
    everyone = [np.arange(len(next(iter(changes.values()))))]
    (cohorts,) = draw_cohorts(everyone, size, n_cohorts, rng)

    def called(name: str) -> float:
        found = (mean_change(changes[name][c], len(MATCHED_NAMES)) for c in cohorts)
        return float(np.mean([one is not None and one.sign != 0 for one in found]))

    return {
        raw_name(name): Called(called(raw_name(name)), called(name))
        for name in MATCHED_NAMES
    }


def _changes(table: pa.Table) -> dict[str, NDArray[np.float64]]:
    """Return each mouse's change of the mean over epochs from rest to running."""
    names = [*MATCHED_NAMES, *map(raw_name, MATCHED_NAMES)]
    frame = table.select(["circuit_id", "state", *names]).to_pandas()
    mean = frame.groupby(["state", "circuit_id"]).mean()
    change: Any = mean.loc["running"] - mean.loc["stationary"]
    return {name: change[name].to_numpy() for name in names}
