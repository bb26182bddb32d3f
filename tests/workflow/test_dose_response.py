"""Acetylcholine within sessions is part of a run if its recordings have a pupil."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checkouts import TINY

from minicolumn.files.documents import read_document
from minicolumn.files.store import read_table
from minicolumn.files.tables import ACH_INDEX, DOSE_RESPONSES
from minicolumn.scoring.dose_response import DoseResponses

pytestmark = pytest.mark.workflow

HERE = Path(__file__).parent
GAINS = {51: 0.5, 52: 0.5, 53: 0.0, 54: 0.0}
"""By session: how much its units follow the fluctuations of its pupil."""
FILE = "recordings={source: nwb, nwb: {files: {1: mouse.nwb}%s}}"


def test_a_run_follows_acetylcholine_if_there_is_a_pupil(checkout):
    (checkout.path / "mouse.nwb").touch()
    with_pupil, without = (
        checkout.planned("--configfile", TINY, "--config", FILE % pupil)
        for pupil in (", pupil: {series: pupil_area}", "")
    )
    assert with_pupil.pop("follow_ach") == 1
    assert with_pupil == without


def test_it_can_be_asked_for_alone(checkout):
    planned = checkout.planned("--configfile", TINY, "--", "dose_response")
    assert planned["follow_ach"] == 1
    assert "simulate_cohort" not in planned


@pytest.mark.slow
def test_files_with_a_pupil_say_whether_statistics_follow_it(checkout):
    for session, gain in GAINS.items():
        path = checkout.path / f"session-{session}.nwb"
        arguments = [HERE / "pupil_nwb.py", path, str(session), str(gain)]
        subprocess.run([sys.executable, *arguments], check=True)
    shutil.copy(HERE / "pupil.yaml", checkout.path)
    overlays = ("--configfile", TINY, "pupil.yaml")
    checkout.snakemake("--cores", "2", *overlays, "--", "dose_response")
    results = checkout.path / "results/pupil/dose_response"
    index = read_table(results / "ach_index.parquet", ACH_INDEX).to_pandas()
    mean = index.groupby("state")["ach_index"].mean()
    assert mean["running"] > mean["stationary"] + 1
    rows = read_table(results / "sessions.parquet", DOSE_RESPONSES).to_pandas()
    rate = rows.query("statistic == 'mean_rate' and scope == 'within states'")
    rho = rate.set_index("session_id")["rho"]
    assert (rho[[51, 52]] > 0.6).all()
    assert (rho[[53, 54]].abs() < 0.3).all()
    found = read_document(results / "dose_response.json", DoseResponses)
    assert found.n_sessions == (4, 4)
