"""The page as a whole: readable anywhere, safe, and silent about nothing."""

import dataclasses
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from minicolumn.perturbation.over_circuits import summarize
from minicolumn.report import perturbation, sections, tuned
from minicolumn.report.page import draw, write_figures, write_page
from minicolumn.report.perturbation import PERTURBATION
from minicolumn.report.rendering import to_page
from minicolumn.report.sections import REPORT, example, learned, run
from minicolumn.report.tuned import TUNED
from minicolumn.report.wording import MISSING
from minicolumn.statistics.names import STATISTIC_NAMES

TEMPLATES = Path(sections.__file__).parents[1] / "templates"
VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Elements of a page; fails on tags that do not nest."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else None, data))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self):
        hidden = ("style", "title", "script")
        parts = [t for tag, t in self.texts if tag not in hidden]
        return " ".join("".join(parts).split())


def without_scripts(page):
    return re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


def test_elements_nest_and_identifiers_are_unique(page):
    identifiers = [a["id"] for _, a in Page(page).elements if "id" in a]

    assert len(identifiers) == len(set(identifiers))


def test_nothing_is_fetched(page):
    parsed = Page(page)

    for name in ("src", "href", "xlink:href", "data", "action"):
        targets = [a[name] for _, a in parsed.elements if name in a]
        assert all(re.fullmatch(r"#\S+|[a-z]\w*/[\w./]+", one) for one in targets)
    assert not {tag for tag, _ in parsed.elements} & {"link", "iframe", "img"}
    assert not re.search(r"@import|url\((?!#)", without_scripts(page))
    (policy,) = (a["content"] for a in parsed.all("meta") if "http-equiv" in a)
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy


def test_links_and_references_lead_somewhere(page):
    parsed = Page(page)
    identifiers = {a["id"] for _, a in parsed.elements if "id" in a}
    targets = set(re.findall(r'href="#([^"]+)"', without_scripts(page)))
    targets |= set(re.findall(r"url\(#([^)]+)\)", without_scripts(page)))

    assert targets <= identifiers


def test_every_figure_says_what_it_shows_and_draws_something(page, drawn):
    drawings = page.split('<div class="drawing"')[1:]

    assert len(drawings) == len(Page(page).all("figure")) == len(drawn)
    for drawing in drawings:
        body = drawing.split("</svg>")[0]
        assert body.count('role="img"') == 1
        assert len(re.findall(r'aria-label="([^"]+)"', body)[0]) > 20
        assert body.count("<path") + body.count("<use") > 5
        assert "<text" in body


def test_every_chart_is_there_drawn_and_as_what_a_script_can_draw_again(page):
    charts = re.findall(
        r'<div id="([^"]+)" aria-hidden="true"><svg.*?</svg></div></div>'
        r'<script type="application/json" data-chart="([^"]+)">(.*?)</script>',
        page,
    )

    assert [one for one, _, _ in charts] == [other for _, other, _ in charts]
    assert len(charts) == page.count('class="chart"') >= 11
    for _, _, values in charts:
        specification = json.loads(values)
        assert "vega-lite" in specification["$schema"]
        assert "url" not in str(specification.get("data", ""))


def test_every_figure_and_table_has_a_caption(page):
    parsed = Page(page)

    assert len(parsed.all("figcaption")) == len(parsed.all("figure"))
    assert len(parsed.all("caption")) == len(parsed.all("table"))


