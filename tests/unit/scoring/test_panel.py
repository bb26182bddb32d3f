import numpy as np
import pyarrow as pa
import pytest

from minicolumn.errors import PredictionError
from minicolumn.scoring.panel import Model, Panel, agreement

FANO = Model("synaptic", "mlp", "fano")


def test_sessions_are_aligned_whatever_the_order_of_rows(predictions, observed):
    rows = [(3, "synaptic", "fano", 3.0, 30.0), (1, "synaptic", "fano", 1.0, 10.0)]
    table = observed({(1, "fano"): 10.0, (2, "fano"): 20.0, (3, "fano"): 30.0})
    panel = Panel.of(predictions(rows), table)
    np.testing.assert_array_equal(panel.session_id, [1, 2, 3])
    np.testing.assert_array_equal(panel.predicted[FANO], [1.0, np.nan, 3.0])
    np.testing.assert_array_equal(panel.change["fano"], [10.0, 20.0, 30.0])
    np.testing.assert_array_equal(panel.agreement(FANO), [1.0, np.nan, 1.0])


def test_both_methods_are_scored_and_references_are_not(predictions, observed):
    table = predictions([(1, "synaptic", "fano", 1.0, 10.0)] * 3)
    columns = {
        "selector": ["posterior", "gradient", "nearest"],
        "forward": ["mlp", "simulator", "simulator"],
    }
    for name, values in columns.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, table.schema.field(name), pa.array(values))
    panel = Panel.of(table, observed({(1, "fano"): 10.0}))
    assert set(panel.predicted) == {FANO, FANO._replace(architecture="simulator")}


def test_missing_values_stay_missing(predictions, observed):
    rows = [(1, "synaptic", "fano", None, None)]
    panel = Panel.of(predictions(rows), observed({(1, "fano"): None}))
    assert np.isnan(panel.predicted[FANO]).all()
    assert np.isnan(panel.change["fano"]).all()


def test_a_statistic_of_another_version_is_refused(predictions, observed):
    rows = [(1, "synaptic", "spike_glamour", 1.0, 1.0)]
    with pytest.raises(
        PredictionError, match=r"'spike_glamour'.* train the surrogates"
    ):
        Panel.of(predictions(rows), observed({(1, "fano"): 1.0}))


def test_a_session_without_observation_is_refused(predictions, observed):
    rows = [(7, "synaptic", "fano", 1.0, 1.0)]
    with pytest.raises(PredictionError, match=r"sessions \[7\] .* no observed changes"):
        Panel.of(predictions(rows), observed({(1, "fano"): 1.0}))


def test_a_repeated_row_is_refused(predictions, observed):
    rows = [(1, "synaptic", "fano", 1.0, 1.0)] * 2
    with pytest.raises(PredictionError, match="two rows for one session"):
        Panel.of(predictions(rows), observed({(1, "fano"): 1.0}))


def test_without_sessions_there_is_nothing_to_align(predictions, observed):
    panel = Panel.of(predictions([]), observed({}))
    assert len(panel.session_id) == 0
    assert not panel.predicted


def test_agreement_tells_matches_ties_and_missing_apart():
    predicted = np.array([1.0, -1.0, 1e-12, 1.0, np.nan])
    observed = np.array([2.0, 2.0, 2.0, 0.0, 2.0])
    np.testing.assert_array_equal(
        agreement(predicted, observed), [1.0, -1.0, 0.0, 0.0, np.nan]
    )


@pytest.mark.parametrize(
    ("selector", "forward", "name"),
    [
        ("prior", "bank", "simulator_mean"),
        ("nearest", "bank", "simulator_nearest"),
        ("prior", "rate_alone", "rate_alone"),
    ],
)
def test_references_are_known_by_selector_and_forward_model(
    predictions, observed, selector, forward, name
):
    rows = [(1, "synaptic", "fano", 1.0, 1.0)]
    other = predictions([(1, "synaptic", "fano", 2.0, 1.0)], forward, selector)
    table = pa.concat_tables([predictions(rows), other])
    panel = Panel.of(table, observed({(1, "fano"): 1.0}))
    assert panel.references == {("synaptic", name, "fano"): pytest.approx([2.0])}
    assert list(panel.predicted) == [FANO]


def test_the_published_method_and_held_out_mice_are_not_the_sessions(
    predictions, observed
):
    rows = [(1, "synaptic", "fano", 1.0, 1.0)]
    others = [
        predictions([(1, "synaptic", "fano", 5.0, 1.0)], selector="prior"),
        predictions([(7, "synaptic", "fano", 9.0, 1.0)], target="held_out"),
    ]
    table = pa.concat_tables([predictions(rows), *others])
    panel = Panel.of(table, observed({(1, "fano"): 1.0}))
    assert {k: v.tolist() for k, v in panel.predicted.items()} == {FANO: [1.0]}
