"""The validation as a page: Markdown and its figures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from jinja2 import Environment, PackageLoader, StrictUndefined

from minicolumn.files.store import whole_file
from minicolumn.report.wording import interval, percent
from minicolumn.validation import figures
from minicolumn.validation.figure_names import FIGURES
from minicolumn.validation.findings import Findings

CAPTIONS = {
    "recovery": "New mice by true class (rows) and inferred class.",
    "cohorts": "Cohorts of new mice by true class and claim.",
    "power": "Claims about mice that share rise of ACh and dose, as a function of the "
    "rise: the mechanism that acts (solid), and a wrong class, none included (dashed); "
    "mean of both doses.",
    "reliability": "Share of right answers as a function of their probability, "
    "new mice.",
    "learning_curve": "Recovery of new mice as a function of the number of "
    "training mice.",
    "out_of_distribution": "Claims about mice without a mechanism (above the "
    "line) and about mice out of distribution (below); the rest is undecided.",
}


def write_page(path: Path, found: Findings, facts: Mapping[str, Any]) -> None:
    """Write the page and its figures in the same directory.

    ``facts`` are the name of the run, and how its mice differ from each other.
    """
    for name in FIGURES:
        figure = getattr(figures, name)(found)
        with (
            whole_file(path.with_name(f"validation_{name}.svg")) as temporary,
            mpl.rc_context({"svg.hashsalt": "minicolumn"}),
        ):
            figure.savefig(temporary, format="svg", metadata={"Date": None})
    with whole_file(path) as temporary:
        temporary.write_text(_text(found, facts), encoding="utf-8")


def _text(found: Findings, facts: Mapping[str, Any]) -> str:
    environment = Environment(
        loader=PackageLoader("minicolumn.validation"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count_of": "{:,}".format,
        "interval": interval,
        "percent": percent,
    }
    template = environment.get_template("page.md.j2")
    return template.render(found=found, facts=facts, captions=CAPTIONS)
