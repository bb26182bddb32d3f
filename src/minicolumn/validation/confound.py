"""What is called a change of coordination where only rates change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.inference.mechanism.cohorts import draw_cohorts
from minicolumn.keys import Stream, generator
from minicolumn.scoring.rate_matching import BOTH_VERSIONS, mean_change
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

    It is by group of `GROUPS` and statistic. A change is called when its interval over
    the ``size`` mice of a cohort leaves out zero; the intervals of all statistics of
    one version hold together with 95 %. Tables are of the kind `tables.COHORT`.
    """
    rng = generator(seed, Stream.CONFOUNDED_COHORTS, size)
    shares = {}
    for group in GROUPS:
        columns = fresh[group].select(["circuit_id", "state", *BOTH_VERSIONS])
        mean = columns.to_pandas().groupby(["state", "circuit_id"]).mean()
        change: Any = mean.loc["running"] - mean.loc["stationary"]
        (cohorts,) = draw_cohorts([np.arange(len(change))], size, n_cohorts, rng)
        share = {n: _share(change[n].to_numpy()[cohorts]) for n in BOTH_VERSIONS}
        shares[group] = {
            raw_name(name): Called(share[raw_name(name)], share[name])
            for name in MATCHED_NAMES
        }
    return shares


def _share(changes: NDArray[np.float64]) -> float:
    """Return the share of cohorts, (cohorts, mice), that are called changed."""
    found = (mean_change(cohort, len(MATCHED_NAMES)) for cohort in changes)
    return float(np.mean([one is not None and one.sign != 0 for one in found]))
