"""Controls of each score: predictions without a surrogate, and held-out mice."""

import numpy as np
import pyarrow as pa

from minicolumn.arrays import rows_where
from minicolumn.prediction.combinations import HELD_OUT, POSTERIOR
from minicolumn.scoring.directions import NO_CHANGE, directions
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
    mice = rows_where(predictions, target=HELD_OUT, selector=POSTERIOR)
    names = (mice[n].to_pylist() for n in ("training_set", "forward", "statistic"))
    rows: dict[Model, list[tuple[float, float]]] = {}
    values = (mice[name].to_numpy() for name in ("predicted", "observed"))
    for *model, predicted, observed in zip(*names, *values, strict=True):
        rows.setdefault(Model(*model), []).append((predicted, observed))
    return {model: _held_out(np.array(both).T) for model, both in rows.items()}


def _held_out(changes: np.ndarray) -> HeldOut:
    p, o = directions(changes[0], NO_CHANGE), directions(changes[1])
    both = np.isfinite(p * o) & (p * o != 0)
    n, n_matches = int(both.sum()), int((both & (p == o)).sum())
    n_up = int((both & (o > 0)).sum())
    if not n:
        return HeldOut(0, 0, None, None)
    return HeldOut(n, n_matches, n_matches / n, max(n_up, n - n_up) / n)
