"""Everything that was scored, as the plain values of ``scores.json``."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from minicolumn.config.analysis import Transfer
from minicolumn.prediction.references import SIMULATOR_MEAN
from minicolumn.scoring.dissociation import CONTRAST, interaction, paired
from minicolumn.scoring.panel import Panel
from minicolumn.scoring.reliability import reliabilities
from minicolumn.scoring.resampling import Resampling
from minicolumn.scoring.score import Cell
from minicolumn.scoring.scores import score_transfer
from minicolumn.scoring.verdict import adds_nothing, sentence, verdict


def summarize(
    panel: Panel,
    observed: pa.Table,
    held_out: pa.Table,
    settings: Transfer,
    resampling: Resampling,
    in_domain: Mapping[int, bool | None] | None = None,
) -> dict[str, Any]:
    """Return all scores; ``docs/transfer.md`` says what each entry means.

    Parameters
    ----------
    panel
        Predictions and observations.
    observed
        Table of the kind `tables.OBSERVED_CHANGES`.
    held_out, settings, resampling, in_domain
        As of `scoring.score_transfer`.
    """
    cells = score_transfer(panel, held_out, settings, resampling, in_domain)
    below_se = settings.undecided_below_se
    return {
        "primary": settings.primary.model_dump(mode="json"),
        "undecided_below_se": below_se,
        "n_resamples": resampling.n_resamples,
        "n_permutations": resampling.n_permutations,
        "n_sessions": len(panel.session_id),
        "cells": cells_as_json(cells),
        "reliability": [asdict(one) for one in reliabilities(observed, below_se)],
        "missing": missing(observed),
        "dissociation": dissociation(panel, settings, resampling),
    }


def cells_as_json(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Return scores with their verdicts as plain values; undefined ones are null."""
    return [
        {
            **asdict(cell),
            "p": cell.p,
            "adds_nothing": adds_nothing(cell.references.get(SIMULATOR_MEAN)),
            "verdict": str(verdict(cell)),
            "sentence": sentence(cell),
        }
        for cell in cells
    ]


def missing(observed: pa.Table) -> list[dict[str, Any]]:
    """Return the statistics that each session could not be scored on, with its epochs.

    ``observed`` is a table of the kind `tables.OBSERVED_CHANGES`.
    """
    keys = ("session_id", "statistic", "n_stationary", "n_running")
    rows = (row for row in observed.to_pylist() if row["change"] is None)
    return [{key: row[key] for key in keys} for row in rows]


def dissociation(
    panel: Panel, settings: Transfer, resampling: Resampling
) -> dict[str, Any]:
    """Return the paired tests between two mechanisms, and their interaction."""
    architecture = settings.primary.architecture
    predicted = {
        (model.training_set, model.statistic): values
        for model, values in panel.predicted.items()
        if model.architecture == architecture
    }
    first, second = CONTRAST
    tests = [
        paired(
            name, predicted[first, name], predicted[second, name], panel.change[name]
        )
        for name in settings.primary.statistics
        if (first, name) in predicted and (second, name) in predicted
    ]
    return {
        "architecture": architecture,
        "between": list(CONTRAST),
        "paired": [asdict(one) for one in tests],
        "interaction": asdict(interaction(predicted, panel.change, resampling)),
    }
