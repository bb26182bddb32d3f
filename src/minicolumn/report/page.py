"""Assemble a page from its sections, and write it."""

import logging
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

from minicolumn.files.store import whole_file
from minicolumn.report import wording
from minicolumn.report.charts import rows_of
from minicolumn.report.rendering import files, script, to_page
from minicolumn.report.section import Drawing, Drawings, Page, T
from minicolumn.report.wording import counted
from minicolumn.scoring.verdict import Verdict

logger = logging.getLogger(__name__)

_FILTERS = (
    wording.number,
    wording.percent,
    wording.points,
    wording.interval,
    wording.decimals,
    wording.limits,
    wording.points_limits,
    wording.p_value,
    wording.p_equals,
    wording.architecture,
    wording.whole,
    wording.label,
)


def draw(page: Page[T], results: T) -> dict[str, Drawing]:
    """Return the figures of all sections, by name."""
    return {
        name: figure
        for section in page.sections
        for name, figure in section.figures(results).items()
    }


def write_page(path: str | Path, page: Page[T], results: T, figures: Drawings) -> None:
    """Write a page, whole or not at all; ``figures`` are from `draw`."""
    text = render(
        page,
        results,
        {name: to_page(one.figure, name, one.label) for name, one in figures.items()},
    )
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    logger.info("%s: %.2f MB", Path(path).name, len(text.encode()) / 1e6)


def write_figures(directory: str | Path, figures: Drawings) -> None:
    """Write each figure for papers, and its data: ``name.svg``, ``.pdf``, ``.csv``."""
    for name, one in figures.items():
        data = one.data if isinstance(one.figure, Figure) else rows_of(one.figure)
        table = pd.DataFrame() if data is None else data
        for kind, content in (
            *files(one.figure).items(),
            ("csv", table.to_csv(index=False).encode()),
        ):
            with whole_file(Path(directory) / f"{name}.{kind}") as temporary:
                temporary.write_bytes(content)


def render(page: Page[T], results: T, drawings: Mapping[str, Markup]) -> str:
    """Return a page: equal results give equal characters.

    ``drawings`` are all figures by name, as `rendering.to_page` returns them.
    """
    environment = _environment()
    everywhere = {**results.shared(), "drawings": drawings}
    sections = []
    for section in page.sections:
        content = section.content(results)
        if content is not None:
            template = environment.get_template(f"{section.name}.html.j2")
            body = Markup(template.render({**everywhere, **content}))
            sections.append((section, body))
    return environment.get_template("page.html.j2").render(
        {**everywhere, **page.answer(results)},
        page=page,
        sections=sections,
        holds=holds,
        script=script(),
    )


def holds(body: str) -> str:
    """Return what a folded section has: "2 figures, 1 table"."""
    kinds = ((body.count("<figure"), "figure"), (body.count("<table"), "table"))
    return ", ".join(counted(n, kind) for n, kind in kinds if n)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("minicolumn.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for function in _FILTERS:
        environment.filters[function.__name__] = function
    environment.filters["finding"] = lambda verdict: Verdict(verdict).label
    return environment
