"""Fits on disk, as `minicolumn.files.models` keeps models."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from minicolumn.circuits.circuit import Circuit
from minicolumn.config.tuned import Fitting
from minicolumn.files.models import (
    Arrays,
    KeptModel,
    Manifest,
    load_model,
    rebuilding,
    save_model,
    with_prefix,
)
from minicolumn.files.tables import TUNED_STEPS
from minicolumn.jobs.provenance import versions
from minicolumn.statistics.smooth import SMOOTH_NAMES
from minicolumn.tuning.fit import FitOutcome, Fits
from minicolumn.tuning.parameters import SCALED


@dataclass(frozen=True, kw_only=True)
class FitsManifest(Manifest):
    """What fits say about themselves.

    Attributes
    ----------
    session_id
        The session.
    obstacle
        Why there are none, in a sentence, or nothing.
    outcomes
        How each ended.
    """

    kind: str = "tuned circuits"
    session_id: int
    obstacle: str
    outcomes: tuple[str, ...]


def save(
    directory: str | Path,
    session_id: int,
    found: Fits | str,
    settings: Fitting,
    seed: int,
) -> None:
    """Write the fits of a session, or the sentence that says why there are none."""
    obstacle, outcomes, arrays = "", (), {}
    if isinstance(found, str):
        obstacle = found
    else:
        outcomes = tuple(map(str, found.outcomes))
        for kind, circuits in (("start", found.starts), ("fitted", found.fitted)):
            for k, circuit in enumerate(circuits):
                arrays |= with_prefix(f"{kind}.{k}.", asdict(circuit))
        steps = {name: getattr(found, name) for name in ("loss", "gain", "norm")}
        arrays |= with_prefix("steps.", steps)
    manifest = FitsManifest(
        settings=settings.model_dump(mode="json"),
        seed=seed,
        split=None,
        inputs=SMOOTH_NAMES,
        outputs=("weights_uS", "drive_nA", *SCALED),
        session_id=session_id,
        obstacle=obstacle,
        outcomes=outcomes,
        versions=versions("minicolumn", "numpy", "jax", "jaxlib", "safetensors"),
    )
    save_model(directory, manifest, arrays)


def load(directory: str | Path) -> tuple[int, Fits | str]:
    """Return the session, and what `save` wrote.

    Raises
    ------
    UnreadableModelError
        If a file is missing or damaged, or of another version.
    """
    kept = load_model(directory, FitsManifest, inputs=SMOOTH_NAMES)
    manifest = kept.manifest
    if manifest.obstacle:
        return manifest.session_id, manifest.obstacle
    with rebuilding(directory):
        starts, fitted = (
            [_circuit(kept, f"{kind}.{k}.") for k in range(len(manifest.outcomes))]
            for kind in ("start", "fitted")
        )
        outcomes = [FitOutcome(one) for one in manifest.outcomes]
        steps = kept.under("steps.")
        return manifest.session_id, Fits(starts, fitted, outcomes, **steps)


def _circuit(kept: KeptModel[FitsManifest], prefix: str) -> Circuit:
    values: Arrays = kept.under(prefix)
    found: dict[str, Any] = {
        field.name: _value(field.name, values[field.name]) for field in fields(Circuit)
    }
    return Circuit(**found)


def _value(name: str, array: np.ndarray) -> Any:
    if name in ("sizes", "recorded"):
        return tuple(map(int, array))
    return array if array.ndim else array.item()


def columns_of_steps(session_id: int, fits: Fits | str) -> dict[str, Any]:
    """Return the columns of `tables.TUNED_STEPS`, without rows if there are no fits.

    Fits of parameters may end before their last step, and have no gain.
    """
    if isinstance(fits, str):
        return {name: [] for name in TUNED_STEPS.names}
    start, step = np.nonzero(~np.isnan(fits.loss))
    return {
        "session_id": np.full(start.size, session_id),
        "start": start,
        "circuit_id": np.array([fits.starts[int(k)].circuit_id for k in start]),
        "step": step,
        **{name: getattr(fits, name)[start, step] for name in ("loss", "norm", "gain")},
    }
