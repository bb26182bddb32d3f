"""Skill of surrogates: every model, every level, with the ceiling."""

from dataclasses import replace

import pytest
from report_charts import layers_of, panels, rows

from minicolumn.report.sections.surrogates import LOWEST, ceiling_panels, level_panels
from minicolumn.statistics.names import STATISTIC_NAMES


@pytest.fixture
def combined(results):
    """The scores of surrogates of `combined`."""
    return next(one for one in results.scoreboards if one.training_set == "combined")


def test_scores_that_are_absurd_are_drawn_at_the_edge_and_undefined_ones_nowhere(
    combined,
):
    mlp = combined.models["mlp"]
    lv, fano = replace(mlp["lv"], r2=-14.0), replace(mlp["fano"], r2=None)
    models = combined.models | {"mlp": mlp | {"lv": lv, "fano": fano}}
    board = replace(combined, models=models)
    panel = panels(ceiling_panels([board]))["trained on combined: R²"]

    scores = {
        row["statistic"]: row
        for row in rows(layers_of(panel), "model")
        if row["model"] == "MLP"
    }
    assert (scores["Local variation"]["drawn"], scores["Local variation"]["score"]) == (
        LOWEST,
        -14.0,
    )
    assert scores["Fano factor"]["drawn"] is None
    ceilings = rows(layers_of(panel), "ceiling")
    assert {row["ceiling"] for row in ceilings} == {0.9}
    assert len(ceilings) == len(STATISTIC_NAMES)


def test_every_model_is_drawn_at_every_level(results, combined):
    panel = panels(level_panels(results.scoreboards))["Mean rate"]

    drawn = [row for row in rows(layers_of(panel), "model") if row["model"] == "MLP"]
    expected = [at.r2 for at in combined.models["mlp"]["mean_rate"].by_level]
    assert [row["score"] for row in drawn] == pytest.approx(expected, rel=1e-4)


def test_without_a_ceiling_at_any_level_no_empty_band_is_drawn(combined):
    fano = combined.ceilings["fano"]
    by_level = {level: replace(c, interval=None) for level, c in fano.by_level.items()}
    ceilings = combined.ceilings | {"fano": replace(fano, by_level=by_level)}
    found = panels(level_panels([replace(combined, ceilings=ceilings)]))

    assert len(rows(layers_of(found["Local variation"]), "low", "high")) == 3
    assert all(layer["data"]["values"] for layer in layers_of(found["Fano factor"]))
