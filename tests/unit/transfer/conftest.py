"""Small tables of recorded statistics and of changes, made to order."""

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.tables import RECORDED_STATISTICS, TRANSFER


@pytest.fixture
def recorded():
    """Return a function: {(session, state): epochs x 11} to the recorded table."""

    def make(epochs):
        rows = []
        for (session, state), values in epochs.items():
            for epoch, row in enumerate(np.atleast_2d(values)):
                rows.append(
                    {
                        "session_id": session,
                        "epoch": epoch,
                        "state": state,
                        "duration_s": 10.0,
                        "n_units": 25,
                        **{
                            name: None if np.isnan(x) else float(x)
                            for name, x in zip(STATISTIC_NAMES, row, strict=True)
                        },
                    }
                )
        return pa.Table.from_pylist(rows, schema=RECORDED_STATISTICS.arrow())

    return make


@pytest.fixture
def changes():
    """Return a function: rows (session, set, statistic, predicted, observed)."""

    def make(rows, architecture="mlp", scale=1.0):
        names = ("session_id", "training_set", "statistic", "predicted", "observed")
        return pa.Table.from_pylist(
            [
                {
                    **dict(zip(names, row, strict=True)),
                    "architecture": architecture,
                    "scale": scale,
                }
                for row in rows
            ],
            schema=TRANSFER.arrow(),
        )

    return make
