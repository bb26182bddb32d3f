"""What stands beside a score: references without a surrogate, and held-out circuits."""

import numpy as np
import pyarrow as pa

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


def held_out_scores(held_out: pa.Table) -> dict[Model, HeldOut]:
    """Return the positive control of each model from `tables.HELD_OUT`."""
    found = {}
    for row in held_out.to_pylist():
        n, n_matches, n_up = row["n"], row["n_matches"], row["n_up"]
        found[Model(row["training_set"], row["architecture"], row["statistic"])] = (
            HeldOut(
                n,
                n_matches,
                n_matches / n if n else None,
                max(n_up, n - n_up) / n if n else None,
            )
        )
    return found
