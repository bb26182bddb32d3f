"""Charts: what they show is what was found, alike everywhere, with units and n."""

from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.domain.typicality import by_class
from minicolumn.files.tables import TYPICALITIES
from minicolumn.report.charts import SESSION, specification
from minicolumn.report.charts_domain import range_panels, typicality_panel
from minicolumn.report.charts_inference import predicted_panels, probabilities
from minicolumn.report.charts_simulations import dose_panels, outcome_panels
from minicolumn.report.charts_surrogates import LOWEST, ceiling_panels, level_panels
from minicolumn.report.charts_transfer import (
    accuracies,
    change_panels,
    published_panels,
)
from minicolumn.report.domain import margins
from minicolumn.report.dose import dose_response, lowest_medians
from minicolumn.report.listings import published_rows
from minicolumn.report.results import where
from minicolumn.report.style import LOOKS
from minicolumn.report.ways import both_ways
from minicolumn.report.wording import UNIT_OF
from minicolumn.statistics.names import STATISTIC_NAMES


def panels(chart):
    """Return the panels of a chart by title."""
    return {one["title"]["text"]: one for one in specification(chart)["concat"]}


def layers(chart):
    return [layer for one in panels(chart).values() for layer in layers_of(one)]


def layers_of(panel):
    return [{**panel, **layer} for layer in panel["layer"]]


def rows(layers, *having):
    """Return rows of data that have some columns, each once."""
    found = {}
    for layer in layers:
        for row in layer.get("data", {}).get("values", []):
            if all(row.get(name) is not None for name in having):
                found[tuple(sorted(row.items(), key=str))] = row
    return list(found.values())


@pytest.fixture
def results(make_results):
    return make_results()


@pytest.fixture
def combined(results):
    """The scores of surrogates of `combined`."""
    return next(one for one in results.scoreboards if one["training_set"] == "combined")


@pytest.fixture
def mine(results):
    return where(results.changes, architecture="mlp", selector="posterior")


def doses(results):
    return dose_panels(
        dose_response(results.simulated), lowest_medians(results.simulated)
    )


def test_panels_of_statistics_name_statistic_unit_and_n(results, mine):
    by_statistic = {
        doses: doses(results),
        range_panels: range_panels(margins(results.domain_cohort), results.recorded),
        change_panels: change_panels(mine, results.observed, 2.0),
        predicted_panels: predicted_panels(mine),
        level_panels: level_panels(results.scoreboards),
    }

    for draw, chart in by_statistic.items():
        found = panels(chart)
        assert list(found) == list(STATISTIC_NAMES)
        for name, panel in found.items():
            assert "n = " in str(panel["title"]) or draw is range_panels
            titles = {
                str(channel.get("title", ""))
                for layer in panel["layer"]
                for axis, channel in layer["encoding"].items()
                if axis in ("x", "y")
            }
            unit = {change_panels: "SD", level_panels: "no unit"}.get(
                draw, UNIT_OF[name]
            )
            assert any(unit in title for title in titles)
    labels = rows(layers(by_statistic[range_panels]), "row")
    assert all("n = " in row["row"] for row in labels)


def test_a_mechanism_has_one_color_in_every_chart(results, mine):
    cells = where_cells(results)
    charts = [
        doses(results),
        change_panels(mine, results.observed, 2.0),
        predicted_panels(mine),
        accuracies(cells, results.scores["reliability"]),
        probabilities(results.mechanism),
    ]

    for chart in charts:
        seen = set()
        for layer in layers(chart):
            scale = layer["encoding"].get("color", {}).get("scale", {})
            colors = zip(scale.get("domain", []), scale.get("range", []), strict=True)
            seen |= {pair for pair in colors if pair[0] in MECHANISMS}
        assert seen == {(name, LOOKS[name].color) for name in MECHANISMS}


def where_cells(results, architecture="mlp"):
    return [c for c in results.scores["scores"] if c["architecture"] == architecture]


