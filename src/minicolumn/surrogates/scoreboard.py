"""All models of one training set side by side, and what they could reach at best."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
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
from minicolumn.surrogates.comparison import compare
from minicolumn.surrogates.dataset import Dataset
from minicolumn.surrogates.scores import Score, score

Array = NDArray[np.float64]


def scoreboard(
    dataset: Dataset, trained: Iterable[Trained], repeats: pa.Table, seed: int
) -> dict[str, Any]:
    """Return scores, noise ceilings and paired comparisons, for JSON.

    Parameters
    ----------
    dataset
        What the surrogates were trained on; baselines learn from its training rows,
        and its test rows score everything.
    trained
        The surrogates. The first is compared with every other model.
    repeats
        Table of the kind `tables.REPEATED_STATISTICS`, of test circuits under the
        mechanism of ``dataset``; without rows there is no ceiling.
    seed
        Of the bootstraps.
    """
    test = dataset.test
    predicted = {
        one.architecture: one.surrogate.predict(test.inputs) for one in trained
    }
    for name, baseline in fit_baselines(dataset.train, dataset.validation).items():
        predicted[name] = baseline.predict(test.inputs)
    ceilings = ceilings_of(repeats, seed)
    main, *rivals = predicted
    return {
        "training_set": dataset.training_set,
        "n_test_circuits": test.n_circuits,
        "ceilings": {name: asdict(one) for name, one in ceilings.items()},
        "models": {
            name: {
                statistic: _with_fractions(one, ceilings[statistic])
                for statistic, one in score(values, test).items()
            }
            for name, values in predicted.items()
        },
        "compared": main,
        "comparisons": [
            {"rival": rival, "measure": measure, "statistic": name, **asdict(one)}
            for rival in rivals
            for measure, found in compare(
                predicted[main], predicted[rival], test, seed
            ).items()
            for name, one in zip(STATISTIC_NAMES, found, strict=True)
        ],
    }


@dataclass(frozen=True)
class Ceilings:
    """Noise ceilings of one statistic: of ``r2``, of ``r2_within``, and by level."""

    r2: Ceiling
    r2_within: Ceiling
    by_level: dict[float, Ceiling]

    @classmethod
    def of(cls, values: Array, levels: Array, seed: int) -> Self:
        """Return those of repeated ``values``, (circuits, levels, trials)."""
        at_level = np.split(values, len(levels), axis=1) if len(levels) else []
        return cls(
            noise_ceiling(values, seed),
            noise_ceiling(within_circuits(values), seed),
            {
                float(level): noise_ceiling(one, seed)
                for level, one in zip(levels, at_level, strict=True)
            },
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


def _with_fractions(found: Score, ceilings: Ceilings) -> dict[str, Any]:
    """Return a score with R2 as a fraction of the ceiling beside every R2."""
    return {
        **asdict(found),
        "r2_of_ceiling": ceilings.r2.fraction(found.r2),
        "r2_within_of_ceiling": ceilings.r2_within.fraction(found.r2_within),
        "by_level": [
            {
                **asdict(at),
                "r2_of_ceiling": ceilings.by_level[at.level].fraction(at.r2)
                if at.level in ceilings.by_level
                else None,
            }
            for at in found.by_level
        ],
    }
