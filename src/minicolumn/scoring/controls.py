"""Controls of each score: predictions without a surrogate, and held-out mice."""

import numpy as np
import pyarrow as pa

from minicolumn.arrays import rows_where
from minicolumn.prediction.combinations import HELD_OUT, POSTERIOR
from minicolumn.scoring.directions import Directions, score_directions
from minicolumn.scoring.panel import Model, Panel, agreement
from minicolumn.scoring.resampling import Resampling
from minicolumn.scoring.score import Reference


def reference_scores(panel: Panel, model: Model) -> dict[str, Reference]:
    """Return what each reference of the model's mechanism came to, by name.

    Over the sessions that the model, the reference and the observation define.
    """
    observed, mine = panel.change[model.statistic], panel.predicted[model]
    found = {}
    for (mechanism, name, statistic), predicted in panel.references.items():
        if (mechanism, statistic) != (model.training_set, model.statistic):
            continue
        both = np.isfinite(predicted + mine + observed)
        right = agreement(predicted[both], observed[both])
        same = agreement(predicted[both], mine[both])
        n, matches = int(both.sum()), float(((1 + right) / 2).sum())
        found[name] = Reference(
            n,
            matches,
            matches / n if n else None,
            int((same > 0).sum()),
            int((same != 0).sum()),
        )
    return found


def held_out_scores(
    predictions: pa.Table, resampling: Resampling
) -> dict[Model, Directions]:
    """Return the positive control of each model: the method on held-out mice.

    They are predicted and scored as sessions are, by the same functions. The table is
    of the kind `tables.PREDICTIONS`.
    """
    mice = rows_where(predictions, target=HELD_OUT, selector=POSTERIOR).to_pandas()
    by_model = mice.groupby(["training_set", "forward", "statistic"])
    return {
        Model(*model): score_directions(
            rows["predicted"].to_numpy(float),
            rows["observed"].to_numpy(float),
            resampling,
        )
        for model, rows in by_model
    }
