"""A lab's own NWB files through the real workflow."""

import subprocess

import pytest
from checkouts import ROOT, TINY

from minicolumn.files.store import read_table
from minicolumn.files.tables import EPOCHS, SESSIONS

PYTHON = ROOT / ".venv-allen/bin/python"
pytestmark = [
    pytest.mark.workflow,
    pytest.mark.allen,
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.exists(), reason=f"{PYTHON} is missing"),
]

METERS = """
recordings:
  source: nwb
  nwb:
    files: {31: "mouse; one.nwb"}
    units: {keep: {quality: [good]}}
    stimuli: {table: epochs, label: shown, spontaneous: [gray]}
    invalid: invalid_times
statistics: {n_units: 2}
simulation: {duration_s: 5.0}
epochs: {per_state_at_least: 3}
"""


@pytest.fixture
def own(checkout):
    nwb = checkout.path / "mouse; one.nwb"
    writer = ROOT / "tests/agreement/lab_nwb.py"
    subprocess.run([PYTHON, writer, "meters", nwb], check=True)
    overlay = checkout.path / "own.yaml"
    overlay.write_text(METERS)
    return checkout, nwb, overlay


ARGUMENTS = ("--cores", "2", "--configfile", TINY, "own.yaml", "--until", "find_epochs")


def test_a_labs_file_becomes_epochs_and_is_left_as_it_was(own):
    checkout, nwb, _ = own
    before = nwb.read_bytes(), nwb.stat().st_mtime_ns
    checkout.snakemake(*ARGUMENTS)
    results = checkout.path / "results/tiny"
    (session,) = read_table(results / "sessions/31.parquet", SESSIONS).to_pylist()
    assert (session["outcome"], session["n_units"]) == ("ok", 4)
    assert session["origin"] == "synthetic"  # the file says so itself
    epochs = read_table(results / "epochs/31.parquet", EPOCHS).to_pylist()
    # Rest until 20 s, then 12 cm/s; gratings from 25 to 35 s; void from 50 to 51 s.
    found = [(row["state"], row["start_s"]) for row in epochs]
    assert [state for state, _ in found] == ["stationary"] * 3 + ["running"] * 4
    assert not any(25 - 5 < start_s < 35 for _, start_s in found[4:])
    assert not any(50 - 5 < start_s < 51 for _, start_s in found)
    assert (nwb.read_bytes(), nwb.stat().st_mtime_ns) == before


def test_a_mapping_that_does_not_fit_is_one_message_with_what_there_is(own):
    checkout, _, overlay = own
    overlay.write_text(METERS.replace("label: shown", "label: stimulus"))
    output = checkout.snakemake(*ARGUMENTS, check=False)
    assert "recordings.nwb.stimuli.label=stimulus: epochs has no such column" in output
    assert "it has start_time, stop_time, shown" in output
    assert "Traceback" not in output


def test_a_limit_without_a_column_is_told_before_any_job(own):
    checkout, _, overlay = own
    blind = "units: {presence_ratio: null, keep: {quality: [good]}}"
    overlay.write_text(METERS.replace("units: {keep: {quality: [good]}}", blind))
    output = checkout.snakemake(*ARGUMENTS, check=False)
    assert "units has a limit on presence_ratio, but nwb.units names no" in output
    assert not (checkout.path / "results").exists()
