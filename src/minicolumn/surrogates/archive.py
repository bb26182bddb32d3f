"""A trained surrogate on disk: open formats, whole or not at all, never pickle."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from xgboost.core import XGBoostError

from minicolumn.errors import NotWrittenError, UnreadableSurrogateError
from minicolumn.files.store import write_json
from minicolumn.jobs.provenance import installed_name, versions
from minicolumn.learning.splits import SplitRule
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates import models
from minicolumn.surrogates.conformal import Calibration
from minicolumn.surrogates.coverage import measure_coverage
from minicolumn.surrogates.dataset import Dataset
from minicolumn.surrogates.models import Fitted, Surrogate
from minicolumn.surrogates.names import Architecture, TrainingSet
from minicolumn.surrogates.rows import INPUT_NAMES, LEVEL
from minicolumn.surrogates.scaling import Standardizer
from minicolumn.surrogates.scores import as_json, score

XGBOOST = installed_name("xgboost", "xgboost-cpu")
_CALIBRATION = "calibration.safetensors"
_OURS = {".json", ".safetensors", ".ubj"}
_READING_ERRORS = (
    OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError
)  # fmt: skip


@dataclass(frozen=True)
class Trained:
    """A surrogate, what it was trained on, and how far it is off.

    ``rule`` tells training circuits from held-out ones.
    """

    architecture: Architecture
    training_set: TrainingSet
    rule: SplitRule
    surrogate: Surrogate
    calibration: Calibration

    def interval(
        self, inputs: NDArray[np.float64], miscoverage: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what holds a new circuit's statistics with 1 - ``miscoverage``.

        Parameters
        ----------
        inputs
            Parameters and ACh level, (rows, parameters and level), original units.
        miscoverage
            Probability that one value of a simulation lies outside.

        Returns
        -------
        low, high
            Each (rows, 11), original units; NaN where the statistic was not learned or
            too few calibration circuits define it.
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
    """Write weights, scales, errors, ``metrics.json`` and ``manifest.json``.

    An earlier surrogate in ``directory`` is replaced once the new one is whole.

    Parameters
    ----------
    directory
        Final name.
    surrogate
        What `models.fit` returned.
    dataset
        What it was trained on; its calibration rows give the intervals, its test rows
        the scores in ``metrics.json``.
    seed
        The seed given to `models.fit`.
    miscoverage
        Of the intervals whose coverage is measured.
    """
    calibration = Calibration.fit(surrogate, dataset.validation, dataset.calibration)
    predicted = surrogate.predict(dataset.test.inputs)
    metrics = {
        "test": as_json(score(predicted, dataset.test)),
        "intervals": measure_coverage(
            surrogate, calibration, dataset.test, miscoverage
        ),
        "learning": surrogate.learning,
    }
    with _whole_directory(Path(directory)) as temporary:
        surrogate.write_weights(temporary)
        calibration.write(temporary / _CALIBRATION)
        write_json(temporary / "scaling.json", surrogate.scaling.as_json())
        write_json(temporary / "metrics.json", metrics)
        write_json(temporary / "manifest.json", _manifest(surrogate, dataset, seed))


def load(directory: str | Path) -> Trained:
    """Return the surrogate that `save` wrote.

    Raises
    ------
    UnreadableSurrogateError
        If a file is missing or damaged, or if the surrogate was trained on other
        parameters or statistics than this version's; the message says which.
    """
    directory = Path(directory)
    try:
        manifest, metrics, scaling = (
            json.loads((directory / f"{name}.json").read_text())
            for name in ("manifest", "metrics", "scaling")
        )
        _refuse_other_columns(directory, manifest)
        return Trained(
            manifest["architecture"],
            manifest["training_set"],
            SplitRule(**manifest["split"]),
            models.read(
                directory,
                models.settings_for(manifest["architecture"], manifest["settings"]),
                Standardizer.from_json(scaling),
                metrics["learning"],
            ),
            Calibration.read(directory / _CALIBRATION),
        )
    except UnreadableSurrogateError:
        raise
    except _READING_ERRORS as error:
        raise UnreadableSurrogateError(
            f"{directory} does not hold a whole surrogate "
            f"({type(error).__name__}: {error}). Delete it and run the same command "
            "again: Snakemake trains it anew"
        ) from error


def _manifest(surrogate: Fitted, dataset: Dataset, seed: int) -> dict[str, Any]:
    return {
        "architecture": models.architecture_of(surrogate.settings),
        "training_set": dataset.training_set,
        "settings": surrogate.settings.model_dump(),
        "seed": seed,
        "split": asdict(dataset.rule),
        "counts": dataset.counts(),
        "inputs": list(INPUT_NAMES),
        "statistics": list(STATISTIC_NAMES),
        "n_weights": surrogate.n_weights,
        "versions": versions("minicolumn", "numpy", "torch", XGBOOST, "safetensors"),
    }


def _refuse_other_columns(directory: Path, manifest: dict[str, Any]) -> None:
    expected = {"inputs": list(INPUT_NAMES), "statistics": list(STATISTIC_NAMES)}
    for kind, names in expected.items():
        if manifest[kind] != names:
            raise UnreadableSurrogateError(
                f"{directory}/manifest.json names the {kind} {manifest[kind]}, but "
                f"this version has {names}. Train the surrogate again"
            )


@contextmanager
def _whole_directory(directory: Path) -> Iterator[Path]:
    foreign = [p.name for p in directory.glob("*") if p.suffix not in _OURS]
    if foreign:
        raise ValueError(
            f"{directory} holds {sorted(foreign)[:5]}, which no surrogate wrote: "
            "choose another directory or empty it"
        )
    directory.parent.mkdir(parents=True, exist_ok=True)
    # The outer directory is private, the inner one has the mode that the umask gives.
    outer = Path(tempfile.mkdtemp(dir=directory.parent, prefix=f".{directory.name}."))
    try:
        inner = outer / "new"
        inner.mkdir()
        yield inner
        if directory.exists():
            directory.replace(outer / "old")
        inner.replace(directory)
    except (OSError, SafetensorError, XGBoostError) as error:
        raise NotWrittenError(
            f"could not write {directory}: {error}. Nothing was left under that name; "
            "make room or choose another directory, then run the same command again"
        ) from error
    finally:
        shutil.rmtree(outer)
