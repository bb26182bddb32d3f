"""What is said of the domain: no more than the numbers say."""

from types import SimpleNamespace

import numpy as np
import pytest
from report_charts import layers_of, panels, rows

from minicolumn.report.charts import specification
from minicolumn.report.results import where
from minicolumn.report.sections.domain import (
    distance_panels,
    domain_sentence,
    share_outside,
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
    return SimpleNamespace(
        p=p, states={"running": running}, coverage={"sessions": inside}
    )


def test_what_is_said_of_the_domain_follows_from_its_numbers():
    assert "extrapolations; 3 of 4 sessions (75.0 %) lie" in domain_sentence(
        cohort_of(0.01)
    )
    alike = domain_sentence(cohort_of(0.4, n_inside=1, fraction=0.25))
    assert "not distinguishable from simulations (p = 0.4 over 1 test); 1 of 4" in alike
    assert "a small cohort can hide a difference" in alike
    assert "not known" in domain_sentence(cohort_of(None))


def test_every_session_has_its_distance_in_both_states(make_results):
    results = make_results(n_sessions=5)
    found = panels(distance_panels(results.domain))

    for state, panel in found.items():
        drawn = rows(layers_of(panel), "session_id")
        medians = sorted(r["mahalanobis"] for r in drawn if r["epoch"] is None)
        expected = where(results.domain, state=state)
        expected = expected[expected["epoch"].isna()]["mahalanobis"]
        assert medians == pytest.approx(sorted(expected), rel=1e-4)
        assert len(drawn) == 5 + 5 * 3
    assert list(found) == ["stationary", "running"]


def test_what_is_not_known_is_said_to_be_missing(results):
    unknown = results.domain.assign(mahalanobis=np.nan)
    for domain in (unknown, results.domain.iloc[:0]):
        chart = distance_panels(domain)
        assert "no epoch could be compared" in str(specification(chart))
