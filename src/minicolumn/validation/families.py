"""What is learned from circuits of one family, asked of mice of another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.inference.mechanism.answers import OF_ALL, OUTSIDE, Rule
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.validation.asked import asked
from minicolumn.validation.findings import Recovered
from minicolumn.validation.recovery import CLAIMED, recovered
from minicolumn.validation.rendering import render_to
from minicolumn.validation.study import RESAMPLES, Study


@dataclass(frozen=True)
class Across:
    """What a model says of mice of a family, alone or in cohorts.

    Attributes
    ----------
    learned, acting
        Family of the circuits that the model learned from, and of the mice.
    size
        Mice in a cohort; 1 for mice alone.
    claimed, forced
        Recovery by what is claimed, and by the most probable of all classes.
    false_claims
        Share of a mechanism claimed that does not act; mean over classes.
    outside
        Share outside the simulated domain; mean over classes.
    outside_of_others
        Of those that are not claimed right, the share outside the simulated domain;
        None if all are right.
    """

    learned: str
    acting: str
    size: int
    claimed: Recovered
    forced: Recovered
    false_claims: float
    outside: float
    outside_of_others: float | None


@dataclass(frozen=True)
class Families:
    """The comparison of families: the document ``families.json``.

    Attributes
    ----------
    n_learned, n_mice
        Mice that each model learned from, and mice that are judged, by family.
    rule
        When something is claimed.
    across
        Every model about the mice of every family.
    """

    n_learned: dict[str, int]
    n_mice: dict[str, int]
    rule: Rule
    across: tuple[Across, ...]

    @property
    def worst_false_claims(self) -> float:
        """Largest share of false claims about cohorts of another family's mice."""
        return max((one.false_claims for one in self._of_others), default=0.0)

    @property
    def least_outside(self) -> float:
        """Smallest share outside, of such cohorts that are not claimed right."""
        shares = [one.outside_of_others for one in self._of_others]
        return min((one for one in shares if one is not None), default=1.0)

    @property
    def _of_others(self) -> list[Across]:
        return [a for a in self.across if a.size > 1 and a.learned != a.acting]


def of_family(
    families: Sequence[str], paths: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return the paths of each family, as many for each, in their order.

    Raises
    ------
    ValueError
        If a path is not in a directory of its family.

    Examples
    --------
    >>> of_family(("ei", "v1_types"), ("ei/a", "ei/b", "v1_types/a", "v1_types/b"))
    {'ei': ('ei/a', 'ei/b'), 'v1_types': ('v1_types/a', 'v1_types/b')}
    """
    n = len(paths) // len(families)
    found = {
        name: tuple(paths[at * n : (at + 1) * n]) for at, name in enumerate(families)
    }
    for name, own in found.items():
        if others := [path for path in own if name not in Path(path).parts]:
            raise ValueError(f"{others[0]} is not of the family {name}")
    return found


def compare(
    models: Mapping[str, MechanismModel],
    cohorts: Mapping[str, pa.Table],
    mice: Mapping[str, Mapping[str, pa.Table]],
    settings: Mapping[str, Any],
    cohort_sizes: Sequence[int],
    n_cohorts: int,
) -> Families:
    """Let the model of each family judge the fresh mice of all.

    Parameters
    ----------
    models, cohorts
        Model and the mice that it learned from, by family.
    mice
        Fresh mice by family and group of `LIKE_LEARNED`.
    settings
        What a `Study` needs besides.
    cohort_sizes, n_cohorts
        Sizes of cohorts drawn from the mice of a group, and how many of each.
    """
    across = []
    for learned, model in models.items():
        for acting, fresh in mice.items():
            study = Study(model, fresh, cohorts[learned], **settings)
            across += [
                _across(learned, acting, size, study, n_cohorts)
                for size in (1, *cohort_sizes)
            ]
    return Families(
        n_learned={name: _n_mice(one) for name, one in cohorts.items()},
        n_mice={name: sum(map(_n_mice, of.values())) for name, of in mice.items()},
        rule=settings["rule"],
        across=tuple(across),
    )


def _n_mice(table: pa.Table) -> int:
    return len(table["circuit_id"].unique())


def _across(
    learned: str, acting: str, size: int, study: Study, n_cohorts: int
) -> Across:
    said, again = asked(study, size, n_cohorts)
    found = recovered(said, again, study.rule, RESAMPLES)
    claimed = found[CLAIMED]
    return Across(
        learned=learned,
        acting=acting,
        size=size,
        claimed=claimed,
        forced=found[OF_ALL],
        false_claims=_share(claimed, lambda truth: set(MECHANISMS) - {truth}),
        outside=_share(claimed, lambda truth: {OUTSIDE}),
        outside_of_others=outside_of_others(claimed),
    )


def outside_of_others(one: Recovered) -> float | None:
    """Return the share of those not right, mean over truths that have any."""
    shares = [
        claims.get(OUTSIDE, 0) / n
        for truth, claims in one.confusion.items()
        if (n := sum(claims.values()) - claims.get(truth, 0))
    ]
    return float(np.mean(shares)) if shares else None


def _share(one: Recovered, which: Any) -> float:
    """Return the share of claims among ``which`` takes from a truth, mean of truths."""
    shares = [
        sum(claims[name] for name in which(truth)) / sum(claims.values())
        for truth, claims in one.confusion.items()
    ]
    return float(np.mean(shares))


def write_page(path: Path, found: Families, run: str) -> None:
    """Write the comparison as a page in Markdown."""
    render_to(path, "families.md.j2", found=found, run=run)
