import dataclasses

import pytest

from minicolumn.report.posterior import content, drawings, predictive_rows


def test_the_parameters_that_rest_tells_are_named(make_results):
    found = content(make_results().posterior, "mlp")
    assert found["best_known"] == ["n_neurons"]
    assert found["gained"] == pytest.approx(1.0)


def test_corrected_p_is_for_all_parameters(make_results):
    record = make_results().posterior
    assert content(record, "mlp")["smallest_ks_p"] == 1.0
    names = list(record.checks["ks_p"])
    low = dict.fromkeys(names, 0.9) | {names[3]: 0.001}
    checks = {**record.checks, "ks_p": low}
    found = content(dataclasses.replace(record, checks=checks), "mlp")
    assert found["smallest_ks_p"] == pytest.approx(0.001 * len(names))


def test_the_first_session_is_shown(make_results):
    assert content(make_results().posterior, "mlp")["shown"] == 900


def test_rejected_sessions_are_counted_per_mechanism(make_results):
    rows = predictive_rows(make_results().posterior.predictive, "mlp")
    assert [row["n_rejected"] for row in rows] == [3, 3, 3, 3]
    assert {row["n"] for row in rows} == {6}


def test_without_sessions_the_section_says_so(make_results):
    empty = make_results(n_sessions=0)
    assert content(empty.posterior, None)["shown"] is None
    for figure in drawings(empty.posterior).values():
        assert figure.axes
    texts = drawings(empty.posterior)["marginals"].axes[0].texts
    assert texts[0].get_text() == "no session was scored"
