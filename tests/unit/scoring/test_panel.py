import numpy as np
import pyarrow as pa
import pytest

from minicolumn.errors import TransferError
from minicolumn.files.tables import REFERENCES
from minicolumn.scoring.panel import Model, Panel, agreement

NONE = REFERENCES.arrow().empty_table()
FANO = Model("synaptic", "mlp", "fano")


def test_sessions_are_aligned_whatever_the_order_of_rows(changes, observed):
    rows = [(3, "synaptic", "fano", 3.0, 30.0), (1, "synaptic", "fano", 1.0, 10.0)]
    table = observed({(1, "fano"): 10.0, (2, "fano"): 20.0, (3, "fano"): 30.0})
    panel = Panel.of(changes(rows), table, NONE)
    np.testing.assert_array_equal(panel.session_id, [1, 2, 3])
    np.testing.assert_array_equal(panel.predicted[FANO], [1.0, np.nan, 3.0])
    np.testing.assert_array_equal(panel.change["fano"], [10.0, 20.0, 30.0])
    np.testing.assert_array_equal(panel.agreement(FANO), [1.0, np.nan, 1.0])


def test_missing_values_stay_missing(changes, observed):
    rows = [(1, "synaptic", "fano", None, None)]
    panel = Panel.of(changes(rows), observed({(1, "fano"): None}), NONE)
    assert np.isnan(panel.predicted[FANO]).all()
    assert np.isnan(panel.change["fano"]).all()


def test_a_statistic_of_another_version_is_refused(changes, observed):
    rows = [(1, "synaptic", "spike_glamour", 1.0, 1.0)]
    with pytest.raises(TransferError, match=r"'spike_glamour'.* train the surrogates"):
        Panel.of(changes(rows), observed({(1, "fano"): 1.0}), NONE)


def test_a_session_without_observation_is_refused(changes, observed):
    rows = [(7, "synaptic", "fano", 1.0, 1.0)]
    with pytest.raises(TransferError, match=r"sessions \[7\] .* no observed changes"):
        Panel.of(changes(rows), observed({(1, "fano"): 1.0}), NONE)


def test_a_repeated_row_is_refused(changes, observed):
    rows = [(1, "synaptic", "fano", 1.0, 1.0)] * 2
    with pytest.raises(TransferError, match="two rows for one session"):
        Panel.of(changes(rows), observed({(1, "fano"): 1.0}), NONE)


def test_without_sessions_there_is_nothing_to_align(changes, observed):
    panel = Panel.of(changes([]), observed({}), NONE)
    assert len(panel.session_id) == 0
    assert not panel.predicted


def test_agreement_tells_matches_ties_and_missing_apart():
    predicted = np.array([1.0, -1.0, 1e-12, 1.0, np.nan])
    observed = np.array([2.0, 2.0, 2.0, 0.0, 2.0])
    np.testing.assert_array_equal(
        agreement(predicted, observed), [1.0, -1.0, 0.0, 0.0, np.nan]
    )


def test_references_are_kept_by_mechanism_and_kind(changes, observed):
    names = ("session_id", "mechanism", "reference", "statistic", "predicted")
    row = dict(zip(names, (1, "synaptic", "rate_alone", "fano", 2.0), strict=True))
    references = pa.Table.from_pylist([row], schema=REFERENCES.arrow())
    panel = Panel.of(
        changes([(1, "synaptic", "fano", 1.0, 1.0)]),
        observed({(1, "fano"): 1.0}),
        references,
    )
    assert panel.references["synaptic", "rate_alone", "fano"] == pytest.approx([2.0])
