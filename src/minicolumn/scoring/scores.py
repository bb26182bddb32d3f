"""Score every model on every statistic, and correct for having looked at all of them.

`docs/prediction.md` defines each number.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minicolumn.config.prediction import Prediction, Primary
from minicolumn.errors import PredictionError
from minicolumn.prediction.combinations import SIMULATOR_MEAN
from minicolumn.scoring.comparisons import compare
from minicolumn.scoring.controls import held_out_scores, reference_scores
from minicolumn.scoring.directions import Directions, score_directions
from minicolumn.scoring.magnitude import magnitude
from minicolumn.scoring.panel import Model, Panel
from minicolumn.scoring.reliability import undecided
from minicolumn.scoring.resampling import Resampling
from minicolumn.scoring.score import Numbers
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.names import ACH_SHUFFLED, TRAINING_SETS


def score_predictions(
    panel: Panel,
    predictions: pa.Table,
    settings: Prediction,
    resampling: Resampling,
    inside: Mapping[int, bool | None] | None = None,
) -> list[Numbers]:
    """Return the numbers of every model and statistic, in a fixed order.

    Parameters
    ----------
    panel
        Predictions and observations of the sessions.
    predictions
        Table of the kind `tables.PREDICTIONS`: its held-out mice are the positive
        control.
    settings, resampling
        Which scores are primary, what is undecided, and how often to redraw.
    inside
        Whether each session lies inside the simulated domain, None where it is not
        known; None altogether if that was not looked at.

    Raises
    ------
    PredictionError
        If no model is the declared primary one, or a session lacks a domain.
    """
    models = sorted(panel.predicted, key=_order)
    declared = settings.primary
    primary = [is_primary(model, declared) for model in models]
    if models and not any(primary):
        raise PredictionError(
            f"prediction.primary declares {declared.architecture} on "
            f"{', '.join(declared.statistics)}, but no such model was scored: declare "
            "one of the models, before looking at any score"
        )
    subsets = _subsets(panel, settings, inside)
    held_out = held_out_scores(predictions, resampling)
    compared = compare(panel, models, primary, resampling)
    return [
        Numbers(
            *model,
            primary=primary[i],
            directions=_directions(panel, model, resampling),
            subsets={
                name: _directions(panel, model, resampling, chosen[model.statistic])
                for name, chosen in subsets.items()
            },
            magnitude=magnitude(
                panel.predicted[model],
                panel.change[model.statistic],
                resampling,
                compared[i].weighted,
            ),
            nulls=compared[i].nulls,
            corrected=compared[i].corrected,
            references=(references := reference_scores(panel, model)),
            held_out=held_out.get(model),
            p=compared[i].corrected.deciding(primary[i]),
            adds_nothing=SIMULATOR_MEAN in references
            and references[SIMULATOR_MEAN].equals_model,
        )
        for i, model in enumerate(models)
    ]


def is_primary(model: Model, primary: Primary) -> bool:
    """Return whether a score is declared in advance: no control is."""
    return (
        model.architecture == primary.architecture
        and model.statistic in primary.statistics
        and model.training_set != ACH_SHUFFLED
    )


def _directions(
    panel: Panel,
    model: Model,
    resampling: Resampling,
    chosen: NDArray[np.bool_] | slice = slice(None),
) -> Directions:
    predicted, observed = panel.predicted[model], panel.change[model.statistic]
    return score_directions(predicted[chosen], observed[chosen], resampling)


def _subsets(
    panel: Panel, settings: Prediction, inside: Mapping[int, bool | None] | None
) -> dict[str, dict[str, NDArray[np.bool_]]]:
    """Return the sessions of each subset, by name and statistic."""
    below_se = settings.undecided_below_se
    found = {
        "decided": {
            name: ~undecided(change, panel.se[name], panel.df[name], below_se)
            for name, change in panel.change.items()
        }
    }
    if inside is None:
        return found
    sessions = panel.session_id.tolist()
    unknown = [session for session in sessions if session not in inside]
    if unknown:
        raise PredictionError(
            f"sessions {unknown[:5]} ({len(unknown)} in all) are neither inside nor "
            "outside the simulated domain: give a value for each"
        )
    flags = [inside[session] for session in sessions]
    for name, value in (("inside", True), ("outside", False)):
        mask = [flag is not None and bool(flag) is value for flag in flags]
        found[name] = dict.fromkeys(panel.change, np.array(mask, dtype=bool))
    return found


def _order(model: Model) -> tuple[str, int, int]:
    sets = (*TRAINING_SETS, model.training_set)
    return (
        model.architecture,
        sets.index(model.training_set),
        STATISTIC_NAMES.index(model.statistic),
    )
