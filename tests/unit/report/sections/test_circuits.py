"""Which circuits a session could be, and how far that can be trusted."""

from dataclasses import replace

import pytest

from minicolumn.report.sections.circuits import content, figures


def test_the_parameters_that_rest_tells_are_named(results):
    found = content(results)
    assert found["best_known"] == ["n_neurons"]
    assert found["gained"] == pytest.approx(1.0)


def test_corrected_p_is_for_all_parameters(results):
    assert content(results)["smallest_ks_p"] == 1.0
    checks = results.posterior_checks
    p = checks.ks_p | {list(checks.ks_p)[3]: 0.001}
    biased = replace(results, posterior_checks=replace(checks, ks_p=p))
    assert content(biased)["smallest_ks_p"] == pytest.approx(0.001 * len(p))


def test_the_most_typical_session_is_shown(results):
    p = [0.1, 0.5, 0.9, None, 0.9, 0.2]
    domain = results.domain.assign(typicality_rest=p)
    assert content(replace(results, domain=domain))["shown"] == 902


def test_without_sessions_the_section_says_so(make_results):
    empty = make_results(n_sessions=0)
    assert content(empty)["shown"] is None
    drawn = {name: one.figure for name, one in figures(empty).items()}
    assert all(figure.axes for figure in drawn.values())
    assert drawn["marginals"].axes[0].texts[0].get_text() == "no session was scored"