def test_headings_do_not_skip_a_level(page):
    levels = [int(tag[1]) for tag, _ in Page(page).elements if re.match(r"h\d$", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(np.diff(levels)) <= 1


def test_first_paragraph_names_synthetic_mice(page):
    first = page.split("<p", 1)[1].split("</p>")[0]

    assert "SYNTHETIC mice" in first
    assert "not animals" in first


def test_every_table_of_sessions_has_the_true_mechanism_of_synthetic_mice(
    results, page
):
    rows = re.findall(r"<tr>.*?</tr>", page, flags=re.DOTALL)
    for session, mechanism in results.truth.items():
        mine = [row for row in rows if f"<td>{session}</td>" in row]
        told = [row for row in mine if row.endswith(f"<td>{mechanism}</td></tr>")]
        assert len(told) == 2  # in the list of sessions, and with what was inferred


def test_first_paragraph_of_recorded_sessions_counts_them(make_results, plain_page):
    results = make_results(source="s3")
    text = plain_page(dataclasses.replace(results, defaults=results.config))
    first = text.split("<p", 1)[1].split("</p>")[0]

    assert "6 scored of 6 recorded sessions (units of VISp;" in first
    assert "6 of the Allen Institute" in first
    assert "synthetic" not in text.lower()


def test_equal_results_give_equal_figures(make_results, drawn):
    again = {name: one.figure for name, one in draw(REPORT, make_results()).items()}

    for name, figure in drawn.items():
        if isinstance(figure, Figure):
            continue
        assert figure == again[name]
    one, other = (example.figures(make_results())["rasters"] for _ in range(2))
    assert to_page(one.figure, "b", "b") == to_page(other.figure, "b", "b")


def test_the_page_is_small(page):
    assert len(page.encode()) < 3.5e6


def test_hostile_text_stays_text(make_results, plain_page):
    results = make_results()
    sessions = results.sessions.copy()
    sessions.loc[0, "outcome"] = '<script>alert("x")</script>'
    config = {**results.config, "run": "</pre><script>alert(1)</script>"}

    text = plain_page(dataclasses.replace(results, sessions=sessions, config=config))

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(" in text
    assert '<script>alert("x")</script>' in Page(text).text


def test_no_session_scored_is_said_and_not_a_crash(make_results, plain_page):
    results = make_results(n_sessions=0)
    sessions = results.sessions.copy()
    sessions.loc[0] = [901, "other", "too few units: 12 of 25", 12, "", 0, 0]

    text = Page(plain_page(dataclasses.replace(results, sessions=sessions))).text

    assert "no session was scored, so this run does not answer the question" in text
    assert "too few units: 12 of 25" in text
    assert "0 of 0" not in text


def test_nothing_to_draw_is_no_crash(make_results, plain_page):
    results = make_results(n_sessions=0)
    silent = results.example.assign(outcome="silent")
    nothing = dataclasses.replace(
        results, surrogates=[], scoreboards=[], example=silent
    )

    figures = {name: one.figure for name, one in draw(REPORT, nothing).items()}

    for name in ("accuracies", "sessions", "changes", "skill", "skill_levels"):
        assert "no s" in json.dumps(figures[name])
        assert "</svg>" in to_page(figures[name], name, name)
    assert "No circuit of the example shard ran well" in plain_page(nothing)


def test_undefined_statistic_is_a_dash_and_never_zero(make_results, plain_page):
    def undefine(table):
        unknown = table["statistic"] == "peak_freq"
        return table.assign(predicted=table["predicted"].mask(unknown))

    nowhere = {"peak_freq": np.nan, "peak_freq_matched": np.nan}
    results = make_results(
        edit_changes=undefine, edit_windows=lambda table: table.assign(**nowhere)
    )
    text = plain_page(results)

    rows = [
        re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        for row in re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
    ]
    mine = [row for row in rows if row and row[0] == "Peak frequency"]
    (gap,) = (row for row in mine if len(row) == 7)
    (rates,) = (row for row in mine if row[4:5] == ["not tested"])
    (score,) = (row for row in mine if len(row) == 9 and row is not rates)
    assert [cell.strip() for cell in gap[1:]] == [MISSING, MISSING, "0 / 18"] * 2
    assert [cell.strip() for cell in rates[1:4]] == [MISSING] * 3
    assert [cell.strip() for cell in score[5:]] == [MISSING] * 4
    assert not re.search(r"\bnan\b", Page(text).text, re.IGNORECASE)


def test_all_statistics_and_limits_are_told(page):
    text = Page(page).text

    assert all(name in text for name in STATISTIC_NAMES)
    assert "Running is not acetylcholine" in text
    assert "probabilities mean nothing" in text
    assert "constant predictions" in text


def test_page_is_written_whole_or_not_at_all(make_results, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    monkeypatch.setattr("minicolumn.report.page.render", lambda *_: "<!DOCTYPE html>")
    write_page(path, REPORT, make_results(), {})
    before = path.read_bytes()

    def fail(*_):
        raise RuntimeError("broken")

    monkeypatch.setattr("minicolumn.report.page.render", fail)
    with pytest.raises(RuntimeError, match="broken"):
        write_page(path, REPORT, make_results(), {})

    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert before.startswith(b"<!DOCTYPE html>")


def test_figures_are_written_for_papers(make_results, tmp_path):
    results = make_results()
    some = learned.figures(results) | run.figures(results)

    write_figures(tmp_path / "figures", some)

    for name in some:
        svg, pdf, csv = (
            tmp_path / "figures" / f"{name}.{kind}" for kind in ("svg", "pdf", "csv")
        )
        assert "n = " in svg.read_text()
        assert pdf.read_bytes().startswith(b"%PDF")
        assert len(pd.read_csv(csv)) > 5
    assert len(list((tmp_path / "figures").iterdir())) == 6


def test_a_users_own_cache_is_not_called_allen_data(make_results, plain_page):
    first = plain_page(make_results(source="cache")).split("<p", 1)[1].split("</p>")[0]
    assert "6 of files that the user named" in first
    assert "Allen" not in first


def test_one_synthetic_session_among_others_is_named_first(make_results, plain_page):
    results = make_results(source="s3")
    sessions = results.sessions.assign(origin=["synthetic"] + ["allen"] * 5)
    text = plain_page(dataclasses.replace(results, sessions=sessions))
    first = text.split("<p", 1)[1].split("</p>")[0]
    assert "1 SYNTHETIC" in first
    assert "Synthetic mice are not mice" in text


def test_imported_circuits_are_called_imported_and_have_no_raster(
    make_results, plain_page
):
    reasons = [("synaptic", f"<{i}>.json", "it has no level") for i in range(23)]
    refused = pd.DataFrame(reasons, columns=["mechanism", "file", "reason"])
    results = make_results()
    empty = results.example.iloc[:0]
    page = Page(
        plain_page(dataclasses.replace(results, refused=refused, example=empty))
    )
    assert "12, imported from archives and not simulated by this run" in page.text
    assert "23 files did not fit and were refused" in page.text
    assert "the first 20 of 23; all are in circuits/refused.parquet" in page.text
    assert "<19>.json" in page.text
    assert "<20>.json" not in page.text
    assert "there is no raster to show" in page.text
    assert "The circuits were not simulated here" in page.text


def test_every_section_has_a_template_and_names_are_unique():
    pages = REPORT, TUNED, PERTURBATION
    names = [[section.name for section in page.sections] for page in pages]
    templates = {path.name.split(".")[0] for path in TEMPLATES.glob("*.html.j2")}

    assert templates - {"page", "macros"} == set().union(*names)
    assert all(len(set(one)) == len(one) for one in names)


@pytest.mark.parametrize(
    ("package", "page", "others"),
    [
        (sections, REPORT, {"headline", "claims"}),
        (tuned, TUNED, {"answer", "results"}),
        (perturbation, PERTURBATION, {"overview", "foretold"}),
    ],
)
def test_every_module_of_a_section_is_in_the_page(package, page, others):
    modules = {path.stem for path in Path(package.__file__).parent.glob("[a-z]*.py")}

    assert modules - others <= {section.name for section in page.sections}


def test_every_figure_has_an_anchor_and_its_files(page, drawn):
    parsed = Page(page)
    anchors = {a["id"] for a in parsed.all("figure")}
    links = [a["href"] for a in parsed.all("a")]

    assert anchors == {f"{name}-figure" for name in drawn}
    for name in drawn:
        files = [f"figures/{name}.{kind}" for kind in ("svg", "pdf", "csv")]
        assert {f"#{name}-figure", *files} <= set(links)


def test_every_figure_has_data(figures):
    for name, one in figures.items():
        assert isinstance(one.figure, Figure) == (one.data is not None), name


def test_sections_are_in_the_order_of_questions(page):
    titles = re.findall(r"<h2[^>$]*>([\w ?]+)</h2>", page)
    assert titles == [
        "Which mechanism?", "Why", "Can you trust it?", "The published score",
        "Limits", "Details", "Data and code",
    ]  # fmt: skip
    counts = re.findall(r'<span class="holds">(.*?)</span>', page)
    folded = {section.name for section in REPORT.sections if section.folded}
    assert len(counts) == len(folded - {"dose_response"})  # without a pupil
    assert "1 figure, 1 table" in counts


def test_nine_verdicts_are_in_sight_beside_the_published_score(page):
    section = page.split('<section id="published_table">')[1].split("</section>")[0]
    assert "<details" not in section
    assert section.count('<td class="words">') == 9


def test_the_banner_says_whose_data_which_run_and_what_made_it(page):
    banner = page.split("</header>")[0].split("<header")[1]
    for said in ("SYNTHETIC mice", "<b>test</b>", "2026-11-27", "86b6c41", "--cores 2"):
        assert said in banner


def test_the_report_links_to_fitted_networks_if_the_run_has_them(
    make_results, plain_page
):
    known = dataclasses.replace(make_results(), perturbation=summarize((), ()))
    links = [
        {a["href"] for a in Page(plain_page(one)).all("a")}
        for one in (make_results(), known)
    ]
    assert ["perturbation/report.html" in one for one in links] == [False, True]
