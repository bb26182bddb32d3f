import numpy as np
import pyarrow as pa
import pytest
from bare import bare_circuit

from minicolumn.files.tables import TUNED_STATISTICS
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.statistics.smooth import SMOOTH_NAMES
from minicolumn.tuning.checks import check_rows
from minicolumn.tuning.fit import FitOutcome, Fits
from minicolumn.tuning.targets import PLACES, even

SD = np.full(len(SMOOTH_NAMES), 0.5)


def test_a_circuit_that_does_what_unseen_epochs_do_has_z_zero(session, fitting):
    unseen = session.evaluation.mean(axis=0)
    steps = np.zeros((1, 1))
    circuit = bare_circuit(3, 2)
    fits = Fits([circuit], [circuit], [FitOutcome.FITTED], steps, steps, steps)
    session.stationary[1::2] = session.stationary[1]
    unseen = session.evaluation[0]
    missing = dict.fromkeys(TUNED_STATISTICS.names)
    rows = [
        missing
        | {"session_id": 11, "start": 0, "circuit_id": 0, "fitted": fitted}
        | {"state": "stationary", "trial": trial, "outcome": "ok"}
        | dict(zip(STATISTIC_NAMES, unseen * (1 if fitted else 2), strict=True))
        for fitted in (False, True)
        for trial in range(2)
    ]
    table = pa.Table.from_pylist(rows, schema=TUNED_STATISTICS.arrow())
    found = list(check_rows([session], {11: fits}, table, SD, fitting))
    assert [row["statistic"] for row in found] == list(SMOOTH_NAMES)
    assert [row["z_after"] for row in found] == pytest.approx([0.0] * len(found))
    before = (even(2 * unseen[PLACES], fitting) - even(unseen[PLACES], fitting)) / SD
    assert [row["z_before"] for row in found] == pytest.approx(before)
    assert not list(check_rows([session], {11: "too few"}, table, SD, fitting))
