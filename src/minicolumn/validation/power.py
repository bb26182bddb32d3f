"""What is claimed of mice of one rise of ACh and one dose, and of cohorts of them.

All mice of such a cohort share what no session tells: the case in which the errors of
single sessions add up instead of averaging out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from minicolumn.circuits.mechanisms import CLASSES, NONE


@dataclass(frozen=True)
class Shares:
    """Shares of what is claimed of mice, or of cohorts, in which a mechanism acts.

    Attributes
    ----------
    n
        Mice or cohorts.
    right
        The mechanism that acts: the power.
    wrong
        Another mechanism, or none although the rise is not negligible.
    none
        No mechanism, wrongly or not; the rest is undecided or outside.
    """

    n: int
    right: float
    wrong: float
    none: float


@dataclass(frozen=True)
class AtRise:
    """What is claimed where all mice share rise and dose.

    Attributes
    ----------
    mechanism, rise, max_mV
        What acts, ACh while running over that at rest, and dose.
    of
        By number of mice: alone (1), and in cohorts; None where there are not twice
        as many mice.
    """

    mechanism: str
    rise: float
    max_mV: float
    of: dict[int, Shares | None]


def parts_of(mice: pa.Table) -> Iterator[tuple[float, float, pa.Table]]:
    """Yield rise, dose, and the mice that share them, of a group of `BY_RISE`."""
    shared = np.column_stack([mice["rise"].to_numpy(), mice["max_mV"].to_numpy()])
    for rise, max_mV in np.unique(shared, axis=0):
        mine = (shared == (rise, max_mV)).all(axis=1)
        yield float(rise), float(max_mV), mice.filter(pa.array(mine))


def shares(claims: Sequence[str], mechanism: str, is_negligible: bool) -> Shares:
    """Return shares of claims about mice in which one mechanism acts."""
    said = np.array(claims)
    right, none = said == mechanism, said == NONE
    wrong = np.isin(said, CLASSES) & ~right & ~(none & is_negligible)
    return Shares(len(said), *(float(np.mean(one)) for one in (right, wrong, none)))
