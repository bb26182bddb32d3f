"""The page in a real browser: silent, offline, drawn, readable, and open to all."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

N_FIGURES = 20
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
A4 = {"width": 718, "height": 1000}  # without margins, at 96 dots per inch
ALIVE = """() => [...document.querySelectorAll("script[data-chart]")].every(
  one => one.dataset.drawn || one.closest("details:not([open])"))"""
SMALL = """() => [...document.querySelectorAll(".drawing")].filter(one => {
  const box = one.querySelector("svg").getBoundingClientRect();
  return box.width < 250 || box.height < 60;
}).length"""
WIDTH = "document.documentElement.scrollWidth"
HEIGHT = "document.documentElement.scrollHeight"
WORDS = "document.body.innerText.split(/\\s+/).length"
BOTTOM = "one => one.getBoundingClientRect().bottom + scrollY"
WIDER = """selector => [...document.querySelectorAll(selector)].filter(
  one => one.getClientRects().length && one.scrollWidth > one.clientWidth + 1)
  .map(one => one.closest("section, details").id + one.textContent.slice(0, 50))"""


def unfold(tab):
    """Open everything that is folded, and wait until its charts are alive."""
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    tab.wait_for_function(ALIVE)


class Opened:
    """The page in a tab, with all it said and asked for."""

    def __init__(self, browser, file, **options):
        self.said, self.requests = [], []
        self.tab = browser.new_context(**options).new_page()
        self.tab.on("console", lambda message: self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.url = file.as_uri()
        self.tab.goto(self.url)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("page") / "report.html"


@pytest.fixture
def open_page(browser, path, page):
    """Return a function that opens the page and waits until its charts are alive."""
    if not path.exists():
        path.write_text(page, encoding="utf-8")
    opened = []

    def open_(**options):
        opened.append(Opened(browser, path, **{"viewport": DESK, **options}))
        if options.get("java_script_enabled", True):
            opened[-1].tab.wait_for_function(ALIVE)
        return opened[-1]

    yield open_
    for one in opened:
        one.tab.context.close()


def test_the_page_is_silent_offline_and_drawn(open_page):
    opened = open_page(offline=True)

    assert opened.said == []
    assert opened.requests == [opened.url]
    unfold(opened.tab)
    assert opened.said == []
    assert opened.tab.locator("figure").count() == N_FIGURES
    assert opened.tab.evaluate(SMALL) == 0


def test_without_scripts_every_figure_is_there(open_page):
    tab = open_page(java_script_enabled=False).tab

    assert tab.locator(".drawing svg").count() == N_FIGURES
    assert tab.locator(".chart svg").first.bounding_box()["width"] > 300
    assert not tab.locator(".hint").is_visible()


def test_a_mark_says_its_session_and_a_click_keeps_it(open_page):
    tab = open_page().tab
    unfold(tab)
    symbols = "#figure-changes .mark-symbol.role-mark path"
    one = tab.locator(symbols).first
    one.scroll_into_view_if_needed()

    one.hover(force=True)
    tip = tab.locator("#vg-tooltip-element")
    tip.wait_for(state="visible")
    session = tip.inner_text().split()[1]
    assert session in {"900", "901", "902", "903", "904", "905"}

    def opacities():
        return tab.locator(symbols).evaluate_all(
            "all => all.map(one => one.getAttribute('opacity'))"
        )

    assert len(set(opacities())) == 1
    one.click(force=True)
    kept = opacities()
    assert len(set(kept)) == 2
    assert kept.count(max(kept)) == len(kept) / 6  # one session of six, in all panels
    one.dblclick(force=True)
    assert len(set(opacities())) == 1


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark"}, {"viewport": PHONE}],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_nothing_that_shuts_readers_out(open_page, options):
    tab = open_page(**options).tab
    unfold(tab)

    found = Axe().run(tab)

    assert found.violations_count == 0, found.generate_report()


def test_the_page_is_short_and_answers_on_the_first_screen(open_page):
    tab = open_page().tab

    assert tab.locator("#cohorts-figure .drawing").evaluate(BOTTOM) <= 900
    assert tab.evaluate(HEIGHT) <= 6000
    assert tab.evaluate(WORDS) <= 1500
    pages = re.findall(rb"/Type\s*/Page\b", tab.pdf(format="A4"))
    assert 1 <= len(pages) <= 10
    for verdict in tab.locator("#published_table td.words").all():
        assert verdict.is_visible()


def test_nothing_is_wider_than_its_column(open_page):
    tab = open_page().tab
    unfold(tab)

    assert tab.evaluate(WIDTH) == DESK["width"]
    assert tab.evaluate(WIDER, ".drawing, .scroll:not(:has(.tight))") == []


def test_a_link_to_what_is_folded_unfolds_it(open_page):
    tab = open_page().tab
    chart = tab.locator("#figure-doses")
    assert not chart.is_visible()

    tab.evaluate("location.hash = '#doses-figure'")

    chart.locator("svg.marks").wait_for(state="visible")
    assert chart.is_visible()


def test_dark_pages_have_dark_figures(open_page):
    tab = open_page(color_scheme="dark").tab
    color = "one => getComputedStyle(one).backgroundColor"
    fill = "one => getComputedStyle(one).fill"

    assert tab.locator("body").evaluate(color) == "rgb(25, 26, 28)"
    texts = tab.locator("#cohorts-figure text, #doses_primary-figure text").all()
    texts += tab.locator("#reliability-figure text").all()
    assert len(texts) > 20
    for text in texts:
        light = [int(one) for one in re.findall(r"\d+", text.evaluate(fill))[:3]]
        assert min(light) > 150, text.inner_html()
    backgrounds = tab.locator("rect.background, #reliability-figure #patch_1 path")
    for one in backgrounds.all():
        assert one.evaluate(fill) in ("rgb(25, 26, 28)", "none")


def test_a_phone_needs_no_scrolling_aside(open_page):
    tab = open_page(viewport=PHONE).tab

    assert tab.evaluate(WIDTH) == PHONE["width"]
    size = tab.locator("p").last.evaluate("one => getComputedStyle(one).fontSize")
    assert float(size.removesuffix("px")) >= 15
    assert tab.evaluate(WIDER, ".drawing:has(.chart)") == []
    left = tab.locator("#doses_primary-figure .mark-group.role-scope.concat_0_group")
    places = tab.locator("#doses_primary-figure .role-title-text text").evaluate_all(
        "all => all.map(one => Math.round(one.getBoundingClientRect().left))"
    )
    assert left.count() == 1
    assert len(places) == 3
    assert max(places) - min(places) < 40  # one below the other


def test_a_phone_keeps_the_first_column_of_a_table(open_page):
    tab = open_page(viewport=PHONE).tab
    box = tab.locator("#published_table .scroll")
    first = box.locator("tbody td, td").first
    before = first.bounding_box()["x"]

    box.evaluate("one => one.scrollLeft = 200")

    assert first.bounding_box()["x"] == pytest.approx(before, abs=2)


def test_print_holds_every_figure_on_the_sheet(open_page):
    tab = open_page(viewport=A4).tab
    unfold(tab)
    tab.emulate_media(media="print")

    assert tab.evaluate(WIDTH) == A4["width"]
    assert not tab.locator("nav").is_visible()
    beyond = tab.locator(".drawing svg").evaluate_all(
        f"all => all.filter(one => one.getBoundingClientRect().right > {A4['width']})"
    )
    assert beyond == []
    sizes = "one => parseFloat(getComputedStyle(one).fontSize)"
    text = tab.locator("main p").last.evaluate(sizes)
    for name in ("figcaption", "caption"):
        assert tab.locator(name).first.evaluate(sizes) <= text


def test_print_names_what_is_left_out(open_page):
    tab = open_page(viewport=A4).tab
    tab.emulate_media(media="print")
    after = "one => getComputedStyle(one, '::after').content"

    summary = tab.locator("#run > summary")
    assert summary.is_visible()
    assert "left out" in summary.evaluate(after)
