import json

import numpy as np
import pyarrow as pa
import pytest

from minicolumn.files.documents import read_document, write_document
from minicolumn.files.tables import REPEATED_STATISTICS
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.archive import Trained
from minicolumn.surrogates.conformal import Calibration
from minicolumn.surrogates.models import fit
from minicolumn.surrogates.rows import LEVEL
from minicolumn.surrogates.scoreboard import Scoreboard, ceilings_of, scoreboard

LEVELS = (0.0, 0.4, 1.0)
NOISE_SD = 0.5


def repeats(n_circuits=40, n_trials=4, edit=None):
    """Circuits of unit spread under noise of `NOISE_SD`; rows in no order."""
    rng = np.random.default_rng(0)
    grid = np.meshgrid(np.arange(n_circuits), LEVELS, np.arange(n_trials))
    circuit, level, trial = (axis.ravel() for axis in grid)
    signal = rng.normal(size=(n_circuits, len(STATISTIC_NAMES)))[circuit]
    values = signal + NOISE_SD * rng.normal(size=signal.shape)
    columns = {
        "circuit_id": circuit,
        "mechanism": ["combined"] * len(circuit),
        "level": level,
        "trial": trial,
        "outcome": ["ok"] * len(circuit),
        "duration_s": np.ones(len(circuit)),
        "n_units": np.full(len(circuit), 25),
        **dict(zip(STATISTIC_NAMES, values.T, strict=True)),
    }
    if edit:
        edit(columns)
    order = rng.permutation(len(circuit))
    arrow = REPEATED_STATISTICS.arrow()
    others = dict.fromkeys(arrow.names, np.full(len(circuit), np.nan))
    columns = {name: np.asarray(values) for name, values in (others | columns).items()}
    arrays = [pa.array(columns[f.name][order], f.type) for f in arrow]
    return pa.Table.from_arrays(arrays, schema=arrow)


def test_ceilings_are_found_whatever_the_order_of_rows():
    found = ceilings_of(repeats(), seed=1)
    truth = 1 / (1 + NOISE_SD**2)
    assert np.mean([one.r2.share for one in found.values()]) == pytest.approx(
        truth, abs=0.05
    )
    for one in found.values():
        assert list(one.by_level) == list(LEVELS)
        assert one.r2_within.share == pytest.approx(0, abs=0.15)


def test_simulations_that_failed_are_no_noise():
    def fail(columns):
        columns["outcome"] = ["not_finite", *columns["outcome"][1:]]
        columns["fano"] = np.concatenate([[1e9], columns["fano"][1:]])

    found = ceilings_of(repeats(edit=fail), seed=1)["fano"]
    assert found.r2.share == pytest.approx(0.8, abs=0.1)


@pytest.fixture(scope="module")
def board(toy, tiny):
    def trained(name, **changes):
        surrogate = fit(name, toy.train, toy.validation, tiny[name] | changes, seed=5)
        calibration = Calibration.fit(surrogate, toy.validation, toy.calibration)
        return Trained(name, "combined", toy.rule, surrogate, calibration)

    models = [trained("mlp"), trained("xgboost", n_trees=3)]
    return scoreboard(toy, models, repeats(), seed=1)


def test_every_model_has_every_score(board, toy):
    assert list(board.models) == ["mlp", "xgboost", "mean", "ridge", "nearest"]
    assert board.n_test_circuits == toy.test.n_circuits
    n_levels = len(np.unique(toy.test.inputs[:, LEVEL]))
    for scores in board.models.values():
        assert set(scores) == set(STATISTIC_NAMES)
        assert all(len(one.by_level) == n_levels for one in scores.values())


def test_fractions_are_of_the_ceiling(board):
    for name, one in board.models["mlp"].items():
        ceiling = board.ceilings[name]
        assert one.r2_of_ceiling == one.r2 / ceiling.r2.share
        assert one.r2_within_of_ceiling is None  # its interval touches 0
        for at in one.by_level:
            if at.level in ceiling.by_level:
                share = ceiling.by_level[at.level].share
                assert at.r2_of_ceiling == at.r2 / share
            else:
                assert at.r2_of_ceiling is None


def test_the_first_model_is_compared_with_all_others(board):
    assert board.compared == "mlp"
    found = {
        (one.rival, one.measure): one
        for one in board.comparisons
        if one.statistic == "mean_rate"
    }
    assert set(found) == {
        (rival, measure)
        for rival in ("xgboost", "mean", "ridge", "nearest")
        for measure in ("r2", "r2_within")
    }
    assert found["mean", "r2"].verdict == "better"
    assert found["xgboost", "r2"].verdict == "better"
    scores = {name: one["mean_rate"] for name, one in board.models.items()}
    assert found["mean", "r2"].r2 == pytest.approx(scores["mlp"].r2 - scores["mean"].r2)


def test_it_survives_the_disk_under_todays_keys(board, tmp_path):
    write_document(tmp_path / "combined.json", board)
    assert read_document(tmp_path / "combined.json", Scoreboard) == board
    plain = json.loads((tmp_path / "combined.json").read_text())
    assert set(plain["ceilings"]["fano"]["by_level"]) == {"0.0", "0.4", "1.0"}
    assert set(plain["comparisons"][0]) == {
        *("rival", "measure", "statistic", "n_circuits", "r2", "interval", "verdict")
    }
    assert {"r2", "r2_of_ceiling", "r2_within", "r2_within_of_ceiling"} <= set(
        plain["models"]["mlp"]["fano"]
    )
