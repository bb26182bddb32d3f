"""A trained surrogate on disk: open formats, whole or not at all, never pickle."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from xgboost.core import XGBoostError

from minicolumn.errors import NotWrittenError, UnreadableSurrogateError
from minicolumn.provenance import versions
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.store import write_json
from minicolumn.surrogate import models
from minicolumn.surrogate.dataset import Dataset
from minicolumn.surrogate.models import Surrogate
from minicolumn.surrogate.names import Architecture, TrainingSet
from minicolumn.surrogate.neural import NeuralSurrogate
from minicolumn.surrogate.rows import INPUT_NAMES
from minicolumn.surrogate.scaling import Standardizer
from minicolumn.surrogate.scores import as_json, score
from minicolumn.surrogate.splits import SplitRule
from minicolumn.surrogate.trees import TreeSurrogate

_OURS = {".json", ".safetensors", ".ubj"}
_READING_ERRORS = (
    OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError
)  # fmt: skip


@dataclass(frozen=True)
class Trained:
    """A surrogate and what it was trained on.

    ``rule`` tells training circuits from held-out ones.
    """

    architecture: Architecture
    training_set: TrainingSet
    rule: SplitRule
    surrogate: Surrogate


def save(
    directory: str | Path,
    surrogate: NeuralSurrogate | TreeSurrogate,
    dataset: Dataset,
    seed: int,
) -> None:
    """Write weights, scales, ``metrics.json`` and ``manifest.json``.

    An earlier surrogate in ``directory`` is replaced once the new one is whole.

    Parameters
    ----------
    directory
        Final name.
    surrogate
        What `models.fit` returned.
    dataset
        What it was trained on; its test rows give the scores in ``metrics.json``.
    seed
        The seed given to `models.fit`.
    """
    predicted = surrogate.predict(dataset.test.inputs)
    metrics = {
        "test": as_json(score(predicted, dataset.test)),
        "learning": surrogate.learning,
    }
    with _whole_directory(Path(directory)) as temporary:
        surrogate.write_weights(temporary)
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
        )
    except UnreadableSurrogateError:
        raise
    except _READING_ERRORS as error:
        raise UnreadableSurrogateError(
            f"{directory} does not hold a whole surrogate "
            f"({type(error).__name__}: {error}). Delete it and run the same command "
            "again: Snakemake trains it anew"
        ) from error


def _manifest(
    surrogate: NeuralSurrogate | TreeSurrogate, dataset: Dataset, seed: int
) -> dict[str, Any]:
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
        "versions": versions(
            "minicolumn", "numpy", "torch", "xgboost-cpu", "safetensors"
        ),
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
