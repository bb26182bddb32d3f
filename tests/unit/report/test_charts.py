"""Charts are alike everywhere: with units and n, colors, and clicks on sessions."""

import pytest
from report_charts import layers, panels, rows

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.report.charts import SESSION, specification
from minicolumn.report.style import LOOKS
from minicolumn.report.wording import UNIT_OF
from minicolumn.statistics.names import STATISTIC_NAMES


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("doses", None), ("domain", None), ("changes", "SD"),
        ("skill_levels", "no unit"),
    ],
)  # fmt: skip
def test_panels_of_statistics_name_statistic_unit_and_n(drawn, name, unit):
    found = panels(drawn[name])
    assert list(found) == list(STATISTIC_NAMES)
    for statistic, panel in found.items():
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


@pytest.mark.parametrize("name", ["doses", "changes", "accuracies", "probabilities"])
def test_a_mechanism_has_one_color_in_every_chart(drawn, name):
    seen = set()
    for layer in layers(drawn[name]):
        scale = layer["encoding"].get("color", {}).get("scale", {})
        colors = zip(scale.get("domain", []), scale.get("range", []), strict=True)
        seen |= {pair for pair in colors if pair[0] in MECHANISMS}
    assert seen == {(name, LOOKS[name].color) for name in MECHANISMS}


@pytest.mark.parametrize("name", ["changes", "typicality", "domain"])
def test_a_click_selects_layers_whose_marks_are_sessions(drawn, name):
    (param,) = specification(drawn[name])["params"]
    assert param["name"] == SESSION
    named = [layer for layer in layers(drawn[name]) if "name" in layer]
    assert param["views"] == [layer["name"] for layer in named]
    assert len(named) == len(panels(drawn[name]))
    assert all(rows([layer], "session_id") for layer in named)


def test_marks_that_are_no_sessions_select_nothing(drawn):
    assert specification(drawn["doses"])["params"] == []
