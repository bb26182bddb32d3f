"""Prose uses the field's terms, plain words and US spelling (CONTRIBUTING.md)."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
DIRECTORIES = ("src", "workflow_scripts", "rules", "docs", "benchmarks", "tests")
ALWAYS = ("anew", "mends?", "mended", "mending", "borne", "stands")
BRITISH = (
    r"\w+isations?",
    r"\w*(?:general|initial|marginal|maxim|minim|normal|optim|organ|polar|random|real"
    r"|recogn|standard|summar|visual)is(?:e[ds]?|ing)",
    r"\w*colours?",
    r"\w*coloured",
    r"grey\w*",
    r"behaviour\w*",
    r"neighbour\w*",
    r"catalogue\w*",
    r"licences?",
    r"centres?",
    r"modell(?:ed|ing)",
    r"cancell(?:ed|ing)",
)
NOT_BRITISH = {"improvisation"}
NAMES = {"CANCELLED"}  # a state of Slurm
SUFFIXES = {".py", ".md", ".smk", ".rst", ".yaml", ".csv", ".j2", ".js", ".css"}


def rows():
    """Return the rows of CONTRIBUTING's table: what not to say, and what to say."""
    text = CONTRIBUTING.read_text()
    block = re.search(r"^\| instead of \| say \|\n\|.*\n((?:\|.*\n)+)", text, re.M)
    assert block, "CONTRIBUTING.md has no table `| instead of | say |`"
    return [
        [cell.strip() for cell in row.strip("|").split("|")]
        for row in block[1].splitlines()
    ]


def old_words():
    return [re.escape(word.strip()) for old, _ in rows() for word in old.split(",")]


def files():
    """Yield every file that people read, without CHANGELOG's history."""
    for directory in DIRECTORIES:
        for path in sorted((ROOT / directory).rglob("*")):
            own = path.suffix in SUFFIXES and "assets" not in path.parts
            if own and path != Path(__file__):
                yield path
    yield from (ROOT / "README.md", ROOT / "Snakefile", ROOT / "Makefile")
    yield from sorted(ROOT.glob("*.yaml"))


def found(pattern, text):
    """Return the lines of a text that hold one of the words, with the word."""
    return [
        f"{number}: {match[0]}"
        for number, line in enumerate(text.splitlines(), 1)
        for match in pattern.finditer(line)
        if match[0].lower() not in NOT_BRITISH and match[0] not in NAMES
    ]


def pattern_of(words):
    """Match whole words; parts of a name in snake case count as words."""
    any_of = "|".join(words).replace(r"\ ", r"[\s_]+")
    return re.compile(rf"(?<![^\W_])(?:{any_of})(?![^\W_])", re.IGNORECASE)


OLD = pattern_of([*old_words(), *ALWAYS])
SPELLING = pattern_of(BRITISH)


def test_every_row_of_the_list_says_what_to_say():
    assert len(rows()) > 10
    assert all(len(row) == 2 and all(row) for row in rows())
    assert not [new for _, new in rows() if OLD.search(new)]


def test_the_patterns_find_what_they_should_and_no_more():
    assert found(OLD, "Dull models stand here.\nIt is mended.") == [
        "1: Dull models",
        "2: mended",
    ]
    assert not found(OLD, "a commendable amendment; he withstands")
    assert found(SPELLING, "the colour of randomisation") == [
        "1: colour",
        "1: randomisation",
    ]
    assert not found(SPELLING, "the color of randomization, centered; a catalog")


@pytest.mark.parametrize(
    "path", list(files()), ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_old_word_and_no_british_spelling(path):
    text = path.read_text()
    assert not found(OLD, text) + found(SPELLING, text)
