"""What is said of the domain: no more than the numbers say."""

from types import SimpleNamespace

import pytest
from report_charts import layers, rows

from minicolumn.files.tables import TYPICALITIES
from minicolumn.report.sections.domain import (
    domain_sentence,
    share_outside,
    typicality_panel,
)


def margin(n_outside, n_defined):
    return SimpleNamespace(n_outside=n_outside, n_defined=n_defined)


def test_a_share_of_no_epochs_is_undefined():
    assert share_outside(margin(1, 4)) == 0.25
    assert share_outside(margin(0, 0)) is None
    assert share_outside(margin(None, 4)) is None


def cohort_of(p, n_inside=3, fraction=0.75):
    inside = SimpleNamespace(n_judged=4, n_inside=n_inside, fraction=fraction)
    running = SimpleNamespace(mmd=SimpleNamespace(value=0.5, p=p), c2st=None)
    return SimpleNamespace(p=p, states={"running": running}, coverage=inside)


def test_what_is_said_of_the_domain_follows_from_its_numbers():
    assert "extrapolations; 3 of 4 sessions (75.0 %) lie" in domain_sentence(
        cohort_of(0.01)
    )
    alike = domain_sentence(cohort_of(0.4, n_inside=1, fraction=0.25))
    assert "not distinguishable from simulations (p = 0.4 over 1 test); 1 of 4" in alike
    assert "A small cohort can hide a difference" in alike
    assert "not known" in domain_sentence(cohort_of(None))


def domain_of(results):
    """Two sessions: one like mice of the class synaptic, one unlike all mice."""
    p = dict.fromkeys(TYPICALITIES, 0.002) | {"typicality_rest": [0.3, 0.002]}
    p["typicality_synaptic"] = [0.2, 0.002]
    return results.domain.head(2).assign(**p, outside=[[], ["fano", "lv"]])


def test_every_session_has_its_typicality_in_the_closest_class(results):
    drawn = rows(layers(typicality_panel(domain_of(results), 0.01)), "session_id")

    drawn = {row["session_id"]: row for row in drawn}
    assert drawn[900]["typicality"] == pytest.approx(0.4)  # twice the smaller p
    assert (drawn[900]["rest"], drawn[900]["closest"]) == (0.3, "synaptic")
    assert drawn[901]["typicality"] == pytest.approx(0.004)
    assert drawn[901]["outside"] == "Fano factor, Local variation"


def test_the_edge_of_the_domain_is_drawn(results):
    chart = typicality_panel(results.domain, 0.01)
    assert "0.01" in str(chart)


def test_what_is_not_known_is_said_to_be_missing(results):
    unknown = results.domain.assign(typicality_rest=None)
    for domain in (unknown, results.domain.iloc[:0]):
        chart = typicality_panel(domain, 0.01)
        assert "no session could be compared" in str(chart)
