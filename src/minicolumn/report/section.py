"""What a page and its sections are: the same shape for all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Generic, NamedTuple, Self, TypeVar

import pandas as pd
from matplotlib.figure import Figure

from minicolumn.report.charts import Chart
from minicolumn.report.results import Shown


class Drawing(NamedTuple):
    """A figure, what a reader who cannot see it is told, and what was drawn.

    ``data`` is for figures of Matplotlib: a chart has its rows itself.
    """

    figure: Figure | Chart
    label: str
    data: pd.DataFrame | None = None


T = TypeVar("T", bound=Shown, contravariant=True)
"""What a page shows."""

Content = Mapping[str, Any]
Drawings = Mapping[str, Drawing]


def _nothing(_: Shown) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Section(Generic[T]):
    """One section of a page.

    Attributes
    ----------
    name
        Its anchor in the page and the name of its template, ``<name>.html.j2``.
    title
        Its heading.
    content
        Returns what its template needs besides `Shown.shared`; None leaves it out.
    figures
        Returns its figures, by names that are unique in the page.
    folded
        Whether the page shows its title alone until a reader opens it.
    """

    name: str
    title: str
    content: Callable[[T], Content | None] = _nothing
    figures: Callable[[T], Drawings] = _nothing
    folded: bool = False

    @classmethod
    def of(cls, module: ModuleType, title: str, folded: bool = False) -> Self:
        """Return the section of a module; its functions are named like the fields."""
        functions = (getattr(module, name, _nothing) for name in ("content", "figures"))
        return cls(module.__name__.rpartition(".")[2], title, *functions, folded=folded)


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page: what comes first, and its sections in their order.

    Attributes
    ----------
    title
        For the browser.
    answer
        Returns what comes first: ``question`` (its heading), ``data`` (whose
        recordings), two sentences (``opening`` and ``second``), and ``cards``.
    sections
        Those in sight, then those that are folded.
    """

    title: str
    answer: Callable[[T], Content]
    sections: tuple[Section[T], ...]
