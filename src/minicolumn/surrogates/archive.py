"""A trained surrogate on disk, as `minicolumn.files.models` keeps models."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
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
from minicolumn.surrogates.conformal import Calibration
from minicolumn.surrogates.coverage import Coverage, measure_coverage
from minicolumn.surrogates.dataset import Counts, Dataset
from minicolumn.surrogates.models import Fitted
from minicolumn.surrogates.names import Architecture, TrainingSet
from minicolumn.surrogates.rows import LEVEL
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

    def interval(
        self, inputs: NDArray[np.float64], miscoverage: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what holds a new circuit's statistics with 1 - ``miscoverage``.

        From ``inputs`` (rows, inputs) to low and high, each (rows, 11), all in original
        units; NaN where the statistic was not learned or too few calibration circuits
        define it.
        """
        predicted = self.surrogate.predict(inputs)
        half = self.calibration.half_width(predicted, inputs[:, LEVEL], miscoverage)
        return predicted - half, predicted + half


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
