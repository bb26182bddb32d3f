"""The validation as a page: Markdown and its figures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

from minicolumn.circuits.mechanisms import RIVALS
from minicolumn.files.store import whole_file
from minicolumn.inference.mechanism.answers import OF_ACTING, OF_ALL
from minicolumn.validation import figures
from minicolumn.validation.figure_names import FIGURES
from minicolumn.validation.findings import Findings
from minicolumn.validation.rendering import render_to

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
    render_to(
        path,
        "page.md.j2",
        found=found,
        facts=facts,
        captions=CAPTIONS,
        of_all=OF_ALL,
        of_acting=OF_ACTING,
        rivals=RIVALS,
    )
