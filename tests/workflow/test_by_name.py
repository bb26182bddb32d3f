"""One shard, one session, one model: named by its file, as docs/cluster.md says."""

import pytest
from checkouts import TINY

pytestmark = [pytest.mark.workflow, pytest.mark.allen, pytest.mark.slow]

MOUSE = 900000101


@pytest.mark.parametrize(
    ("file", "rule"),
    [
        ("simulations/synaptic/shard-0001.parquet", "simulate_shard"),
        (f"recordings/{MOUSE}/units.parquet", "extract_recording"),
        (f"sessions/{MOUSE}.parquet", "find_epochs"),
        ("surrogates/combined/mlp", "train_surrogate"),
    ],
)
def test_a_named_file_alone_is_made_again(rerun, file, rule):
    target = f"results/tiny/{file}"
    assert rerun.planned(target, "--force", "--configfile", TINY) == {rule: 1}
    assert rerun.plan_tiny() == {}


def test_a_model_made_again_by_name_is_followed_by_what_depends_on_it(rerun):
    target = "results/tiny/surrogates/combined/mlp"
    before = {path: path.read_bytes() for path in (rerun.path / target).iterdir()}
    rerun.snakemake(target, "--force", "--cores", "2", "--configfile", TINY)
    assert before == {path: path.read_bytes() for path in before}
    assert set(rerun.plan_tiny()) == {
        "predict",
        "score_surrogates",
        "score_predictions",
        "write_report",
    }
