"""Controls of each score: predictions without a surrogate, and held-out mice."""

import numpy as np
import pandas as pd
import pyarrow as pa

from minicolumn.arrays import rows_where
from minicolumn.prediction.combinations import HELD_OUT, POSTERIOR
from minicolumn.scoring.panel import Model, Panel, agreement
from minicolumn.scoring.score import HeldOut, Reference


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


def held_out_scores(predictions: pa.Table) -> dict[Model, HeldOut]:
    """Return the positive control of each model: the method on held-out mice.

    ``predictions`` is a table of the kind `tables.PREDICTIONS`. Ties are left out.
    """
    mice = rows_where(predictions, target=HELD_OUT, selector=POSTERIOR).to_pandas()
    by_model = mice.groupby(["training_set", "forward", "statistic"])
    return {
        Model(*model): _held_out(rows["predicted"], rows["observed"])
        for model, rows in by_model
    }


def _held_out(predicted: pd.Series, observed: pd.Series) -> HeldOut:
    found = agreement(predicted.to_numpy(float), observed.to_numpy(float))
    n, n_matches = int(np.sum(np.abs(found) > 0)), int(np.sum(found > 0))
    n_up = int(np.sum((np.abs(found) > 0) & (observed > 0)))
    if not n:
        return HeldOut(0, 0, None, None)
    return HeldOut(n, n_matches, n_matches / n, max(n_up, n - n_up) / n)
