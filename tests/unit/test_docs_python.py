"""The examples of docs/python.md and of the tutorials print what the pages say.

Results of a run are those stored in docs/example, so they are the same everywhere. What
is simulated differs between processors: they round differently, and after 100 ms so do
single spikes. Numbers with a decimal point may therefore differ by five percent.
"""

import doctest
import re
import shutil

import matplotlib as mpl
import pytest
from checkouts import ROOT, copy_checkout

PAGES = [ROOT / "docs" / "python.md", *sorted(ROOT.glob("docs/tutorials/*.md"))]
DECIMAL = re.compile(r"-?\d+\.\d*(?:e[+-]?\d+)?")


class Close(doctest.OutputChecker):
    """Takes output for right if its words are, and its numbers within 5 %."""

    def check_output(self, want, got, optionflags):
        words = [DECIMAL.sub("#", text).split() for text in (want, got)]
        wanted, found = (list(map(float, DECIMAL.findall(t))) for t in (want, got))
        return words[0] == words[1] and found == pytest.approx(
            wanted, rel=0.05, abs=0.011
        )


@pytest.mark.parametrize(
    ("want", "got", "same"),
    [
        ("a  18.62\n", "a 18.58", True),
        ("a 18.62", "a 16.58", False),
        ("a 18.62", "b 18.62", False),
        ("[18.6, 1]", "[18.2, 1]", True),
        ("96", "95", False),
        ("0.5 0.7", "0.5", False),
    ],
)
def test_only_rounding_may_differ(want, got, same):
    assert Close().check_output(want, got, 0) == same


@pytest.fixture
def reader(tmp_path):
    """A checkout in which an example may start runs."""
    if not (ROOT / ".venv-allen").is_dir():
        pytest.skip("the AllenSDK environment is missing: make setup")
    path = copy_checkout(tmp_path / "checkout").path
    (path / ".venv").symlink_to(ROOT / ".venv")
    shutil.copytree(ROOT / "docs" / "tutorials", path / "docs" / "tutorials")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_print_what_the_page_says(request, monkeypatch, page):
    text = page.read_text().replace("```", "")
    starts_runs = ".venv/bin/snakemake" in text
    root = request.getfixturevalue("reader") if starts_runs else ROOT
    monkeypatch.chdir(root)
    monkeypatch.setenv("PYTHONPATH", str(root / "src"))
    mpl.use("Agg")
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    assert len(test.examples) > 5
    said = []
    runner = doctest.DocTestRunner(checker=Close(), verbose=False)
    result = runner.run(test, out=said.append)
    assert not result.failed, "".join(said)
