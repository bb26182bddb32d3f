"""Ask whether a classifier would recognize mice that are unlike all simulated ones.

    .venv/bin/python benchmarks/out_of_distribution.py results/validation

Reads the mice of `snakemake validation` of a run. Three tests are asked of each kind of
mouse out of distribution, alone and in cohorts of four, at one false-alarm level: the
workflow's own, the domain; a classifier of mice that were learned from against all
*other* kinds; and one that was shown this kind, too (other mice of it): what no test
can do that must not know what comes. Scores become p-values by mice that were learned
from and held out. Prints Markdown, with 95 % intervals over redrawn mice.
"""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from markdown_table import table
from mechanism import boosted_trees
from numpy.typing import NDArray

from minicolumn.domain.typicality import Domain, by_class, fisher
from minicolumn.files.store import read_table, read_tables
from minicolumn.files.tables import COHORT
from minicolumn.learning.splits import even_folds
from minicolumn.mice.groups import LIKE_LEARNED, OUT_OF_DISTRIBUTION, UNSEEN_NULLS
from minicolumn.sessions.features import feature_table
from minicolumn.sessions.session import Session
from minicolumn.sessions.simulated import mice_of

KINDS = (*OUT_OF_DISTRIBUTION, *UNSEEN_NULLS)
ALIKE = "like those learned from"
FALSE_ALARM = 0.01
HELD_OUT = 5  # one in so many mice learned from is for p-values
SIZE, N_COHORTS, RESAMPLES, SEED = 4, 2000, 200, 1

Features = NDArray[np.float64]
Test = Callable[[Features], NDArray[np.float64]]
"""From features of mice, (mice, features), to p-values, (mice,)."""


class Learned(NamedTuple):
    """Features of mice that were learned from: to train with, and for p-values."""

    train: Features
    held_out: Features


def main() -> None:
    """Print the share that each test finds out of distribution, by kind of mouse."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="directory of a run with its validation")
    run = parser.parse_args().run
    mice, known = mice_of(
        read_tables(sorted((run / "cohort").glob("*.parquet")), COHORT)
    )
    fresh = {kind: sessions_of(run, kind) for kind in (*LIKE_LEARNED, *KINDS)}
    held_out = even_folds(known.classes, HELD_OUT) == 0
    features = feature_table(mice)
    learned = Learned(features[~held_out], features[held_out])
    of = {kind: feature_table(sessions) for kind, sessions in fresh.items()}
    domain = Domain(mice, known.classes)

    rows = []
    for kind in KINDS:
        others = np.concatenate([of[one] for one in KINDS if one != kind])
        rows.append([kind, *by_domain(domain, fresh[kind])])
        rows[-1] += said(classifier(learned, others)(of[kind]))
        rows[-1] += said(shown(learned, others, of[kind]))
    alike = [one for kind in LIKE_LEARNED for one in fresh[kind]]
    anything = classifier(learned, np.concatenate([of[one] for one in KINDS]))
    cells = said(anything(np.concatenate([of[kind] for kind in LIKE_LEARNED])))
    rows.append([ALIKE, *by_domain(domain, alike), *cells, *cells])
    header = ["mice"]
    for test in ("domain", "shown other kinds", "shown this kind"):
        header += [f"{test}: mice", f"cohorts of {SIZE}"]
    print("\n".join(table(header, rows)))
    print(f"\n{len(mice)} mice learned from; {counts(of)}")


def sessions_of(run: Path, kind: str) -> list[Session]:
    """Return the fresh mice of a kind."""
    return mice_of(read_table(run / f"validation/mice/{kind}.parquet", COHORT))[0]


def counts(of: Mapping[str, Features]) -> str:
    """Return how many fresh mice there are of each kind."""
    return ", ".join(f"{kind} {len(features)}" for kind, features in of.items())


def classifier(learned: Learned, unlike: Features) -> Test:
    """Return the test of a classifier that was shown some other mice."""
    rows = np.concatenate([learned.train, unlike])
    is_unlike = np.arange(len(rows)) >= len(learned.train)
    made = boosted_trees(class_weight="balanced", random_state=SEED)
    fitted = made.fit(rows, is_unlike)
    usual = np.sort(fitted.decision_function(learned.held_out))

    def p_values(features: Features) -> NDArray[np.float64]:
        score = fitted.decision_function(features)
        more = len(usual) - np.searchsorted(usual, score, side="left")
        return (1 + more) / (1 + len(usual))

    return p_values


def shown(learned: Learned, others: Features, kind: Features) -> NDArray[np.float64]:
    """Return p-values of mice by classifiers that were shown the other half of them."""
    p, half = np.empty(len(kind)), np.arange(len(kind)) % 2
    for side in (0, 1):
        seen = np.concatenate([others, kind[half != side]])
        p[half == side] = classifier(learned, seen)(kind[half == side])
    return p


def said(p: NDArray[np.float64]) -> list[str]:
    """Return the share of mice, and of cohorts, whose p-value is below the level."""
    return shares(len(p), lambda of: p[of], lambda of: fisher(p[of][..., None])[..., 0])


def by_domain(domain: Domain, mice: list[Session]) -> list[str]:
    """Return the same by the domain."""
    p = domain.p_values(mice)
    p = p[np.isfinite(p).all(axis=1)]
    return shares(
        len(p),
        lambda of: by_class(p[of]).max(axis=-1),
        lambda of: by_class(fisher(p[of])).max(axis=-1),
    )


def shares(n: int, alone: Callable, together: Callable) -> list[str]:
    """Return the share below the level with its interval: of mice, and of cohorts."""
    rng = np.random.default_rng(SEED)
    members = rng.integers(n, size=(N_COHORTS, SIZE))

    def found(of: NDArray[np.int64]) -> list[float]:
        return [
            float(np.mean(p < FALSE_ALARM)) for p in (alone(of), together(of[members]))
        ]

    again = [found(rng.integers(n, size=n)) for _ in range(RESAMPLES)]
    low, high = np.quantile(again, (0.025, 0.975), axis=0)
    return [
        f"{share:.0%} ({a:.0%} to {b:.0%})"
        for share, a, b in zip(found(np.arange(n)), low, high, strict=True)
    ]


if __name__ == "__main__":
    main()
