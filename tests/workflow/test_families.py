"""Another family of circuits, chosen by one key, from prior to report."""

import pytest
from checkouts import COLUMN, TINY, TYPES
from pyarrow.parquet import read_table

pytestmark = pytest.mark.workflow


def test_families_are_compared_on_request_alone(checkout):
    assert checkout.planned("--configfile", TINY, "--", "families") == {
        "simulate_cohort_of_family": 4,
        "simulate_fresh_mice_of_family": 12,
        "train_mechanism_of_family": 2,
        "compare_families": 1,
        "families": 1,
    }


@pytest.mark.slow
@pytest.mark.allen
def test_the_tiny_workflow_ends_in_a_report_with_another_family(checkout):
    checkout.snakemake("--cores", "2", "--configfile", TINY, TYPES)
    results = checkout.path / "results" / "of_types"
    circuits = read_table(results / "circuits" / "shard-0000.parquet")
    samples = read_table(results / "inference" / "posterior_samples.parquet")
    for table in (circuits, samples):
        assert {"p_scale", "drive_vip_nA"} <= {*table.column_names}
        assert "p_exc" not in table.column_names
    page = (results / "report.html").read_text()
    assert "drive_vip_nA" in page
    assert "no VIP or SST interneurons" not in page
    assert not checkout.planned("--configfile", TINY, TYPES)


def test_columns_are_planned_as_other_circuits_are(checkout):
    planned = checkout.planned("--configfile", TINY, COLUMN)
    assert planned == checkout.planned("--configfile", TINY)


def test_what_a_column_cannot_have_is_said_before_any_work(checkout):
    given = "prior={n_recorded: {high: 500}}"
    files = "--configfile", TINY, COLUMN, "--config", given
    output = checkout.snakemake("-n", *files, check=False)
    assert "prior.n_recorded.high=500 exceeds the smallest circuit" in output
    assert "Traceback" not in output


@pytest.mark.slow
@pytest.mark.allen
def test_the_tiny_workflow_ends_in_a_report_with_columns(checkout):
    checkout.snakemake("--cores", "2", "--configfile", TINY, COLUMN)
    results = checkout.path / "results" / "of_column"
    simulated = read_table(next((results / "simulations").rglob("*.parquet")))
    assert set(simulated["n_units"].to_pylist()) == {100}
    samples = read_table(results / "inference" / "posterior_samples.parquet")
    assert {"p_scale", "psp_mV", "background_exc_hz"} <= {*samples.column_names}
    assert "background_exc_hz" in (results / "report.html").read_text()
    assert not checkout.planned("--configfile", TINY, COLUMN)
