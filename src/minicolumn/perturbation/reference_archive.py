"""Reference circuits on disk, as `minicolumn.files.models` keeps models."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from minicolumn.config.perturbation import References
from minicolumn.files.models import Manifest, load_model, rebuilding, save_model
from minicolumn.jobs.provenance import versions
from minicolumn.perturbation.neurons import Neurons
from minicolumn.perturbation.references import Reference


@dataclass(frozen=True, kw_only=True)
class ReferenceManifest(Manifest):
    """What a reference circuit says about itself; ``name`` is such as feedback-0."""

    kind: str = "reference circuit"
    name: str


def save_reference(
    directory: str | Path,
    name: str,
    reference: Reference,
    settings: References,
    seed: int,
) -> None:
    """Write a reference circuit; its trials as bits."""
    neurons = reference.neurons._asdict()
    arrays = {key: np.asarray(value, np.uint8) for key, value in neurons.items()}
    arrays |= {
        "learned": np.packbits(reference.learned, axis=-1),
        "counts": reference.counts,
        "while_lit": reference.while_lit,
    }
    manifest = ReferenceManifest(
        name=name,
        settings=settings.model_dump(mode="json"),
        seed=seed,
        split=None,
        inputs=("learned",),
        outputs=("counts",),
        versions=versions("minicolumn", "numpy", "jax", "jaxlib", "safetensors"),
    )
    save_model(directory, manifest, arrays)


def load_reference(directory: str | Path, settings: References) -> Reference:
    """Return what `save_reference` wrote.

    Raises
    ------
    UnreadableModelError
        If a file is missing or damaged, or made with other settings.
    """
    expected = settings.model_dump(mode="json")
    arrays = load_model(directory, ReferenceManifest, settings=expected).arrays
    with rebuilding(directory):
        neurons = Neurons(
            arrays["area"].astype(np.int64),
            arrays["kind"].astype(np.int64),
            arrays["recorded"].astype(bool),
        )
        learned = np.unpackbits(arrays["learned"], axis=-1, count=neurons.n)
        return Reference(
            neurons, learned.astype(bool), arrays["counts"], arrays["while_lit"]
        )
