"""Figures: labeled axes, looks that tell mechanisms apart, safe inline SVG."""

import re

import numpy as np
import pandas as pd
import pytest

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.report.figures_branches import branches
from minicolumn.report.figures_circuits import choose_example, rasters
from minicolumn.report.figures_mechanism import confusions, reliability_diagram
from minicolumn.report.figures_surrogates import loss_curves
from minicolumn.report.recovery import recoveries
from minicolumn.report.style import LOOKS, new_figure, to_svg


def texts(figure):
    return [
        text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))
    ]


def test_every_training_set_has_a_look_of_its_own_without_color():
    assert set(LOOKS) == {*MECHANISMS, "ach_shuffled"}
    for field in ("color", "line", "marker"):
        assert len({getattr(look, field) for look in LOOKS.values()}) == len(LOOKS)


def test_confusions_print_every_count(make_results):
    results = make_results()

    figure = confusions(recoveries(results.mechanism))

    for axes in figure.axes:
        assert sum(int(text.get_text()) for text in axes.texts) == 6


@pytest.mark.parametrize(
    "draw",
    [
        lambda: rasters([]),
        lambda: loss_curves([]),
        lambda: confusions([]),
    ],
)
def test_nothing_to_show_is_said(draw):
    assert any(text.startswith("no ") for text in texts(draw()))


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


def test_the_two_branches_count_what_went_through(make_results):
    results = make_results()

    shown = " ".join(texts(branches(results)))

    assert f"n = {len(results.simulated)}" in shown
    assert "6 SYNTHETIC mice" in shown
    assert "18 at rest\n18 running" in shown
    assert "SYNTHETIC" not in " ".join(texts(branches(make_results(source="s3"))))
