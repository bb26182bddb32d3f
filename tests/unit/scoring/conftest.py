"""Small tables of recorded statistics and of changes, made to order."""

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.config.analysis import Transfer
from minicolumn.files.tables import (
    HELD_OUT,
    OBSERVED_CHANGES,
    RECORDED_STATISTICS,
    REFERENCES,
    TRANSFER,
)
from minicolumn.scoring.panel import Panel
from minicolumn.scoring.resampling import Resampling
from minicolumn.statistics.names import STATISTIC_NAMES


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


@pytest.fixture
def scoring_settings():
    """Return scoring settings whose primary model is the MLP."""
    return Transfer.model_validate(
        {
            "nearest_circuits": 5,
            "primary": {
                "architecture": "mlp",
                "statistics": ["mean_rate", "pairwise_corr", "spectral_power"],
            },
            "undecided_below_se": 2.0,
            "n_resamples": 1000,
            "n_permutations": 1000,
        }
    )


@pytest.fixture
def redraw():
    """Return few resamples."""
    return Resampling(seed=1, n_resamples=1000, n_permutations=1000)


@pytest.fixture
def observed():
    """Return a function: {(session, statistic): change} to the observed table."""

    def make(changes, se=0.1, sham=0.0):
        rows = [
            {
                "session_id": session,
                "statistic": statistic,
                "change": change,
                "se": se,
                "p_sign": 0.9,
                "half_change_1": change,
                "half_change_2": change,
                "sham_change": sham,
                "n_stationary": 8,
                "n_running": 8,
            }
            for (session, statistic), change in changes.items()
        ]
        return pa.Table.from_pylist(rows, schema=OBSERVED_CHANGES.arrow())

    return make


@pytest.fixture
def panel(changes, observed):
    """Return a function: rows as of `changes` to a panel of them."""

    def make(rows, references=(), architecture="mlp", se=0.1, sham=0.0):
        names = ("session_id", "mechanism", "reference", "statistic", "predicted")
        reference_rows = [dict(zip(names, row, strict=True)) for row in references]
        seen = {(row[0], row[2]): row[4] for row in rows}
        return Panel.of(
            changes(rows, architecture),
            observed(seen, se, sham),
            pa.Table.from_pylist(reference_rows, schema=REFERENCES.arrow()),
        )

    return make


@pytest.fixture
def no_control():
    """Return a table of held-out circuits without any row."""
    return HELD_OUT.arrow().empty_table()
