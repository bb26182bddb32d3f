"""A run ends with the first sentence of its page, in plain text."""

import gzip
from pathlib import Path

from minicolumn.jobs.runs.opening import opening_of

EXAMPLE = Path(__file__).parents[4] / "docs" / "example" / "report.html.gz"


def test_it_is_the_sentence_that_a_reader_sees_first(tmp_path):
    page = tmp_path / "report.html"
    page.write_bytes(gzip.decompress(EXAMPLE.read_bytes()))
    said = opening_of(page)
    assert "SYNTHETIC" in said
    assert not set("<>&;\n") & set(said)
    assert said.endswith(".")


def test_marks_become_text(tmp_path):
    page = tmp_path / "report.html"
    page.write_text(
        '<h1>?</h1>\n<p class="opening">A <b>&lt;</b> B,\nso C.</p><p>D</p>'
    )
    assert opening_of(page) == "A < B,\nso C."


def test_a_run_without_a_page_says_nothing(tmp_path):
    assert opening_of(tmp_path / "report.html") == ""
