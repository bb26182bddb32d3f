"""The examples of docs/python.md print what the page says."""

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python.md"
ON_A_RUN = ("## A run", "## A surrogate")


def examples(on_a_run):
    """Return the examples of sections that need a finished run, or of the others."""
    text = PAGE.read_text().replace("```", "")
    sections = [f"## {one}" for one in text.split("\n## ")[1:]]
    chosen = [one for one in sections if one.startswith(ON_A_RUN) == on_a_run]
    assert len(chosen) > 1
    first = "" if not on_a_run else ">>> import minicolumn as mc\n\n"
    return first + "\n".join(chosen)


def run(text):
    test = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) > 8
    said = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert not result.failed, "".join(said)


@pytest.mark.slow
def test_examples_print_what_the_page_says(monkeypatch):
    monkeypatch.chdir(ROOT)
    run(examples(on_a_run=False))


@pytest.mark.slow
def test_examples_on_a_run_print_what_the_page_says(monkeypatch):
    monkeypatch.chdir(ROOT)
    if not Path("results/demo/report.html").is_file():
        pytest.skip("the demonstration has not run: make demo")
    run(examples(on_a_run=True))
