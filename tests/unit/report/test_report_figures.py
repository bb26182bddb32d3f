"""Figures: labelled axes, looks that tell mechanisms apart, safe inline SVG."""

import re

import numpy as np
import pandas as pd
import pytest
from minicolumn.report.figures_domain import domain_distances, domain_panels
from minicolumn.report.figures_transfer import accuracies, change_panels

from minicolumn.mechanisms import MECHANISMS
from minicolumn.report.domain import margins
from minicolumn.report.dose import dose_response, lowest_medians
from minicolumn.report.figures_circuits import choose_example, dose_panels, rasters
from minicolumn.report.figures_mechanism import (
    confusions,
    probabilities,
    reliability_diagram,
)
from minicolumn.report.figures_surrogates import loss_curves, skill_map
from minicolumn.report.recovery import recoveries
from minicolumn.report.results import where
from minicolumn.report.style import LOOKS, new_figure, to_svg
from minicolumn.report.wording import MISSING
from minicolumn.statistics.names import STATISTIC_NAMES


def texts(figure):
    return [
        text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))
    ]


def drawn(figure):
    """Return panels that show an axis."""
    return [axes for axes in figure.axes if axes.axison]


def test_every_training_set_has_a_look_of_its_own_without_colour():
    assert set(LOOKS) == {*MECHANISMS, "baseline"}
    for field in ("color", "line", "marker"):
        assert len({getattr(look, field) for look in LOOKS.values()}) == len(LOOKS)


def test_panels_of_statistics_name_statistic_unit_and_n(make_results):
    results = make_results()
    changes = where(results.changes, architecture="mlp")
    figures = [
        dose_panels(
            dose_response(results.simulated), lowest_medians(results.simulated)
        ),
        domain_panels(margins(results.domain_cohort)),
        change_panels(changes, results.observed, 2.0),
    ]

    for figure in figures:
        panels = drawn(figure)
        assert [axes.get_title(loc="left") for axes in panels] == list(STATISTIC_NAMES)
        for axes in panels:
            assert axes.get_ylabel() or axes.get_xlabel()
            assert any("n = " in text for text in texts(axes))
    assert drawn(figures[0])[0].get_ylabel() == "change (Hz)"
    assert drawn(figures[1])[0].get_xlabel() == "Hz"


def test_skill_shows_undefined_scores_as_a_dash(make_results):
    surrogates = make_results().surrogates
    surrogates[0].metrics["test"]["fano"]["r2"] = None
    del surrogates[1].metrics["test"]["lv"]

    figure = skill_map(surrogates, "r2")

    cells = [text.get_text() for text in figure.axes[0].texts]
    assert len(cells) == len(surrogates) * len(STATISTIC_NAMES)
    assert cells.count(MISSING) == 2


def test_accuracies_stand_where_the_scores_are(make_results):
    scores = make_results().scores
    mine = [cell for cell in scores["cells"] if cell["architecture"] == "mlp"]

    (axes,) = accuracies(mine, scores["reliability"]).axes

    (line,) = [one for one in axes.lines if one.get_label() == "synaptic"]
    mine = [c["score"] for c in mine if c["training_set"] == "synaptic"]
    assert list(line.get_xdata()) == [score["accuracy"] for score in mine]
    guesses = [
        one for one in axes.lines if one.get_label() == "best constant direction"
    ]
    assert len(guesses) == 1
    (ceiling,) = [one for one in axes.lines if one.get_label() == "ceiling"]
    assert list(ceiling.get_xdata()) == pytest.approx([0.9] * len(STATISTIC_NAMES))


def test_sessions_within_two_standard_errors_of_zero_are_open_symbols(make_results):
    results = make_results()
    changes = where(results.changes, architecture="mlp", statistic="mean_rate")
    observed = where(changes, training_set="synaptic")["observed"].abs()

    axes = change_panels(changes, results.observed, 2.0).axes[0]

    color = LOOKS["synaptic"].color
    mine = [o for o in axes.lines if o.get_color() == color and o.get_marker() == "o"]
    shown = {line.get_markerfacecolor(): len(line.get_xdata()) for line in mine}
    assert shown == {color: (observed >= 0.6).sum(), "white": (observed < 0.6).sum()}


