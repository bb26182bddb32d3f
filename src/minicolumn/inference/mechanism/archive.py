"""Mechanism models on disk, as `minicolumn.files.models` keeps models."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.config.inference import Classifier
from minicolumn.files.models import (
    Manifest,
    load_model,
    rebuilding,
    save_model,
    with_prefix,
)
from minicolumn.inference.mechanism.ensemble import Ensemble, network
from minicolumn.inference.mechanism.model import MechanismModel
from minicolumn.inference.mechanism.strata import N_STRATA, Pooling
from minicolumn.jobs.provenance import versions
from minicolumn.learning.training import fill, weights_of
from minicolumn.sessions.scaling import Scale
from minicolumn.statistics.names import ALL_NAMES


@dataclass(frozen=True, kw_only=True)
class MechanismManifest(Manifest):
    """What a mechanism model says about itself; see `MechanismModel`.

    ``matching`` says what windows it was learned from.
    """

    kind: str = "mechanism model"
    matching: dict[str, Any]
    temperature: float
    pooling: dict[str, float]


def save(
    directory: str | Path,
    model: MechanismModel,
    settings: Classifier,
    matching: dict[str, Any],
    seed: int,
) -> None:
    """Write the model; ``matching`` says what windows it was learned from."""
    arrays = with_prefix("scale.", vars(model.scale))
    for k, member in enumerate(model.ensemble.members):
        arrays |= with_prefix(f"member.{k}.", weights_of(member))
    manifest = MechanismManifest(
        settings=settings.model_dump(),
        seed=seed,
        split=None,
        inputs=ALL_NAMES,
        outputs=CLASSES,
        matching=matching,
        temperature=model.temperature,
        pooling=asdict(model.pooling),
        versions=versions("minicolumn", "numpy", "torch", "safetensors"),
    )
    save_model(directory, manifest, arrays)


def load(directory: str | Path, matching: dict[str, Any]) -> MechanismModel:
    """Return the model that `save` wrote.

    Raises
    ------
    UnreadableModelError
        If a file is missing or damaged, or if the model was learned from other
        statistics or other windows than ``matching`` says; the message says which.
    """
    kept = load_model(
        directory,
        MechanismManifest,
        inputs=ALL_NAMES,
        outputs=CLASSES,
        matching=matching,
    )
    manifest = kept.manifest
    with rebuilding(directory):
        settings, scale = Classifier(**manifest.settings), Scale(**kept.under("scale."))
        members = []
        for k in range(settings.folds * settings.splits):
            member = network(scale.n_inputs, N_STRATA, settings).double().eval()
            fill(member, kept.under(f"member.{k}."))
            members.append(member)
        return MechanismModel(
            scale, Ensemble(members), manifest.temperature, Pooling(**manifest.pooling)
        )
