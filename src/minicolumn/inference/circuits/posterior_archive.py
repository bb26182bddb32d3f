"""A trained posterior on disk: open formats, whole or not at all, never pickle.

sbi keeps a posterior as a pickle of its classes, which another version may not read.
Here the settings rebuild the flow, and its weights are filled in.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file as load_arrays
from safetensors.numpy import save_file as save_arrays
from safetensors.torch import load_file as load_weights
from safetensors.torch import save_file as save_weights

from minicolumn.circuits.standard_prior import StandardPrior
from minicolumn.config.posterior import Flow
from minicolumn.errors import UnreadableModelError
from minicolumn.files.store import whole_file, write_json
from minicolumn.inference.circuits import flow as flows
from minicolumn.inference.circuits.conditioning import FEATURE_NAMES, Features
from minicolumn.inference.circuits.posterior import CircuitPosterior
from minicolumn.jobs.provenance import versions
from minicolumn.learning.splits import SplitRule
from minicolumn.surrogates.rows import INPUT_NAMES

_WEIGHTS = "weights.safetensors"
_SCALES = "scales.safetensors"
_MANIFEST = "manifest.json"
_READING_ERRORS = (
    OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError
)  # fmt: skip


def save(directory: str | Path, posterior: CircuitPosterior, seed: int) -> None:
    """Write weights, scales and ``manifest.json``; the manifest comes last.

    Parameters
    ----------
    directory
        Where the files go; earlier ones are replaced.
    posterior
        What `CircuitPosterior.fit` returned.
    seed
        The seed given to it.
    """
    directory = Path(directory)
    (directory / _MANIFEST).unlink(missing_ok=True)
    weights = {k: v.contiguous() for k, v in posterior.flow.state_dict().items()}
    with whole_file(directory / _WEIGHTS) as temporary:
        save_weights(weights, temporary)
    with whole_file(directory / _SCALES) as temporary:
        save_arrays(_scales(posterior), temporary)
    write_json(directory / _MANIFEST, _manifest(posterior, seed))


def load(directory: str | Path) -> CircuitPosterior:
    """Return the posterior that `save` wrote.

    Raises
    ------
    UnreadableModelError
        If a file is missing or damaged, or if the posterior was trained on other
        parameters or statistics than this version's; the message says which.
    """
    directory = Path(directory)
    try:
        manifest = json.loads((directory / _MANIFEST).read_text())
        _refuse_other_columns(directory, manifest)
        prior = StandardPrior.from_json(manifest["prior"])
        settings = Flow(**manifest["settings"])
        flow = flows.build(settings, len(prior.names), len(FEATURE_NAMES), seed=0)
        flow.load_state_dict(load_weights(directory / _WEIGHTS))
        scales = load_arrays(directory / _SCALES)
        return CircuitPosterior(
            prior,
            Features(**_part(scales, "features"), most_epochs=manifest["most_epochs"]),
            flow.eval(),
            settings,
            SplitRule(**manifest["split"]),
            manifest["learning"],
        )
    except UnreadableModelError:
        raise
    except _READING_ERRORS as error:
        raise UnreadableModelError(
            f"{directory} does not hold a whole posterior "
            f"({type(error).__name__}: {error}). Delete it and run the same command "
            "again: Snakemake trains it anew"
        ) from error


def _scales(posterior: CircuitPosterior) -> dict[str, NDArray]:
    features = {
        name: getattr(posterior.features, name)
        for name in ("low", "high", "mean", "sd")
    }
    return {
        f"features.{name}": np.ascontiguousarray(values)
        for name, values in features.items()
    }


def _part(scales: dict[str, NDArray], part: str) -> dict[str, Any]:
    prefix = f"{part}."
    return {
        name.removeprefix(prefix): values
        for name, values in scales.items()
        if name.startswith(prefix)
    }


def _manifest(posterior: CircuitPosterior, seed: int) -> dict[str, Any]:
    return {
        "inputs": list(INPUT_NAMES),
        "inferred": list(posterior.prior.names),
        "features": list(FEATURE_NAMES),
        "prior": posterior.prior.as_json(),
        "most_epochs": posterior.features.most_epochs,
        "settings": posterior.settings.model_dump(),
        "seed": seed,
        "split": asdict(posterior.rule),
        "learning": posterior.learning,
        "n_weights": sum(w.numel() for w in posterior.flow.parameters()),
        "versions": versions("minicolumn", "numpy", "torch", "sbi", "zuko"),
    }


def _refuse_other_columns(directory: Path, manifest: dict[str, Any]) -> None:
    expected = {"inputs": list(INPUT_NAMES), "features": list(FEATURE_NAMES)}
    for kind, names in expected.items():
        if manifest[kind] != names:
            raise UnreadableModelError(
                f"{directory}/{_MANIFEST} names the {kind} {manifest[kind]}, but this "
                f"version has {names}. Train the posterior again"
            )
