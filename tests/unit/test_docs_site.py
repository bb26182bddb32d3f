"""Pages generated from the code are complete."""

import doctest
import gzip
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml
from mkdocs.config.defaults import MkDocsConfig

import minicolumn
from minicolumn.circuits.ei.parameters import PARAMETER_NAMES
from minicolumn.config import parse_config
from minicolumn.errors import MinicolumnError
from minicolumn.statistics.names import DESCRIBED_NAMES
from minicolumn.yaml_files import read_yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def keys(values, path=""):
    """Yield the dotted path of every mapping and value."""
    for key, value in values.items():
        yield f"{path}{key}"
        if isinstance(value, dict):
            yield from keys(value, f"{path}{key}.")


def test_every_sampled_parameter_has_a_row(generate):
    row = re.compile(r"^\| `(\w+)` \| \S.* \| \S.* to .* \| \w+ \| \S", re.MULTILINE)
    assert row.findall(generate.parameters()) == list(PARAMETER_NAMES)


def test_every_key_of_the_configuration_is_on_the_page(generate):
    page = generate.settings() + generate.parameters()
    known = set(keys(yaml.safe_load((ROOT / "config.yaml").read_text())))
    shown = set(re.findall(r"^\| `(\S+)` \|", page, re.MULTILINE))
    assert shown - set(PARAMETER_NAMES) <= known
    # A key without a row is in the value of the key above it.
    for key in known - shown:
        name = key.rsplit(".", 1)[-1]
        assert name in page, key


def test_a_comment_goes_with_its_key(generate):
    notes = {path: (value, note) for path, value, note in generate.commented_keys()}
    dt_ms = yaml.safe_load((ROOT / "config.yaml").read_text())["simulation"]["dt_ms"]
    assert notes["simulation.dt_ms"][0] == f"`{dt_ms}`"
    assert "ours" in notes["states.levels"][1]
    assert "stationary" in notes["states.levels"][0]


def test_every_error_that_a_user_can_correct_is_explained(generate):
    def below(kind):
        return {
            kind.__name__,
            *(n for one in kind.__subclasses__() for n in below(one)),
        }

    explained = generate.kinds()
    assert below(MinicolumnError) <= set(explained)
    page = generate.failures()
    assert "swap them" in page
    assert "move these imports into the functions" in page
    assert page.count("\n| ") > 60


def test_every_promise_has_its_fault_discovery_remedy_and_test(generate):
    rows = [line.split(" | ") for line in generate.promises().splitlines()]
    assert len(rows) > 25
    assert {len(row) for row in rows} == {4}
    tests = (ROOT / "tests").rglob("test_*.py")
    comments = [path.read_text().count("\n# Promise: ") for path in tests]
    assert len(rows) - 2 == sum(comments)


def test_every_table_and_statistic_is_described(generate):
    assert set(re.findall(r"^\| `(\w+)`", generate.statistics(), re.MULTILINE)) == set(
        DESCRIBED_NAMES
    )
    assert "### circuits\n" in generate.tables()


def test_every_field_of_every_document_is_described(generate):
    page = generate.documents()
    for name in ("Scores", "Directions", "DomainSummary", "Metrics", "Scoreboard"):
        assert f"### {name}\n" in page
    assert r"| `best_constant` | `float \| None` | Accuracy" in page
    writers = [
        path
        for path in (ROOT / "workflow_scripts").glob("*.py")
        if "write_document(" in path.read_text()
    ]
    # Besides, `metrics.json` of a model; and of one script there are two.
    assert len(writers) + 2 == len(generate.DOCUMENTS)


def test_every_page_is_in_the_navigation():
    text = (ROOT / "mkdocs.yml").read_text()
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert set(re.findall(r"\S+\.md", text)) == pages


def test_the_reference_has_every_module_of_every_package(generate):
    library = ROOT / "src" / "minicolumn"
    shown = {
        module
        for package in generate.packages()
        for module in re.findall(r"^::: (\S+)$", generate.reference(package), re.M)
    }
    modules = {
        ".".join(path.relative_to(library.parent).with_suffix("").parts)
        for path in library.rglob("*.py")
        if not path.name.startswith("__") and path.parent.name != "api"
    }
    assert shown == modules


def test_the_reference_is_nested_as_the_packages_are(generate):
    config = MkDocsConfig()
    config.nav = ["index.md"]
    *_, last = generate.on_config(config).nav
    assert "reference/minicolumn.md" in last["Internals"]
    assert "reference/inference/circuits.md" in last["Internals"]


