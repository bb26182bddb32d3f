"""The page on statistics says what the code says."""

import re
from pathlib import Path

from minicolumn.scoring.rate_matching import Finding
from minicolumn.statistics.names import STATISTICS

PAGE = Path(__file__).parents[2] / "docs" / "statistics.md"


def tables():
    """Return the tables of the page, each as rows of cells without their header."""
    blocks = re.findall(r"(?:^\|.*\n)+", PAGE.read_text(), re.MULTILINE)
    return [
        [[cell.strip(" `") for cell in row.strip("|\n").split("|")] for row in rows[2:]]
        for rows in (block.splitlines() for block in blocks)
    ]


def test_names_units_and_meanings_are_those_of_the_code():
    said = [(s.name, s.unit, s.description) for s in STATISTICS]
    assert [tuple(row) for row in tables()[0]] == said


def test_every_statistic_has_its_formula_and_its_units():
    said = [(s.name, f"{s.units} units") for s in STATISTICS]
    assert [(row[0], row[2]) for row in tables()[1]] == said


def test_every_finding_is_explained():
    assert {row[0] for row in tables()[2]} == set(Finding) - {Finding.UNTESTED}
