"""What was run: counted, and nothing left out."""

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from report_charts import layers, layers_of, panels, rows

from minicolumn.report.sections.run import (
    outcome_panels,
    run_facts,
    session_outcomes,
    simulation_outcomes,
)


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

    rows = simulation_outcomes(table)

    assert rows["synaptic"] == {"ok": 2, "silent": 1, "runaway": 0, "not_finite": 0}
    assert rows["combined"]["runaway"] == 1
    assert sum(sum(counts.values()) for counts in rows.values()) == len(table)


def test_scored_sessions_come_first_and_every_reason_is_counted():
    table = pd.DataFrame({"outcome": ["too few units", "ok", "no running", "ok"]})
    found = session_outcomes(table)
    assert list(found.items()) == [("ok", 2), ("no running", 1), ("too few units", 1)]


def test_what_went_through_each_stage_is_counted(results):
    found = run_facts(results)
    assert found["Simulations"] == f"{len(results.simulated)}"
    assert found["Sessions"] == "6, 6 scored"
    assert found["Recorded epochs"] == "18 stationary, 18 running"
