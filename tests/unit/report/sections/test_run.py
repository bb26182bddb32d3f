"""What was run: counted, and nothing left out."""

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from report_charts import layers, layers_of, panels, rows

from minicolumn.report.sections.run import (
    branches,
    outcome_panels,
    simulation_outcomes,
)


def texts(figure):
    return [
        text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))
    ]


def test_the_two_branches_count_what_went_through(make_results):
    results = make_results()

    shown = " ".join(texts(branches(results)))

    assert f"n = {len(results.simulated)}" in shown
    assert "6 SYNTHETIC mice" in shown
    assert "18 at rest\n18 running" in shown
    assert "SYNTHETIC" not in " ".join(texts(branches(make_results(source="s3"))))


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


def test_simulations_of_every_outcome_are_counted():
    table = pd.DataFrame(
        {
            "mechanism": ["synaptic"] * 3 + ["combined"],
            "outcome": ["ok", "ok", "silent", "runaway"],
        }
    )

    rows = {r["mechanism"]: r["counts"] for r in simulation_outcomes(table)}

    assert rows["synaptic"] == {"ok": 2, "silent": 1, "runaway": 0, "not_finite": 0}
    assert rows["combined"]["runaway"] == 1
    assert sum(sum(counts.values()) for counts in rows.values()) == len(table)
