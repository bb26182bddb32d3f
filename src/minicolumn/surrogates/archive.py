"""A trained surrogate on disk, as `minicolumn.files.models` keeps models."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.files.documents import read_document
from minicolumn.files.models import (
    Manifest,
    load_model,
    rebuilding,
    save_model,
    with_prefix,
)
from minicolumn.jobs.provenance import installed_name, versions
from minicolumn.learning.splits import SplitRule
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.scales import within_domain
from minicolumn.surrogates.conformal import Calibration
from minicolumn.surrogates.coverage import Coverage, measure_coverage
from minicolumn.surrogates.dataset import Counts, Dataset
from minicolumn.surrogates.models import Fitted
from minicolumn.surrogates.names import Architecture, TrainingSet
from minicolumn.surrogates.rows import LEVEL, inputs_of
from minicolumn.surrogates.scaling import Standardizer
from minicolumn.surrogates.scores import Score, score

XGBOOST = installed_name("xgboost", "xgboost-cpu")
METRICS = "metrics.json"


@dataclass(frozen=True, kw_only=True)
class SurrogateManifest(Manifest):
    """What a surrogate says about itself."""

    MAY_LACK: ClassVar[tuple[str, ...]] = ("calibration.",)

    kind: str = "surrogate"
    architecture: Architecture
    training_set: TrainingSet
    counts: Counts
    n_weights: int


@dataclass(frozen=True)
class Metrics:
    """The contents of ``metrics.json``.

    Attributes
    ----------
    test, intervals
        Scores by statistic, and coverage of the intervals, on test circuits.
    learning
        How training went, as the architecture tells it.
    """

    test: dict[str, Score]
    intervals: Coverage
    learning: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Predicted:
    """What a surrogate says of circuits; NaN where a statistic was not learned.

    Attributes
    ----------
    statistics
        In original units, (rows, 11).
    low, high
        Interval of each statistic, (rows, 11); None if none was asked for.
    outside
        Which inputs lie outside the prior or the simulated levels, (rows, inputs):
        there, neither a prediction nor its interval is checked by anything.
    """

    statistics: NDArray[np.float64]
    low: NDArray[np.float64] | None
    high: NDArray[np.float64] | None
    outside: NDArray[np.bool_]


@dataclass(frozen=True)
class Trained:
    """A surrogate, what it was trained on, and how far it is off.

    ``rule`` tells training circuits from held-out ones.
    """

    architecture: Architecture
    training_set: TrainingSet
    rule: SplitRule
    surrogate: Fitted
    calibration: Calibration

    @property
    def input_names(self) -> tuple[str, ...]:
        """Names of the columns that it takes; the last is the ACh level."""
        return self.surrogate.scaling.input_names

    def predict(
        self,
        table: pa.Table,
        level: float | NDArray[np.float64] | None = None,
        miscoverage: float | None = None,
    ) -> Predicted:
        """Return what it says of the circuits in a table, in the order of its rows.

        Parameters
        ----------
        table, level
            As in `rows.inputs_of`, which chooses columns by name: others may be there.
        miscoverage
            The share of new circuits whose statistics may lie outside the interval.
            NaN where too few calibration circuits define a statistic.
        """
        inputs = inputs_of(table, self.input_names, level)
        found = self.surrogate.predict(inputs)
        low = high = None
        if miscoverage is not None:
            levels = inputs[:, LEVEL]
            half = self.calibration.half_width(found, levels, miscoverage)
            bounds = found - half, found + half
            low, high = (within_domain(one, STATISTIC_NAMES) for one in bounds)
        return Predicted(found, low, high, self.surrogate.scaling.outside(inputs))


def save(
    directory: str | Path,
    surrogate: Fitted,
    dataset: Dataset,
    seed: int,
    miscoverage: float,
) -> None:
    """Write what `models.fit` returned, with its errors and ``metrics.json``.

    An earlier surrogate in ``directory`` is replaced once the new one is whole. The
    calibration rows of ``dataset`` give the intervals, its test rows the scores and, at
    ``miscoverage``, the coverage. ``seed`` is that given to `models.fit`.
    """
    calibration = Calibration.fit(surrogate, dataset.validation, dataset.calibration)
    test = dataset.test
    metrics = Metrics(
        score(surrogate.predict(test.inputs), test),
        measure_coverage(surrogate, calibration, test, miscoverage),
        dict(surrogate.learning),
    )
    learned = dict(surrogate.learned)
    files = {n: learned.pop(n) for n in list(learned) if isinstance(learned[n], bytes)}
    save_model(
        directory,
        _manifest(surrogate, dataset, seed),
        with_prefix("learned.", learned)
        | with_prefix("scaling.", surrogate.scaling.arrays())
        | with_prefix("calibration.", calibration.arrays()),
        files,
        {METRICS: metrics},
    )


def load(directory: str | Path, **expected: Any) -> Trained:
    """Return the surrogate that `save` wrote.

    Its manifest must say what is ``expected``, such as ``training_set``.

    Raises
    ------
    UnreadableModelError
        If a file is missing or damaged, or if the surrogate was trained on other
        statistics than this version's, or is not what was expected.
    """
    kept = load_model(directory, SurrogateManifest, outputs=STATISTIC_NAMES, **expected)
    manifest = kept.manifest
    with rebuilding(directory):
        files = {name: f for name, f in kept.files.items() if name != METRICS}
        surrogate = Fitted(
            manifest.architecture,
            manifest.settings,
            kept.under("learned.") | files,
            Standardizer(manifest.inputs, **kept.under("scaling.")),
            read_document(Path(directory) / METRICS, Metrics).learning,
        )
        return Trained(
            manifest.architecture,
            manifest.training_set,
            SplitRule(**manifest.split or {}),
            surrogate,
            Calibration.of_arrays(kept.under("calibration.")),
        )


def _manifest(surrogate: Fitted, dataset: Dataset, seed: int) -> SurrogateManifest:
    return SurrogateManifest(
        architecture=surrogate.architecture,
        training_set=dataset.training_set,
        settings=dict(surrogate.settings),
        seed=seed,
        split=asdict(dataset.rule),
        counts=dataset.counts(),
        inputs=surrogate.scaling.input_names,
        outputs=STATISTIC_NAMES,
        n_weights=surrogate.n_weights,
        versions=versions("minicolumn", "numpy", "torch", XGBOOST, "safetensors"),
    )
