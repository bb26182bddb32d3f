"""Read a lab's NWB file as the workflow does, for tests; in this process."""

import copy
from pathlib import Path

import yaml

from minicolumn.config import ComparedStates, Epochs, UnitFilter
from minicolumn.files.store import read_table
from minicolumn.files.tables import INTERVALS, SPEED, UNITS
from minicolumn.recordings.nwb import read_session
from minicolumn.recordings.recorded import Recorded
from minicolumn.recordings.recording import write_recording
from minicolumn.recordings.session_epochs import EpochRule, epochs_of_session

ROOT = Path(__file__).parents[2]
SETTINGS = yaml.safe_load((ROOT / "config.yaml").read_text())
SCHEMAS = {"units": UNITS, "speed": SPEED, "intervals": INTERVALS}
WINDOW_S = 5.0


def mapped(changes):
    """The default mapping with some of it changed, section by section."""
    return {
        key: {**value, **changes.get(key, {})}
        if isinstance(value, dict)
        else changes.get(key, value)
        for key, value in copy.deepcopy(SETTINGS["recordings"]["nwb"]).items()
    }


RULE = EpochRule(
    UnitFilter.model_validate(SETTINGS["recordings"]["units"]),
    Epochs.model_validate({**SETTINGS["epochs"], "per_state_at_least": 2}),
    WINDOW_S,
    ComparedStates.model_validate(SETTINGS["states"]),
)


def extract(nwb, changes, directory, needed=None):
    """Return the three neutral tables; ``needed`` is for a file read in place."""
    paths = {name: directory / f"{name}.parquet" for name in SCHEMAS}
    recording = read_session(nwb, 7, mapped(changes), ["VISp"], needed)
    write_recording(recording, *paths.values())
    return {name: read_table(paths[name], SCHEMAS[name]) for name in SCHEMAS}


def windows(nwb, changes, directory, needed=None):
    """Return the rows of epochs, and the row of the session."""
    extract(nwb, changes, directory, needed)
    paths = [str(directory / f"{name}.parquet") for name in SCHEMAS]
    epochs, session = epochs_of_session(Recorded.read(7, *paths), RULE, 1, 7)
    return epochs, {name: value for name, (value,) in session.items()}
