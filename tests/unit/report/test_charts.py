"""Charts are alike everywhere: with units and n, colors, and clicks on sessions."""

import pytest
from matplotlib.figure import Figure
from report_charts import layers, layers_of, panels, rows

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.report.charts import SESSION, rows_of
from minicolumn.report.results import where
from minicolumn.report.style import LOOKS
from minicolumn.report.wording import UNIT_OF, label
from minicolumn.statistics.names import STATISTIC_NAMES


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("doses", None), ("domain", None), ("changes", "SD"), ("skill_levels", "R²"),
    ],
)  # fmt: skip
def test_panels_of_statistics_name_statistic_unit_and_n(drawn, name, unit):
    found = panels(drawn[name])
    assert list(found) == [label(statistic) for statistic in STATISTIC_NAMES]
    for statistic, panel in zip(STATISTIC_NAMES, found.values(), strict=True):
        assert "n = " in str(panel["title"]) or name == "domain"
        titles = {
            str(channel.get("title", ""))
            for layer in panel["layer"]
            for axis, channel in layer["encoding"].items()
            if axis in ("x", "y")
        }
        assert any((unit or UNIT_OF[statistic]) in title for title in titles)
    labels = rows(layers(drawn["domain"]), "row")
    assert all("n = " in row["row"] for row in labels)


@pytest.mark.parametrize(
    "name", ["doses", "changes", "accuracies", "cohorts", "sessions"]
)
def test_a_mechanism_has_one_color_in_every_chart(drawn, name):
    seen = set()
    for layer in layers(drawn[name]):
        scale = layer["encoding"].get("color", {}).get("scale", {})
        colors = zip(scale.get("domain", []), scale.get("range", []), strict=True)
        seen |= {pair for pair in colors if pair[0] in MECHANISMS}
    assert seen == {(name, LOOKS[name].color) for name in MECHANISMS}


@pytest.mark.parametrize("name", ["changes", "typicality", "domain"])
def test_a_click_selects_layers_whose_marks_are_sessions(drawn, name):
    (param,) = drawn[name]["params"]
    assert param["name"] == SESSION
    named = [layer for layer in layers(drawn[name]) if "name" in layer]
    assert param["views"] == [layer["name"] for layer in named]
    assert len(named) == len(panels(drawn[name]))
    assert all(rows([layer], "session_id") for layer in named)


def test_marks_that_are_no_sessions_select_nothing(drawn):
    assert drawn["doses"]["params"] == []


def test_no_name_of_a_column_is_told_to_readers(drawn):
    for name, chart in drawn.items():
        if isinstance(chart, Figure):
            continue
        tips = [tip for layer in layers(chart) for tip in tooltips(layer)]
        assert not [tip["title"] for tip in tips if "_" in tip["title"]], name


def tooltips(layer):
    found = layer.get("encoding", {}).get("tooltip", [])
    return found if isinstance(found, list) else [found]


def test_the_rows_of_a_chart_are_what_it_draws(drawn):
    found = panels(drawn["doses_primary"])
    table = rows_of(drawn["doses_primary"])
    assert set(table["panel"]) == set(found)
    for name, panel in found.items():
        medians = where(table, panel=name)["median"]
        assert medians.notna().sum() == len(rows(layers_of(panel), "median"))
    assert {"session_id", "change", "level", "low", "high"} <= set(table.columns)