def test_a_click_selects_layers_whose_marks_are_sessions(results, mine):
    for chart in (
        change_panels(mine, results.observed, 2.0),
        typicality_panel(results.domain, 0.01),
        range_panels(margins(results.domain_cohort), results.recorded),
        predicted_panels(mine),
    ):
        (param,) = specification(chart)["params"]
        assert param["name"] == SESSION
        named = [layer for layer in layers(chart) if "name" in layer]
        assert param["views"] == [layer["name"] for layer in named]
        assert len(named) == len(panels(chart))
        assert all(rows([layer], "session_id") for layer in named)
    assert specification(doses(results))["params"] == []


def test_doses_are_drawn_as_they_are(results):
    found = dose_response(results.simulated)
    panel = panels(doses(results))["fano"]

    drawn = pd.DataFrame(rows(layers_of(panel), "median"))
    expected = where(found, statistic="fano").dropna(subset=["median"])
    np.testing.assert_allclose(
        drawn.sort_values(["mechanism", "level"])["median"],
        expected.sort_values(["mechanism", "level"])["median"],
        rtol=1e-4,
    )
    y = [layer["encoding"]["y"].get("title") for layer in panel["layer"]]
    assert "change (no unit)" in y


def test_outcomes_of_every_level_add_up_and_none_is_left_out(results):
    outcomes = ["ok", "silent", "runaway", "unheard of"]
    simulated = results.simulated.assign(
        outcome=np.resize(outcomes, len(results.simulated))
    )
    found = rows(layers(outcome_panels(simulated)), "share")

    for panel in panels(outcome_panels(simulated)).values():
        total = defaultdict(float)
        for row in rows(layers_of(panel), "share"):
            total[row["level"]] += row["share"]
        assert list(total.values()) == pytest.approx([1.0] * 3, abs=1e-4)
    assert {row["outcome"] for row in found} == set(outcomes)


def test_scores_that_are_absurd_stand_at_the_edge_and_undefined_ones_nowhere(
    results, combined
):
    combined["models"]["mlp"]["lv"]["r2"] = -14.0
    combined["models"]["mlp"]["fano"]["r2"] = None
    panel = panels(ceiling_panels(results.scoreboards))["trained on combined: R²"]

    scores = {
        row["statistic"]: row
        for row in rows(layers_of(panel), "model")
        if row["model"] == "MLP"
    }
    assert (scores["lv"]["drawn"], scores["lv"]["score"]) == (LOWEST, -14.0)
    assert scores["fano"]["drawn"] is None
    ceilings = rows(layers_of(panel), "ceiling")
    assert {row["ceiling"] for row in ceilings} == {0.9}
    assert len(ceilings) == len(STATISTIC_NAMES)


def test_every_model_is_drawn_at_every_level(results, combined):
    panel = panels(level_panels(results.scoreboards))["mean_rate"]

    drawn = [row for row in rows(layers_of(panel), "model") if row["model"] == "MLP"]
    expected = [at["r2"] for at in combined["models"]["mlp"]["mean_rate"]["by_level"]]
    assert [row["score"] for row in drawn] == pytest.approx(expected, rel=1e-4)


def test_without_a_ceiling_at_any_level_no_empty_band_is_drawn(results, combined):
    for at in combined["ceilings"]["fano"]["by_level"].values():
        at["interval"] = None
    found = panels(level_panels(results.scoreboards))

    assert len(rows(layers_of(found["lv"]), "low", "high")) == 3
    assert all(layer["data"]["values"] for layer in layers_of(found["fano"]))


def test_accuracies_stand_where_the_scores_are(results):
    cells = where_cells(results)
    chart = accuracies(cells, results.scores["reliability"])

    drawn = {
        (row["statistic"], row["model"]): row for row in rows(layers(chart), "model")
    }
    for cell in cells:
        row, score = drawn[cell["statistic"], cell["training_set"]], cell["directions"]
        assert row["accuracy"] == pytest.approx(score["accuracy"], abs=1e-4)
        assert row["best_constant"] == pytest.approx(score["best_constant"], abs=1e-4)
        assert row["row"] == f"{cell['statistic']} (n = {score['n']})"
    ceilings = [row["ceiling"] for row in rows(layers(chart), "ceiling")]
    assert ceilings == pytest.approx([0.9] * len(STATISTIC_NAMES))


