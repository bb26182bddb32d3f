"""How often the nearest mechanism is the true one, and what that is worth."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy import stats

from minicolumn.mechanisms import MECHANISMS
from minicolumn.report.wording import architecture_order
from minicolumn.transfer.evidence import CONFIDENCE, SIGNIFICANT
from minicolumn.transfer.mechanism import UNDECIDED
from minicolumn.transfer.multiplicity import holm

CHANCE = 1 / len(MECHANISMS)


@dataclass(frozen=True)
class Recovery:
    """Synthetic mice that one architecture assigned their true mechanism.

    Attributes
    ----------
    architecture
        Which surrogates predicted.
    right, n
        Mice assigned their true mechanism, of all mice.
    interval
        Exact 95 % interval (Clopper-Pearson) of that proportion.
    p, p_holm
        Two-sided exact binomial p-value against one third, and corrected for the
        number of architectures.
    """

    architecture: str
    right: int
    n: int
    interval: tuple[float, float]
    p: float
    p_holm: float

    @property
    def better_than_guessing(self) -> bool:
        """Whether more mice are right than guesses explain, after correction."""
        return self.p_holm < SIGNIFICANT and self.right / self.n > CHANCE

    @property
    def worse_than_guessing(self) -> bool:
        """Whether fewer mice are right than guesses explain, after correction."""
        return self.p_holm < SIGNIFICANT and self.right / self.n < CHANCE


def recoveries(
    confusion: Mapping[str, Mapping[str, Mapping[str, int]]],
) -> list[Recovery]:
    """Return the recovery of each architecture that assigned any mouse.

    A mouse for which no mechanism was nearest counts as not right.

    Parameters
    ----------
    confusion
        Counts by architecture, true mechanism and mechanism found.
    """
    counts = {}
    for architecture in sorted(confusion, key=architecture_order):
        table = confusion[architecture]
        right = sum(table[true].get(true, 0) for true in table)
        n = sum(sum(row.values()) for row in table.values())
        if n:
            counts[architecture] = right, n
    tests = [stats.binomtest(right, n, CHANCE) for right, n in counts.values()]
    corrected = holm([float(test.pvalue) for test in tests])
    return [
        Recovery(architecture, right, n, _exact(test), float(test.pvalue), float(p))
        for (architecture, (right, n)), test, p in zip(
            counts.items(), tests, corrected, strict=True
        )
    ]


def _exact(test: Any) -> tuple[float, float]:
    bounds = test.proportion_ci(confidence_level=CONFIDENCE, method="exact")
    return float(bounds.low), float(bounds.high)


@dataclass(frozen=True)
class Nearest:
    """Sessions by nearest mechanism under one architecture.

    Attributes
    ----------
    architecture
        Which surrogates predicted.
    n
        Sessions compared.
    counts
        Sessions by mechanism, or `UNDECIDED`.
    n_no_better
        Sessions whose nearest mechanism is no nearer than the prediction that nothing
        changes.
    """

    architecture: str
    n: int
    counts: dict[str, int]
    n_no_better: int


def nearest(found: Sequence[Mapping[str, Any]]) -> list[Nearest]:
    """Count what the nearest-mechanism rule named.

    Parameters
    ----------
    found
        Findings of `transfer.mechanism`, as plain values.
    """
    result = []
    names = {one["architecture"] for one in found}
    for architecture in sorted(names, key=architecture_order):
        mine = [one for one in found if one["architecture"] == architecture]
        named = Counter(one["mechanism"] for one in mine)
        result.append(
            Nearest(
                architecture,
                len(mine),
                {name: named[name] for name in (*MECHANISMS, UNDECIDED)},
                sum(_is_no_better(one) for one in mine),
            )
        )
    return result


def _is_no_better(one: Mapping[str, Any]) -> bool:
    no_change = one["distance_no_change"]
    return (
        no_change is not None
        and bool(one["distance"])
        and min(one["distance"].values()) >= no_change
    )
