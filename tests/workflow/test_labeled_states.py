"""Drug and vehicle by turns, in SYNTHETIC sessions, through the real workflow."""

import subprocess
import sys

import pytest
from checkouts import ROOT, TINY

from minicolumn.files.store import read_table
from minicolumn.files.tables import (
    EPOCH_COUNTS,
    EPOCHS,
    OBSERVED_CHANGES,
    RECORDED_STATISTICS,
    SESSIONS,
)

pytestmark = [pytest.mark.workflow, pytest.mark.slow]

HERE = ROOT / "tests/workflow"
ARGUMENTS = ("--cores", "2", "--configfile", TINY, "labeled.yaml", "--until")


@pytest.fixture
def labeled(checkout):
    for session in (41, 42):
        path = checkout.path / f"session-{session}.nwb"
        writer = HERE / "labeled_nwb.py"
        subprocess.run([sys.executable, writer, path, str(session)], check=True)
    overlay = (HERE / "labeled.yaml").read_text()
    (checkout.path / "labeled.yaml").write_text(overlay)
    return checkout


def test_every_table_names_the_two_states(labeled):
    labeled.snakemake(*ARGUMENTS, "observe_changes", "count_epochs")
    results = labeled.path / "results/labeled"
    for kind, schema in (
        ("epochs", EPOCHS), ("statistics/recorded", RECORDED_STATISTICS),
    ):  # fmt: skip
        table = read_table(results / kind / "41.parquet", schema).to_pandas()
        names = set(zip(table["state"], table["state_name"], strict=True))
        assert names == {("stationary", "vehicle"), ("running", "drug")}
    # Windows of 1 s in four blocks of 6 s each, less 0.1 s at both ends.
    (session,) = read_table(results / "sessions/41.parquet", SESSIONS).to_pylist()
    assert (session["outcome"], session["origin"]) == ("ok", "synthetic")
    assert (session["n_stationary"], session["n_running"]) == (20, 20)
    observed = read_table(results / "prediction/observed.parquet", OBSERVED_CHANGES)
    counts = read_table(results / "sensitivity/41.parquet", EPOCH_COUNTS).to_pandas()
    compared = {*observed["compared"].to_pylist(), *counts["compared"]}
    assert compared | {session["compared"]} == {"vehicle to drug"}
    assert set(counts["thresholds"]) == {"as in epochs"}
    rate = observed.to_pandas().query("statistic == 'mean_rate'")["change"]
    assert (rate > 5).all()  # 15 and 25 Hz, about


def test_exchanging_the_states_exchanges_the_sign(labeled):
    overlay = labeled.path / "labeled.yaml"
    states = "less_ach: {}, more_ach: {}".format
    labels = "less_ach: [{}], more_ach: [{}]".format
    text = overlay.read_text()
    for written in (states, labels):
        old, new = written("vehicle", "drug"), written("drug", "vehicle")
        assert old in text
        text = text.replace(old, new)
    overlay.write_text(text)
    labeled.snakemake(*ARGUMENTS, "observe_changes")
    path = labeled.path / "results/labeled/prediction/observed.parquet"
    observed = read_table(path, OBSERVED_CHANGES).to_pandas()
    assert (observed.query("statistic == 'mean_rate'")["change"] < -5).all()
    assert set(observed["compared"]) == {"drug to vehicle"}


def test_faults_are_told_before_work_or_by_the_session(labeled):
    labeled.edit("labeled.yaml", "less_ach: vehicle,", "less_ach: drug,")
    said = labeled.snakemake(*ARGUMENTS, "find_epochs", check=False)
    assert "less_ach and more_ach are both drug" in said
    assert not (labeled.path / "results").exists()
    labeled.edit("labeled.yaml", "less_ach: drug,", "less_ach: vehicle,")
    labeled.edit("labeled.yaml", "more_ach: [drug]", "more_ach: [dose]")
    labeled.snakemake(*ARGUMENTS, "find_epochs", check=False)
    log = labeled.path / "results/labeled/logs/extract_recording/41.log"
    assert "states.more_ach=['dose']: infusions has no such given" in log.read_text()
