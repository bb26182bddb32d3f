"""Fitted students on disk, as `minicolumn.files.models` keeps models."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from minicolumn.config.perturbation import Fits
from minicolumn.files.models import (
    Manifest,
    load_model,
    rebuilding,
    save_model,
    with_prefix,
)
from minicolumn.jobs.provenance import versions
from minicolumn.perturbation.fits import Fitted
from minicolumn.perturbation.students import Weights


@dataclass(frozen=True, kw_only=True)
class StudentManifest(Manifest):
    """What a student says about itself; ``held_out`` are its two losses."""

    kind: str = "student"
    variant: str
    held_out: tuple[float, float]


def save_student(
    directory: str | Path, variant: str, fitted: Fitted, settings: Fits, seed: int
) -> None:
    """Write a fitted student."""
    weights = with_prefix("weights.", fitted.weights._asdict())
    manifest = StudentManifest(
        variant=variant,
        held_out=fitted.held_out,
        settings=settings.model_dump(mode="json"),
        seed=seed,
        split=None,
        inputs=("light",),
        outputs=("spikes",),
        versions=versions("minicolumn", "numpy", "scipy", "jax", "safetensors"),
    )
    save_model(directory, manifest, weights | {"losses": fitted.losses})


def load_student(directory: str | Path, variant: str) -> Fitted:
    """Return what `save_student` wrote.

    Raises
    ------
    UnreadableModelError
        If a file is missing or damaged, or holds another variant.
    """
    kept = load_model(directory, StudentManifest, variant=variant)
    with rebuilding(directory):
        weights = Weights(**kept.under("weights."))
        return Fitted(
            weights, np.asarray(kept.arrays["losses"]), kept.manifest.held_out
        )
