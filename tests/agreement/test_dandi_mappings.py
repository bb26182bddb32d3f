"""Mappings of DANDI sets, on SYNTHETIC files with the layout of their listings."""

import copy

import dandi_nwb
import numpy as np
import pytest
import yaml
from lab_extraction import ROOT, SCHEMAS
from lab_nwb import write

from minicolumn.config import parse_config
from minicolumn.errors import RecordingError
from minicolumn.recordings.nwb import read_session
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.recording import write_recording
from minicolumn.recordings.session_epochs import EpochRule, epochs_of_session

MAPPINGS = ROOT / "docs/mappings"


def merged(below, above):
    both = {
        key: merged(below[key], above[key])
        for key in below.keys() & above.keys()
        if isinstance(below[key], dict) and isinstance(above[key], dict)
    }
    return {**below, **above, **both}


def configured(mapping, nwb, **changes):
    """The configuration with a mapping as a user has it, for a file that is here."""
    overlay = yaml.safe_load((MAPPINGS / mapping).read_text())
    own = overlay["recordings"]["nwb"]
    own |= {"files": {1: str(nwb)}, "dandiset": {"number": None}}
    values = yaml.safe_load((ROOT / "config.yaml").read_text())
    return parse_config(merged(merged(copy.deepcopy(values), overlay), changes))


def epochs_by(cfg, nwb, directory):
    """Return the epochs and the outcome of the session, as the workflow finds them."""
    recording = read_session(nwb, 1, **cfg.recordings.reader_options())
    paths = [str(directory / f"{name}.parquet") for name in SCHEMAS]
    write_recording(recording, *paths)
    rule = EpochRule(cfg.recordings.units, cfg.epochs, 5.0, cfg.states)
    epochs, session = epochs_of_session(Recorded.read(1, *paths), rule, 5, 1)
    return epochs, {name: value for name, (value,) in session.items()}


SMALL = {"per_state_at_least": 2, "trim_s": 1.0}


@pytest.fixture
def nwb(tmp_path):
    def made(build):
        path = tmp_path / "session.nwb"
        write(build(), path)
        return path

    return made


def test_isoflurane_and_wakefulness_are_told_apart_by_tags(nwb, tmp_path):
    path = nwb(dandi_nwb.isoflurane)
    cfg = configured("dandi_000458.yaml", path, epochs=SMALL)
    epochs, session = epochs_by(cfg, path, tmp_path)
    assert session["compared"] == "isoflurane to awake"
    assert (session["outcome"], session["n_units"]) == ("ok", 5)  # one is in PO
    # From 1 s to 39 s, and from 46 s to 84 s, in windows of 5 s.
    assert (session["n_stationary"], session["n_running"]) == (7, 7)
    rows = zip(*(epochs[k] for k in ("state_name", "start_s", "stop_s")), strict=True)
    for name, start_s, stop_s in rows:
        assert (name == "awake") == (stop_s <= dandi_nwb.INDUCTION[0] - 1)
        assert name == "awake" or start_s >= dandi_nwb.ANESTHESIA[0] + 1
    assert epochs["mean_speed_cm_s"] == [0.0] * 14


def test_what_lasts_less_than_the_trimmed_edges_is_told_by_name(nwb, tmp_path):
    path = nwb(dandi_nwb.isoflurane)
    _, session = epochs_by(configured("dandi_000458.yaml", path), path, tmp_path)
    assert session["outcome"].startswith("no awake epochs and no isoflurane epochs; 5")
    assert "of 40 s awake, 40 s at the edges" in session["outcome"]


def test_a_bolus_divides_a_session_that_has_no_speed(nwb, tmp_path):
    path = nwb(dandi_nwb.ketamine)
    cfg = configured("dandi_001326.yaml", path, epochs=SMALL)
    epochs, session = epochs_by(cfg, path, tmp_path)
    assert (session["outcome"], session["n_units"]) == ("ok", 5)  # one is no single
    assert session["compared"] == "before ketamine to ketamine"
    after = np.array(epochs["start_s"]) > dandi_nwb.BOLUS_S
    names = np.where(after, "ketamine", "before ketamine")
    assert epochs["state_name"] == names.tolist()
    assert np.isnan(epochs["mean_speed_cm_s"]).all()


def test_a_set_without_units_is_refused_and_its_behavior_can_be_read(nwb, tmp_path):
    path = nwb(dandi_nwb.sensor)
    cfg = configured("dandi_001326.yaml", path)
    with pytest.raises(RecordingError, match="the file has no unit table"):
        read_session(path, 1, **cfg.recordings.reader_options())
