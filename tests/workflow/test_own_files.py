"""A lab's own NWB files through the real workflow."""

import hashlib
import json
import shutil
import subprocess

import pytest
from checkouts import ROOT, TINY
from fault_server import fault_server

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


@pytest.fixture
def dandi(own, monkeypatch):
    """A stand-in for the archive, whose only asset is the lab's file."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    checkout, nwb, overlay = own
    content = nwb.read_bytes()
    with fault_server(content) as server:
        asset = {"asset_id": "abc", "path": "sub-1/one.nwb", "size": len(content)}
        digest = {"dandi:sha2-256": hashlib.sha256(content).hexdigest()}
        found = "/api/dandisets/000021/versions/draft/assets/?path=sub-1%2Fone.nwb"
        answers = {found: {"results": [asset]}, "/api/assets/abc/": {"digest": digest}}
        server.json = {path: json.dumps(one).encode() for path, one in answers.items()}
        address = f"recordings:\n  dandi: {{url: {server.address}/api}}"
        overlay.write_text(
            METERS.replace("recordings:", address).replace(
                'files: {31: "mouse; one.nwb"}',
                'dandiset: {number: "000021"}\n    files: {31: sub-1/one.nwb}',
            )
        )
        yield checkout, server, overlay


def test_a_set_on_dandi_gives_the_epochs_of_its_file_and_is_read_once(own, dandi):
    checkout, server, overlay = dandi
    checkout.snakemake(*ARGUMENTS)
    results = checkout.path / "results/tiny"
    in_place = read_table(results / "epochs/31.parquet", EPOCHS)
    sent = server.sent
    assert 0 < sent <= len(server.payload)
    # What has travelled is kept by its digest, whatever becomes of the results.
    shutil.rmtree(results / "recordings")
    checkout.snakemake(*ARGUMENTS)
    assert server.sent == sent
    # Another version is another file, also where Snakemake remembers nothing.
    shutil.rmtree(checkout.path / ".snakemake")
    overlay.write_text(overlay.read_text().replace('"000021"', '"000022"'))
    output = checkout.snakemake(*ARGUMENTS, check=False)
    assert "000022/versions/draft/assets" in output
    overlay.write_text(METERS)
    checkout.snakemake(*ARGUMENTS)
    assert read_table(results / "epochs/31.parquet", EPOCHS) == in_place


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
