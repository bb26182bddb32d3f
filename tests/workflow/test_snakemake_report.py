"""Snakemake's own report of a finished run, and what its captions promise."""

import re
from pathlib import Path

import pytest
from checkouts import TINY

ROOT = Path(__file__).parents[2]
CATEGORIES = (
    "Report",
    "Predicted and observed change",
    "Inference: mechanism and circuits",
    "Surrogates",
    "Domain and rates",
)


def test_every_caption_is_used_and_there():
    captions = ROOT / "rules" / "captions"
    rules = "".join(path.read_text() for path in ROOT.glob("rules/*.smk"))
    named = set(re.findall(r'caption="captions/(\w+)\.rst"', rules)) | {"workflow"}
    assert named == {path.stem for path in captions.glob("*.rst")}
    # A result without a caption, a category or a label says nothing in a list of many.
    marked = rules.count("report(\n")
    assert marked > 10
    assert rules.count("caption=") == rules.count("category=") == marked


@pytest.mark.workflow
@pytest.mark.allen
@pytest.mark.slow
def test_snakemakes_report_holds_all_results_and_asks_no_server(finished):
    finished.snakemake("--configfile", TINY, "--report", "snakemake-report.html")
    page = (finished.path / "snakemake-report.html").read_text()
    for category in CATEGORIES:
        assert f'"{category}"' in page, category
    assert "The recordings are synthetic mice" in page
    for said in ("Calibrated probability", "noise ceiling", "simulation-based"):
        assert said in page, said
    assert "application/vnd.apache.parquet" in page
    assert not re.search(r'(src|href)="https?://', page)