def test_confusions_print_every_count(make_results):
    results = make_results()

    figure = confusions(recoveries(results.mechanism))

    for axes in figure.axes:
        assert sum(int(text.get_text()) for text in axes.texts) == 6


@pytest.mark.parametrize(
    "draw",
    [
        lambda: rasters([]),
        lambda: skill_map([], "r2"),
        lambda: loss_curves([]),
        lambda: accuracies([], []),
        lambda: confusions([]),
        lambda: probabilities({"sessions": [], "cohorts": [], "truth": {}}),
    ],
)
def test_nothing_to_show_is_said(draw):
    assert any(text.startswith("no ") for text in texts(draw()))


def test_one_session_is_enough_to_draw(make_results):
    results = make_results(n_sessions=1)

    figure = probabilities(results.mechanism)

    assert "900 (truth: synaptic)" in texts(figure)
    assert "all 2 together, truth: synaptic" in texts(figure)


def test_probabilities_are_drawn_whole_and_claims_beside_them(make_results):
    (axes,) = probabilities(make_results(n_sessions=2).mechanism).axes
    ends = {}
    for bar in axes.patches:
        ends[bar.get_y()] = max(ends.get(bar.get_y(), 0), bar.get_x() + bar.get_width())
    assert list(ends.values()) == pytest.approx([1.0] * 4)
    assert [t.get_text() for t in axes.texts[:2]] == ["synaptic", "undecided"]


def test_reliability_is_drawn_as_it_is():
    figure = reliability_diagram(
        {"toy": {"probability": [0.4, 0.8], "right": [0.5, 0.7], "n": [3, 4]}}
    )
    line = figure.axes[0].lines[1]
    assert list(line.get_ydata()) == [0.5, 0.7]
    assert "toy (7 answers)" in texts(figure)


def test_shard_without_circuits_has_no_example():
    assert choose_example(pd.DataFrame({"level": [], "outcome": []})) == []


def test_svg_keeps_text_hides_nothing_and_escapes_its_label():
    figure = new_figure(2.0)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], clip_on=True)
    axes.set_title("a <b> & c")

    svg = to_svg(figure, "key", 'says "<script>"')

    assert "a &lt;b&gt; &amp; c" in svg
    assert "<script" not in svg
    assert svg.startswith("<svg ")
    assert all(name.startswith("key-") for name in re.findall(r' id="([^"]+)"', svg))
    assert "http" not in svg


def test_two_drawings_share_no_identifier():
    def draw(key):
        figure = new_figure(2.0)
        figure.subplots().plot(np.arange(3))
        return set(re.findall(r' id="([^"]+)"', to_svg(figure, key, "label")))

    assert draw("one")
    assert not draw("one") & draw("two")


def test_every_session_has_its_distance_in_both_states(make_results):
    results = make_results(n_sessions=5)
    panels = drawn(domain_distances(results.domain))
    assert len(panels) == 2
    for axes, state in zip(panels, ("stationary", "running"), strict=True):
        of_epochs, of_sessions, edge = axes.lines
        medians = where(results.domain, state=state)
        medians = medians[medians["epoch"].isna()]["mahalanobis"]
        assert list(of_sessions.get_ydata()) == sorted(medians)
        assert len(of_epochs.get_ydata()) == 5 * 3
        assert list(edge.get_ydata()) == [1.0, 1.0]


def test_distances_that_are_not_known_are_said_to_be_missing(make_results):
    results = make_results()
    unknown = results.domain.assign(mahalanobis=np.nan)
    for domain in (unknown, results.domain.iloc[:0]):
        assert "no epoch could be compared" in texts(domain_distances(domain))
