"""What each part of the inference of a mechanism gains: it is taken away, and judged.

    .venv/bin/python benchmarks/ablation.py results/validation

Reads the simulated mice of a run. The workflow's own model learns from them again and
again, each time without one part, and names the class of each mouse by the networks
that have not seen it. Prints Markdown: shares of right answers, the difference from the
whole in points, and the log loss, with 95 % intervals over mice.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from markdown_table import table
from numpy.typing import NDArray

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.config import Classifier
from minicolumn.files.store import read_tables
from minicolumn.files.tables import COHORT
from minicolumn.inference.mechanism.answers import (
    CHOICES,
    OF_ACTING,
    OF_ALL,
    shares_right,
)
from minicolumn.inference.mechanism.calibration import log_loss
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.inference.mechanism.strata import of_classes
from minicolumn.learning.bootstrap import bootstrap, percentile_interval
from minicolumn.sessions.session import N_STATISTICS, Session
from minicolumn.sessions.simulated import Known, mice_of
from minicolumn.statistics.names import ALL_NAMES, DESCRIBED_NAMES, MATCHED_NAMES
from minicolumn.validation.recovery import CONFIDENCE

SEED = 1
ASKED = OF_ALL, OF_ACTING


class Learning(NamedTuple):
    """What a model learns from, and how."""

    mice: list[Session]
    known: Known
    settings: Classifier

    def on(self, *names: str) -> "Learning":
        """Return the same with these statistics only: the others are missing."""
        missing = ~np.isin(ALL_NAMES, names)

        def without(values: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.where(missing, np.nan, values)

        mice = [
            replace(m, stationary=without(m.stationary), running=without(m.running))
            for m in self.mice
        ]
        return self._replace(mice=mice)

    def with_epochs(self, n: int) -> "Learning":
        """Return the same with at most ``n`` epochs of each state."""
        return self._replace(mice=[one.at_most(n, n) for one in self.mice])

    def with_settings(self, **changed: int) -> "Learning":
        """Return the same with other settings of the networks."""
        return self._replace(settings=self.settings.model_copy(update=changed))

    def with_classes_alone(self) -> "Learning":
        """Return the same with mice that differ in nothing but their class."""
        n = len(self.mice)
        alike = replace(
            self.known,
            rise=np.full(n, np.median(self.known.rise)),
            max_mV=np.full(n, np.median(self.known.max_mV)),
            causes=[""] * n,
        )
        return self._replace(known=alike)

    def with_mice(self, share: float) -> "Learning":
        """Return the same with the first mice of each class."""
        rarest = np.bincount(self.known.classes).min()
        kept = np.sort(self.known.first_of_each(round(share * rarest)))
        return self._replace(
            mice=[self.mice[mouse] for mouse in kept], known=self.known.take(kept)
        )


PARTS: dict[str, Callable[[Learning], Learning]] = {
    "the whole": lambda whole: whole,
    "no statistics at matched rates": lambda whole: whole.on(*DESCRIBED_NAMES),
    "statistics at matched rates alone": lambda whole: whole.on(*MATCHED_NAMES),
    "no `fast_corr`": lambda whole: whole.on(
        *(name for name in ALL_NAMES if not name.startswith("fast_corr"))
    ),
    "the eleven statistics alone": lambda whole: whole.on(*ALL_NAMES[:N_STATISTICS]),
    "classes in place of strata": Learning.with_classes_alone,
    "mice with all their epochs alone": lambda whole: whole.with_settings(variants=1),
    "one network for each mouse": lambda whole: whole.with_settings(splits=1),
    "half of the epochs": lambda whole: whole.with_epochs(4),
    "half of the mice": lambda whole: whole.with_mice(0.5),
    "a quarter of the mice": lambda whole: whole.with_mice(0.25),
}


class Judged(NamedTuple):
    """What is said of mice by networks that have not seen them.

    Attributes
    ----------
    identity, classes
        Each mouse and its true class, (mice,).
    log_probability
        (mice, classes).
    """

    identity: NDArray[np.int64]
    classes: NDArray[np.int64]
    log_probability: NDArray[np.float64]

    def right(self, choice: str) -> NDArray[np.float64]:
        """Return how right one of `CHOICES` is; NaN of mice of none of its classes."""
        n_classes = len(CHOICES[choice][1])
        right = np.full(len(self.classes), np.nan)
        for truth in range(n_classes):
            mine = self.classes == truth
            right[mine] = shares_right(self.log_probability[mine, :n_classes], truth)
        return right


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="directory of a run with a cohort")
    run = parser.parse_args().run
    shards = sorted((run / "cohort").glob("shard-*.parquet"))
    settings = yaml.safe_load(Path("config.yaml").read_text())["inference"]["mechanism"]
    whole = Learning(*mice_of(read_tables(shards, COHORT)), Classifier(**settings))
    header = [cell for choice in ASKED for cell in (f"right: {choice}", "points")]
    for line in table(("learned with", *header, "log loss", "core s"), rows(whole)):
        print(line, flush=True)
    print(f"\n{len(whole.mice)} mice, {len(CLASSES)} classes")


def rows(whole: Learning) -> Iterator[list[str]]:
    """Yield a row for each part that is taken away."""
    first = None
    for name, change in PARTS.items():
        started = time.process_time()
        judged = asked(change(whole))
        taken_s = time.process_time() - started
        first = first or judged
        same = np.isin(first.identity, judged.identity)
        cells = []
        for choice in ASKED:
            right, before = judged.right(choice), first.right(choice)[same]
            cells.append(f"{np.nanmean(right):.1%}")
            cells.append("" if judged is first else points(right - before))
        loss = log_loss(judged.log_probability, judged.classes)
        yield [name, *cells, f"{loss:.3f}", f"{taken_s:.0f}"]


def asked(learning: Learning) -> Judged:
    """Return what a model says that learned so."""
    _, strata = MechanismModel.fit(*learning, SEED)
    identity = np.array([one.identity for one in learning.mice])
    return Judged(identity, learning.known.classes, of_classes(strata))


def points(gained: NDArray[np.float64]) -> str:
    """Return a mean in points, with its interval over mice."""
    gained = 100 * gained[np.isfinite(gained)]
    again = bootstrap(
        gained[:, None],
        lambda sums: sums[:, 0] / gained.size,
        np.random.default_rng(SEED),
    )
    low, high = percentile_interval(again, CONFIDENCE) or (np.nan, np.nan)
    return f"{gained.mean():+.1f} ({low:+.1f} to {high:+.1f})"


if __name__ == "__main__":
    main()
