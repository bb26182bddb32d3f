"""Targets that `all` does not ask for work on what it has made."""

import json

import pytest
from checkouts import TINY

from minicolumn.files.store import read_table
from minicolumn.files.tables import CURRENTS, IDENTIFIED, SENSITIVITIES

pytestmark = [pytest.mark.workflow, pytest.mark.allen, pytest.mark.slow]


def test_identifiability_and_currents_of_a_finished_run(rerun):
    targets = "--configfile", TINY, "--", "identifiability", "currents"
    assert rerun.planned(*targets) == {
        "simulate_perturbed": 1,
        "measure_identifiability": 1,
        "identifiability": 1,
        "decompose_currents": 3,
        "summarize_currents": 1,
        "currents": 1,
    }
    rerun.snakemake("--cores", "2", *targets)
    results = rerun.path / "results" / "tiny"
    made = results / "identifiability"
    found = json.loads((made / "identifiability.json").read_text())
    assert found["counted"]["n_circuits"] == found["n_circuits"] == 1
    assert read_table(made / "identified.parquet", IDENTIFIED).num_rows
    derivatives = read_table(made / "sensitivities.parquet", SENSITIVITIES)
    assert 0 < derivatives["simulator"].null_count < derivatives.num_rows
    sessions = sorted((results / "currents" / "sessions").iterdir())
    assert sum(read_table(one, CURRENTS).num_rows for one in sessions)
    assert "flows" in json.loads((results / "currents" / "currents.json").read_text())
