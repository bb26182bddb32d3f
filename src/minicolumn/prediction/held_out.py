"""Positive control: held-out circuits, taken for sessions whose answer is known.

A way to predict that cannot tell in which direction a circuit of its own model family
and its own mechanism goes has no business predicting mice.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from minicolumn.config.analysis import States
from minicolumn.files.store import columns_of
from minicolumn.files.tables import HELD_OUT
from minicolumn.inference.circuits.nearest import Floats, InBothStates, change_nearest
from minicolumn.prediction.bank import SimulatedCircuits
from minicolumn.prediction.predict import EmulatedCircuits
from minicolumn.scoring.directions import NO_CHANGE, directions
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.archive import Trained
from minicolumn.surrogates.names import source_mechanism


def predict_held_out(
    models: Iterable[Trained],
    circuits: pa.Table,
    simulated: Mapping[str, SimulatedCircuits],
    scale: Floats,
    states: States,
    nearest_circuits: int,
) -> dict[str, list[Any]]:
    """Return the columns of the table `tables.HELD_OUT`.

    Each test circuit is treated as a session is: its simulated statistics at rest
    choose the emulated training circuits that predict its change. Its parameters and
    its response are not looked at. Ties are left out.

    Parameters
    ----------
    models
        Trained surrogates, one at a time.
    circuits
        Table of the kind `tables.CIRCUITS`.
    simulated
        All simulated circuits by mechanism; those of a model's test split are used.
    scale
        SD of each simulated statistic, (11,).
    states
        ACh level of each state.
    nearest_circuits
        How many training circuits carry a prediction.
    """
    rows: list[dict[str, Any]] = []
    for model in models:
        mechanism = source_mechanism(model.training_set)
        test = simulated[mechanism].split(model.rule, "test")
        emulated = EmulatedCircuits.of_training(model, circuits, states)
        predicted = [
            change_nearest(emulated, at_rest, scale, nearest_circuits)
            for at_rest in test.stationary
        ]
        rows += _rows(model, np.reshape(predicted, test.change.shape), test)
    return columns_of(rows, HELD_OUT.names)


def _rows(
    model: Trained, predicted: Floats, test: InBothStates
) -> list[dict[str, Any]]:
    p, o = directions(predicted, NO_CHANGE), directions(test.change)
    both = np.isfinite(p * o) & (p * o != 0)
    return [
        {
            "training_set": model.training_set,
            "architecture": model.architecture,
            "statistic": name,
            "n": int(both[:, i].sum()),
            "n_matches": int((both & (p == o))[:, i].sum()),
            "n_up": int((both & (o > 0))[:, i].sum()),
        }
        for i, name in enumerate(STATISTIC_NAMES)
    ]
