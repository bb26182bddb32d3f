"""Looks that tell mechanisms apart, and safe inline SVG."""

import re

import numpy as np

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.report.style import LOOKS, new_figure, to_svg


def test_every_training_set_has_a_look_of_its_own_without_color():
    assert set(LOOKS) == {*MECHANISMS, "ach_shuffled"}
    for field in ("color", "line", "marker"):
        assert len({getattr(look, field) for look in LOOKS.values()}) == len(LOOKS)


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
