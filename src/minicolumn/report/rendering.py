"""Figures in a page and in files: each is drawn once, whichever library draws it."""

import json
import re
from functools import cache

import vl_convert
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from minicolumn.report import charts
from minicolumn.report.style import saved, to_svg

_WIDTH = re.compile(r'<svg [^>]*width="(\d+)"')


def to_page(figure: Figure | charts.Chart, key: str, label: str) -> Markup:
    """Return a figure to be placed in a page.

    A chart is a drawing first, so that it is there without scripts and in print; the
    page's script replaces it by the same chart, which answers to the mouse.

    Parameters
    ----------
    figure
        What to draw.
    key
        Unique in the page: identifiers within the drawing start with it.
    label
        What a reader who cannot see the figure is told.
    """
    if isinstance(figure, Figure):
        return to_svg(figure, key, label)
    specification = _written(figure)
    svg = _drawing(specification)
    found = _WIDTH.match(svg)
    assert found is not None  # Vega always says how wide a drawing is
    # No text may end the script that holds it.
    values = specification.replace("<", "\\u003c")
    return Markup(
        f'<div class="chart" role="img" aria-label="{escape(label)}" '
        f'style="--width:{found[1]}px">'
        f'<div id="figure-{key}" aria-hidden="true">{svg}</div></div>'
        f'<script type="application/json" data-chart="figure-{key}">{values}</script>'
    )


def files(figure: Figure | charts.Chart) -> dict[str, bytes]:
    """Return a figure as the contents of files for papers, by kind: svg, pdf."""
    if isinstance(figure, Figure):
        return {kind: saved(figure, kind) for kind in ("svg", "pdf")}
    svg = _drawing(_written(figure))
    return {"svg": svg.encode(), "pdf": vl_convert.svg_to_pdf(svg)}


def _written(chart: charts.Chart) -> str:
    return json.dumps(chart, separators=(",", ":"))


@cache  # a figure goes to the page and to its files
def _drawing(specification: str) -> str:
    return vl_convert.vegalite_to_svg(specification)


@cache
def script() -> Markup:
    """Return the script that brings a page's charts to life: Vega-Lite, whole."""
    return Markup(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
