"""All models of one training set side by side, and what they could reach at best."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.arrays import columns
from minicolumn.outcomes import Outcome
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.archive import Trained
from minicolumn.surrogates.baselines import fit_baselines
from minicolumn.surrogates.ceiling import Ceiling, noise_ceiling, within_circuits
from minicolumn.surrogates.comparison import Difference, compare
from minicolumn.surrogates.dataset import Dataset
from minicolumn.surrogates.models import Surrogate
from minicolumn.surrogates.scores import LevelScore, Score, score

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Ceilings:
    """Noise ceilings of one statistic: of ``r2``, of ``r2_within``, and by level."""

    r2: Ceiling
    r2_within: Ceiling
    by_level: dict[float, Ceiling]

    @classmethod
    def of(cls, values: Array, levels: Array, seed: int) -> Self:
        """Return those of repeated ``values``, (circuits, levels, trials)."""
        at_levels = {
            float(level): noise_ceiling(values[:, [place]], seed)
            for place, level in enumerate(levels)
        }
        within = noise_ceiling(within_circuits(values), seed)
        return cls(noise_ceiling(values, seed), within, at_levels)

    def fraction_at(self, found: LevelScore) -> float | None:
        """Return R2 at one level as a fraction of its ceiling; None without one."""
        ceiling = self.by_level.get(found.level)
        return None if ceiling is None else ceiling.fraction(found.r2)


@dataclass(frozen=True)
class RatedLevel(LevelScore):
    """A score at one level, with R2 as a fraction of the ceiling."""

    r2_of_ceiling: float | None


@dataclass(frozen=True)
class RatedScore(Score):
    """A score with each R2 also as a fraction of the ceiling."""

    r2_of_ceiling: float | None
    r2_within_of_ceiling: float | None
    by_level: tuple[RatedLevel, ...]

    @classmethod
    def of(cls, found: Score, ceilings: Ceilings) -> Self:
        """Return ``found`` with the ceilings of its statistic."""
        own: dict[str, Any] = vars(found) | {
            "by_level": tuple(
                RatedLevel(**vars(at), r2_of_ceiling=ceilings.fraction_at(at))
                for at in found.by_level
            )
        }
        return cls(
            **own,
            r2_of_ceiling=ceilings.r2.fraction(found.r2),
            r2_within_of_ceiling=ceilings.r2_within.fraction(found.r2_within),
        )


@dataclass(frozen=True)
class Comparison(Difference):
    """How the compared model differs from one rival, on one statistic."""

    rival: str
    measure: str
    statistic: str


@dataclass(frozen=True)
class Scoreboard:
    """The contents of ``surrogate_scores/{training_set}.json``.

    Attributes
    ----------
    training_set
        What all models learned from.
    n_test_circuits
        Circuits that score them.
    ceilings
        Noise ceilings by statistic.
    models
        Scores by model, surrogates and baselines, and statistic.
    compared, comparisons
        The model that is compared with every other, and how they differ.
    """

    training_set: str
    n_test_circuits: int
    ceilings: dict[str, Ceilings]
    models: dict[str, dict[str, RatedScore]]
    compared: str
    comparisons: tuple[Comparison, ...]


def scoreboard(
    dataset: Dataset, trained: Iterable[Trained], repeats: pa.Table, seed: int
) -> Scoreboard:
    """Return scores, noise ceilings and paired comparisons.

    Parameters
    ----------
    dataset
        Its training rows teach the baselines, its test rows score everything.
    trained
        Surrogates of that dataset. The first is compared with every other model.
    repeats
        Table of the kind `tables.REPEATED_STATISTICS`, of test circuits under the
        mechanism of ``dataset``; without rows there is no ceiling.
    seed
        Of the bootstraps.
    """
    test = dataset.test
    rivals: dict[str, Surrogate] = {one.architecture: one.surrogate for one in trained}
    rivals |= fit_baselines(dataset.train, dataset.validation)
    predicted = {name: model.predict(test.inputs) for name, model in rivals.items()}
    ceilings = ceilings_of(repeats, seed)
    models = {
        name: {
            statistic: RatedScore.of(one, ceilings[statistic])
            for statistic, one in score(values, test).items()
        }
        for name, values in predicted.items()
    }
    (main, best), *others = predicted.items()
    comparisons = tuple(
        Comparison(**vars(one), rival=rival, measure=measure, statistic=name)
        for rival, values in others
        for measure, found in compare(best, values, test, seed).items()
        for name, one in zip(STATISTIC_NAMES, found, strict=True)
    )
    return Scoreboard(
        dataset.training_set, test.n_circuits, ceilings, models, main, comparisons
    )


def ceilings_of(repeats: pa.Table, seed: int) -> dict[str, Ceilings]:
    """Return the ceilings of each statistic from `tables.REPEATED_STATISTICS`."""
    keys = (repeats[name].to_numpy() for name in ("circuit_id", "level", "trial"))
    (circuits, levels, trials), places = zip(
        *(np.unique(key, return_inverse=True) for key in keys), strict=True
    )
    values = columns(repeats, STATISTIC_NAMES)
    finite = np.asarray(repeats["outcome"].to_pylist()) != Outcome.NOT_FINITE
    cube = np.full((len(circuits), len(levels), len(trials), values.shape[1]), np.nan)
    cube[places] = np.where(finite[:, None], values, np.nan)
    return {
        name: Ceilings.of(cube[..., column], levels, seed)
        for column, name in enumerate(STATISTIC_NAMES)
    }
