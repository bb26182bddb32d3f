"""A trained posterior on disk, as `minicolumn.files.models` keeps models.

sbi keeps a posterior as a pickle of its classes, which another version may not read.
Here the settings rebuild the flow, and its weights are filled in.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from minicolumn.circuits.standard_prior import StandardPrior
from minicolumn.config.inference import Flow
from minicolumn.files.models import (
    Manifest,
    load_model,
    rebuilding,
    save_model,
    with_prefix,
)
from minicolumn.inference.circuits import flow as flows
from minicolumn.inference.circuits.conditioning import FEATURE_NAMES, Features
from minicolumn.inference.circuits.posterior import CircuitPosterior
from minicolumn.jobs.provenance import versions
from minicolumn.learning.splits import SplitRule
from minicolumn.learning.training import fill, weights_of

_SCALES = ("low", "high", "mean", "sd")


@dataclass(frozen=True, kw_only=True)
class PosteriorManifest(Manifest):
    """What a posterior says about itself.

    Attributes
    ----------
    inferred
        Those of the outputs that are more than a point.
    prior
        Range of each output.
    most_epochs, learning
        As of `Features` and `CircuitPosterior`.
    n_weights
        Number of weights of the flow.
    """

    kind: str = "posterior"
    inferred: tuple[str, ...]
    prior: dict[str, Any]
    most_epochs: int
    learning: dict[str, Any]
    n_weights: int


def save(directory: str | Path, posterior: CircuitPosterior, seed: int) -> None:
    """Write a posterior in place of an earlier one; ``seed`` is that of its fit."""
    manifest = PosteriorManifest(
        settings=posterior.settings.model_dump(),
        seed=seed,
        split=asdict(posterior.rule),
        inputs=FEATURE_NAMES,
        outputs=tuple(posterior.prior.ranges),
        inferred=posterior.prior.names,
        prior=posterior.prior.as_json(),
        most_epochs=posterior.features.most_epochs,
        learning=posterior.learning,
        n_weights=sum(w.numel() for w in posterior.flow.parameters()),
        versions=versions("minicolumn", "numpy", "torch", "sbi", "zuko"),
    )
    scales = {name: getattr(posterior.features, name) for name in _SCALES}
    save_model(
        directory,
        manifest,
        with_prefix("flow.", weights_of(posterior.flow))
        | with_prefix("features.", scales),
    )


def load(directory: str | Path) -> CircuitPosterior:
    """Return the posterior that `save` wrote.

    Raises
    ------
    UnreadableModelError
        If a file is missing or damaged, or if the posterior was trained on other
        statistics than this version's; the message says which.
    """
    kept = load_model(directory, PosteriorManifest, inputs=FEATURE_NAMES)
    manifest = kept.manifest
    features: dict[str, Any] = kept.under("features.")
    with rebuilding(directory):
        prior = StandardPrior.from_json(manifest.prior)
        settings = Flow(**manifest.settings)
        flow = flows.build(settings, len(prior.names), len(FEATURE_NAMES), seed=0)
        fill(flow, kept.under("flow."))
        return CircuitPosterior(
            prior,
            Features(**features, most_epochs=manifest.most_epochs),
            flow.eval(),
            settings,
            SplitRule(**manifest.split or {}),
            manifest.learning,
        )
