"""Small tables of changes, made to order."""

import pyarrow as pa
import pytest

from minicolumn.config.prediction import Prediction
from minicolumn.files.tables import OBSERVED_CHANGES, PREDICTIONS
from minicolumn.scoring.panel import Panel
from minicolumn.scoring.resampling import Resampling


@pytest.fixture
def predictions():
    """Return a function: rows (target, set, statistic, predicted, observed)."""

    def make(rows, forward="mlp", selector="posterior", target="session"):
        names = ("target_id", "training_set", "statistic", "predicted", "observed")
        who = {"target": target, "selector": selector, "forward": forward}
        return pa.Table.from_pylist(
            [
                {**dict(zip(names, row, strict=True)), **who, "scale": 1.0}
                for row in rows
            ],
            schema=PREDICTIONS.arrow(),
        )

    return make


@pytest.fixture
def scoring_settings():
    """Return scoring settings whose primary model is the MLP."""
    return Prediction.model_validate(
        {
            "nearest_circuits": 5,
            "held_out_mice": 5,
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
                "df": 1000,
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
def panel(predictions, observed):
    """Return a function: rows as of `predictions` to a panel of them."""

    def make(rows, references=None, architecture="mlp", se=0.1, sham=0.0):
        seen = {(row[0], row[2]): row[4] for row in rows}
        tables = [predictions(rows, architecture)]
        for (selector, forward), others in (references or {}).items():
            tables.append(predictions(others, forward, selector))
        return Panel.of(pa.concat_tables(tables), observed(seen, se, sham))

    return make


@pytest.fixture
def no_control():
    """Return predictions without any held-out mouse."""
    return PREDICTIONS.arrow().empty_table()