def test_sessions_within_two_standard_errors_of_zero_are_open_symbols(results, mine):
    panel = panels(change_panels(mine, results.observed, 2.0))["mean_rate"]
    observed = where(mine, statistic="mean_rate", training_set="synaptic")["observed"]

    drawn = [
        row for row in rows(layers_of(panel), "session_id")
        if row["training_set"] == "synaptic"
    ]  # fmt: skip

    counts = Counter(row["decided"] for row in drawn)
    assert counts[True] == (observed.abs() >= 0.6).sum()
    assert counts[False] == (observed.abs() < 0.6).sum()
    assert counts[True] * counts[False] > 0


def test_published_and_own_accuracies_stand_beside_each_other(results):
    found = published_rows(results.scores["scores"], "transformer")
    drawn = rows(layers(published_panels(found, "this run")), "source")

    published = {
        (row["statistic"], row["mechanism"]): row["accuracy"]
        for row in drawn
        if row["source"] == "published"
    }
    assert published["mean_rate", "synaptic"] == 0.125
    assert published["pairwise_corr", "synaptic"] == 0.75
    assert len(published) == 9
    assert Counter(row["source"] for row in drawn)["this run"] == 9
    assert {row["n"] for row in drawn if row["source"] == "published"} == {16}


def test_probabilities_are_drawn_whole_and_claims_beside_them(make_results):
    chart = probabilities(make_results(n_sessions=2).mechanism)

    total = defaultdict(float)
    for row in rows(layers(chart), "probability"):
        total[row["session"]] += row["probability"]
    assert list(total.values()) == pytest.approx([1.0] * 4, abs=1e-3)
    assert "900 (truth: synaptic)" in total
    assert "all 2 together, truth: synaptic" in total
    claims = {row["session"]: row["claim"] for row in rows(layers(chart), "claim")}
    assert list(claims.values())[:2] == ["synaptic", "undecided"]


def test_every_session_has_its_typicality(make_results):
    results = make_results(n_sessions=5)
    drawn = rows(layers(typicality_panel(results.domain, 0.01)), "session_id")
    expected = by_class(results.domain[[*TYPICALITIES]].to_numpy()).max(axis=1)
    assert [r["typicality"] for r in drawn] == pytest.approx(
        sorted(expected, reverse=True), rel=1e-4
    )
    assert {r["session_id"] for r in drawn} == set(results.domain["session_id"])


def test_what_is_not_known_is_said_to_be_missing(results):
    unknown = results.domain.assign(typicality_rest=np.nan)
    for domain in (unknown, results.domain.iloc[:0]):
        assert "no session could be compared" in str(
            specification(typicality_panel(domain, 0.01))
        )
    nowhere = results.simulated.assign(peak_freq=np.nan)
    chart = dose_panels(dose_response(nowhere), lowest_medians(nowhere))
    assert "undefined in every simulation" in str(panels(chart)["peak_freq"])


def test_both_ways_are_scored_on_the_same_sessions():
    key = {"statistic": "fano", "training_set": "synaptic", "architecture": "mlp"}
    observed = [1.0, 1.0, -1.0, -1.0, 1.0, 0.0]
    conditioned = [1.0, 1.0, -1.0, 1.0, np.nan, 1.0]
    changes = pd.DataFrame(
        [
            {**key, "session_id": i, "method": method, "predicted": p, "observed": o}
            for i, (o, c) in enumerate(zip(observed, conditioned, strict=True))
            for method, p in (("constant", 1.0), ("conditioned", c))
        ]
    )

    (found,) = both_ways(changes, "mlp")

    assert (found.constant.k, found.constant.n) == (2, 4)
    assert (found.conditioned.k, found.conditioned.n) == (3, 4)
    assert (found.constant_only, found.conditioned_only, found.p) == (0, 1, 1.0)
    assert both_ways(changes, "transformer") == []
