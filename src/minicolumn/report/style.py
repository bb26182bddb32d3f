"""One look for all figures, and figures as inline SVG."""

import functools
import io
import itertools
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, ParamSpec

import matplotlib as mpl
import numpy as np
import pandas as pd
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.circuits.mechanisms import ACTING

WIDTH_IN = 9.0
_PIXELS_PER_INCH = 96
_TICK_HALF_HEIGHT = 0.42

INK = "#1a1a1a"
GRAY = "#6b6b6b"
PALE = "#d9d9d9"
RUNNING = "#AA4499"
STATIONARY = "#332288"


class Look(NamedTuple):
    """How one training set is drawn everywhere; told apart without color too."""

    color: str
    line: str
    marker: str


# Okabe & Ito (2008), https://jfly.uni-koeln.de/color/
LOOKS = {
    "synaptic": Look("#0072B2", "-", "o"),
    "depolarizing": Look("#D55E00", "--", "s"),
    "combined": Look("#009E73", "-.", "^"),
    "ach_shuffled": Look("#6b6b6b", ":", "D"),
}
_LEFT = (
    Look("#E69F00", "-", "v"),
    Look("#56B4E9", "--", "P"),
    Look("#882255", ":", ">"),
)


def with_looks_for(names: Iterable[str], looks: dict[str, Look]) -> dict[str, Look]:
    """Return looks of all names: what users add takes what is left, in turn."""
    others = (name for name in names if name not in looks)
    return looks | dict(zip(others, itertools.cycle(_LEFT), strict=False))


LOOKS = with_looks_for(ACTING, LOOKS)

_RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "pdf.fonttype": 42,  # text stays text, which journals ask for
    "svg.hashsalt": "minicolumn",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "font.size": 8.5,
    "axes.titlesize": 9,
    "axes.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GRAY,
    "axes.labelcolor": INK,
    "axes.unicode_minus": True,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
}

Parameters = ParamSpec("Parameters")

# It tells in dozens of lines, at level INFO, how it shortens a font for a PDF.
logging.getLogger("fontTools").setLevel(logging.WARNING)


def styled(draw: Callable[Parameters, Figure]) -> Callable[Parameters, Figure]:
    """Let a function that draws a figure do so in the report's style."""

    @functools.wraps(draw)
    def wrapped(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Figure:
        with mpl.rc_context(_RC):
            return draw(*args, **kwargs)

    return wrapped


def new_figure(height_in: float, width_in: float = WIDTH_IN) -> Figure:
    """Return an empty figure, of the report's width unless it is told another."""
    return Figure(figsize=(width_in, height_in), layout="constrained")


def say_empty(axes: Axes, reason: str) -> None:
    """Write into a panel why it shows nothing."""
    axes.text(
        0.5, 0.5, reason, transform=axes.transAxes, ha="center", va="center",
        color=GRAY, wrap=True,
    )  # fmt: skip
    axes.set_xticks([])
    axes.set_yticks([])


def empty_figure(reason: str) -> Figure:
    """Return a figure that says why it shows nothing."""
    figure = new_figure(1.5)
    say_empty(figure.subplots(), reason)
    return figure


def heat_table(
    axes: Axes, table: pd.DataFrame, darkest: float, write: Callable[[Any], str]
) -> None:
    """Write numbers between 0 and ``darkest`` on their colors; bold: of one name."""
    axes.pcolormesh(table, cmap="Blues", vmin=0, vmax=darkest, edgecolor="white")
    for (row, column), value in np.ndenumerate(table):
        bold = "bold" if table.index[row] == table.columns[column] else "normal"
        axes.text(column + 0.5, row + 0.5, write(value), ha="center", va="center",
                  fontweight=bold, fontsize=8.5, color="#111111")  # fmt: skip
    axes.set_xticks(np.arange(table.shape[1]) + 0.5, table.columns)
    axes.set_yticks(np.arange(table.shape[0]) + 0.5, table.index)
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def spike_ticks(axes: Axes, x: np.ndarray, y: np.ndarray, color: str) -> None:
    """Draw all ticks of one color as one path: thousands of elements are slow."""
    ends = np.stack(
        [y - _TICK_HALF_HEIGHT, y + _TICK_HALF_HEIGHT, np.full(len(y), np.nan)]
    )
    axes.plot(np.repeat(x, 3), ends.T.ravel(), color=color, linewidth=0.7)


def saved(figure: Figure, kind: str) -> bytes:
    """Return a figure as a file of some kind, svg or pdf: equal ones are equal."""
    buffer = io.BytesIO()
    dated = "Date" if kind == "svg" else "CreationDate"
    with mpl.rc_context(_RC):
        figure.savefig(buffer, format=kind, metadata={dated: None})
    return buffer.getvalue()


def to_svg(figure: Figure, key: str, label: str) -> Markup:
    """Return a figure as one ``<svg>`` for a page, as `rendering.to_page` does.

    Text stays text. The same figure gives the same characters.
    """
    text = saved(figure, "svg").decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = _with_rounded_coordinates(_with_own_identifiers(text, key))
    head, body = text.split(">", 1)
    view_box = re.findall(r'viewBox="[^"]*"', head)[0]
    width_px = figure.get_figwidth() * _PIXELS_PER_INCH
    # The namespaces of the head are implied within HTML.
    return Markup(
        f'<svg {view_box} role="img" aria-label="{escape(label)}" '
        f'style="--width:{width_px:.0f}px">{body}'
    )


def _with_own_identifiers(text: str, key: str) -> str:
    """Prefix identifiers that are referred to, and drop the others.

    Every drawing has an ``axes_1``; a page may hold it only once.
    """
    used = {name for pair in _REFERENCE.findall(text) for name in pair if name}
    text = _IDENTIFIER.sub(
        lambda found: f' id="{key}-{found[1]}"' if found[1] in used else "", text
    )
    return re.sub(r'(url\(#|href="#)', rf"\g<1>{key}-", text)


def _with_rounded_coordinates(text: str) -> str:
    return _COORDINATES.sub(
        lambda found: _LONG_NUMBER.sub(lambda n: f"{float(n[0]):.2f}", found[0]), text
    )


_REFERENCE = re.compile(r'url\(#([^)]+)\)|href="#([^"]+)"')
_IDENTIFIER = re.compile(r' id="([^"]+)"')
_COORDINATES = re.compile(r' (?:d|x|y|width|height|points|transform)="[^"]*"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
