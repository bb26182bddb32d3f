"""Another family of circuits, chosen by one key, from prior to report."""

from pathlib import Path

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
@pytest.mark.parametrize(
    ("overlay", "parameters"),
    [(TYPES, {"p_scale", "drive_vip_nA"}), (COLUMN, {"psp_mV", "background_exc_hz"})],
    ids=["v1_types", "pd14"],
)
def test_the_tiny_workflow_ends_in_a_report(checkout, overlay, parameters):
    checkout.snakemake("--cores", "2", "--configfile", TINY, overlay)
    results = checkout.path / "results" / Path(overlay).stem
    circuits = read_table(results / "circuits" / "shard-0000.parquet")
    samples = read_table(results / "inference" / "posterior_samples.parquet")
    for table in (circuits, samples):
        assert parameters <= {*table.column_names}
        assert "p_exc" not in table.column_names
    page = (results / "report.html").read_text()
    assert all(name in page for name in parameters)
    assert ("no VIP or SST interneurons" in page) == (overlay == COLUMN)
    assert not checkout.planned("--configfile", TINY, overlay)
