"""A learned mechanism model on disk: one safetensors file, never pickle."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.config.analysis import Classifier
from minicolumn.errors import UnreadableModelError
from minicolumn.files.store import whole_file
from minicolumn.inference.mechanism.ensemble import Ensemble, network
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.jobs.provenance import versions
from minicolumn.sessions.scaling import Scale
from minicolumn.statistics.names import ALL_NAMES

Arrays = dict[str, NDArray[Any]]

_READING_ERRORS = (OSError, KeyError, ValueError, RuntimeError, SafetensorError)


def save(
    path: str | Path, model: MechanismModel, settings: Classifier, matching: dict
) -> None:
    """Write the model; ``matching`` says what windows it was learned from."""
    manifest = {
        "classes": list(CLASSES),
        "statistics": list(ALL_NAMES),
        "matching": matching,
        "settings": settings.model_dump(),
        "temperature": model.temperature,
        "contamination": model.contamination,
        "versions": versions("minicolumn", "numpy", "torch", "safetensors"),
    }
    arrays = _scale_arrays(model.scale) | _network_arrays(model.ensemble)
    with whole_file(path) as temporary:
        save_file(
            {key: np.ascontiguousarray(value) for key, value in arrays.items()},
            temporary,
            metadata={"manifest": json.dumps(manifest)},
        )


def load(path: str | Path, matching: dict[str, Any]) -> MechanismModel:
    """Return the model that `save` wrote.

    Raises
    ------
    UnreadableModelError
        If the file is missing or damaged, or if the model was learned from other
        statistics or other windows than ``matching`` says; the message says which.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            manifest = json.loads((file.metadata() or {})["manifest"])
            arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        _refuse_others(path, manifest, matching)
        return _rebuilt(manifest, arrays)
    except UnreadableModelError:
        raise
    except _READING_ERRORS as error:
        raise UnreadableModelError(
            f"{path} does not hold a whole mechanism model "
            f"({type(error).__name__}: {error}). Delete it and run the same command "
            "again: Snakemake trains it anew"
        ) from error


def _refuse_others(
    path: str | Path, manifest: dict[str, Any], matching: dict[str, Any]
) -> None:
    expected = {
        "classes": list(CLASSES),
        "statistics": list(ALL_NAMES),
        "matching": matching,
    }
    for kind, wanted in expected.items():
        if manifest[kind] != wanted:
            raise UnreadableModelError(
                f"{path} was learned from other {kind}, {manifest[kind]}, than these "
                f"sessions have, {wanted}: train it again on mice like them"
            )


def _scale_arrays(scale: Scale) -> Arrays:
    return {f"scale.{key}": value for key, value in vars(scale).items()}


def _network_arrays(ensemble: Ensemble) -> Arrays:
    return {
        f"member.{k}.{name}": weights.numpy()
        for k, member in enumerate(ensemble.members)
        for name, weights in member.state_dict().items()
    }


def _rebuilt(manifest: dict[str, Any], arrays: Arrays) -> MechanismModel:
    def under(prefix: str) -> Arrays:
        return {
            key.removeprefix(prefix): value
            for key, value in arrays.items()
            if key.startswith(prefix)
        }

    settings = Classifier(**manifest["settings"])
    scale = Scale(**under("scale."))
    members = []
    for k in range(settings.folds * settings.splits):
        member = network(scale.n_inputs, len(CLASSES), settings).double().eval()
        state = under(f"member.{k}.")
        member.load_state_dict({name: torch.as_tensor(w) for name, w in state.items()})
        members.append(member)
    return MechanismModel(
        scale,
        Ensemble(members),
        manifest["temperature"],
        manifest["contamination"],
    )
