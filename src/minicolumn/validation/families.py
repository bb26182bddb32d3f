"""What is learned from circuits of one family, asked of mice of another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.files.store import whole_file
from minicolumn.inference.mechanism.answers import OF_FOUR, OUTSIDE, Rule
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.keys import Stream, generator
from minicolumn.validation.findings import Recovered
from minicolumn.validation.judged import Said
from minicolumn.validation.recovery import CLAIMED, recovered
from minicolumn.validation.rendering import render
from minicolumn.validation.study import RESAMPLES, Study, redrawn


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
        Recovery by what is claimed, and by the most probable of four classes.
    false_claims
        Share of a mechanism claimed that does not act; mean over classes.
    outside
        Share outside the simulated domain; mean over classes.
    """

    learned: str
    acting: str
    size: int
    claimed: Recovered
    forced: Recovered
    false_claims: float
    outside: float


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


def of_family(
    families: Sequence[str], paths: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return the paths of each family, as many for each, in their order.

    Examples
    --------
    >>> of_family(("ei", "v1_types"), ("a", "b", "c", "d"))
    {'ei': ('a', 'b'), 'v1_types': ('c', 'd')}
    """
    n = len(paths) // len(families)
    return {
        name: tuple(paths[at * n : (at + 1) * n]) for at, name in enumerate(families)
    }


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
    rng = generator(study.seed, Stream.RECOVERY_BOOTSTRAP, size)
    mice = dict(study.like_learned)
    if size == 1:
        members = {
            group: np.arange(len(one.acting))[:, None] for group, one in mice.items()
        }
    else:
        members = {
            group: one.cohorts(size, n_cohorts, study.seed)
            for group, one in mice.items()
        }

    def said(again: bool) -> dict[str, Said]:
        drawn = {
            group: redrawn(one, rng)[members[group]] if again else members[group]
            for group, one in mice.items()
        }
        if size == 1:
            return {
                group: mice[group].take(rows[:, 0]) for group, rows in drawn.items()
            }
        return {
            group: study.of_cohorts(mice[group], rows) for group, rows in drawn.items()
        }

    found = recovered(said(False), lambda: said(True), study.rule, RESAMPLES)
    claimed = found[CLAIMED]
    return Across(
        learned=learned,
        acting=acting,
        size=size,
        claimed=claimed,
        forced=found[OF_FOUR],
        false_claims=_share(claimed, lambda truth: set(MECHANISMS) - {truth}),
        outside=_share(claimed, lambda truth: {OUTSIDE}),
    )


def _share(one: Recovered, which: Any) -> float:
    """Return the share of claims among ``which`` takes from a truth, mean of truths."""
    shares = [
        sum(claims[name] for name in which(truth)) / sum(claims.values())
        for truth, claims in one.confusion.items()
    ]
    return float(np.mean(shares))


def write_page(path: Path, found: Families, run: str) -> None:
    """Write the comparison as a page in Markdown."""
    text = render("families.md.j2", found=found, run=run)
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