def test_the_public_page_has_what_can_be_imported(generate):
    shown = re.findall(r"^::: \S+\.(\w+)$", generate.public(), re.MULTILINE)
    errors = {"MinicolumnError"}
    assert set(shown) == {*minicolumn.__all__, "OpenedRun", "Surrogate"} - errors


def test_extending_shows_the_files_that_tests_run():
    page = (DOCS / "extending.md").read_text()
    shown = set(re.findall(r"<!-- file: (\S+) -->", page))
    every = [str(path.relative_to(DOCS)) for path in (DOCS / "extending").rglob("*.py")]
    files = [file for file in every if "/rivals/" not in file]
    rivals = set(every) - set(files)
    assert shown - rivals == set(files)
    assert all(f"`{Path(rival).name}`" in page for rival in rivals)
    overlay = yaml.safe_load((ROOT / "tests" / "extended.yaml").read_text())
    alone = [f"docs/{file}" for file in shown if "ring" not in file]
    assert sorted(overlay["extensions"]) == sorted(alone)


@pytest.mark.parametrize("page", sorted(DOCS.glob("tutorials/*.md")), ids=str)
def test_a_tutorial_is_a_notebook_with_all_it_says(generate, page):
    text = page.read_text()
    made = nbformat.reads(generate.notebook(text), as_version=4)
    nbformat.validate(made)
    by_kind = {kind: "" for kind in ("markdown", "code")}
    printed = []
    for cell in made.cells:
        by_kind[cell.cell_type] += cell.source + "\n"
        printed += [one.data["text/plain"] for one in cell.get("outputs", ())]
    examples = doctest.DocTestParser().get_examples(text.replace("```", ""))
    assert by_kind["code"] == "".join(example.source for example in examples)
    wanted = " ".join(example.want for example in examples)
    assert " ".join(printed).split() == wanted.split()
    assert page.stem in by_kind["markdown"]  # how to take it as a notebook


def test_the_gallery_has_a_small_page_that_says_it_is_synthetic(generate):
    packed = generate.EXAMPLE.read_bytes()
    page = gzip.decompress(packed).decode()
    assert len(packed) < 1_000_000
    assert len(page) < 5_000_000
    assert "SYNTHETIC mice, not animals" in page
    files = ("config.yaml", "demo.yaml", "docs/example.yaml")
    values = read_yaml(*(ROOT / name for name in files))
    assert parse_config(values).recordings.source == "synthetic"


def test_links_of_the_readme_lead_somewhere():
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) <= 70
    links = [
        link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text)
        if not link.startswith("http")
    ]  # fmt: skip
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built without a warning."""
    path = tmp_path_factory.mktemp("site")
    run = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(path)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "http_proxy": "http://0.0.0.0:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return path


@pytest.mark.slow
def test_the_site_asks_no_server_and_has_what_docstrings_say(site):
    pages = {path: path.read_text() for path in site.rglob("*.html")}
    assert len(pages) > 30
    asked = r'<(?:script|img|iframe)[^>]* src="https?:|<link[^>]* href="https?:'
    assert not [path for path, page in pages.items() if re.search(asked, page)]
    reference = (site / "reference" / "statistics.html").read_text()
    assert 'id="minicolumn.statistics.intervals.lv"' in reference
    for file in DOCS.glob("extending/*.py"):
        first = re.search(r'^"""(.{20})', file.read_text())[1]
        assert first in (site / "extending.html").read_text()


CLIPPED = """() => [...document.querySelectorAll("article pre code")].filter(
  one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"""
BROKEN = """() => [...document.querySelectorAll(
  "article td code, article p code, article li code")].filter(
  one => one.getClientRects().length > 1 && /^\\w+$/.test(one.textContent))
  .map(one => one.textContent)"""


@pytest.mark.slow
@pytest.mark.browser
def test_no_code_is_clipped_and_no_name_is_broken(site, browser):
    tab = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    own = [path.relative_to(DOCS).with_suffix(".html") for path in DOCS.rglob("*.md")]
    for page in own:
        tab.goto((site / page).as_uri())
        assert tab.locator("article").count() == 1
        assert tab.evaluate(CLIPPED) == [], page
        assert tab.evaluate(BROKEN) == [], page
    tab.context.close()
