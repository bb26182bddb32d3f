"""A session's NWB file, read by AllenSDK, as three neutral tables.

Runs in the AllenSDK environment and is the only place that reads a recording. The
session is opened with ``EcephysSession.from_nwb_path``: ``EcephysProjectCache`` deletes
a local file whenever reading it raises, whatever the reason.
"""

import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from allensdk.brain_observatory.ecephys.ecephys_session import EcephysSession
from allensdk.brain_observatory.ecephys.ecephys_session_api import EcephysNwbSessionApi
from allensdk.brain_observatory.ecephys.stimulus_table import naming_utilities
from allensdk.brain_observatory.ecephys.stimulus_table._schemas import (
    default_stimulus_renames,
)

from minicolumn.errors import RecordingError
from minicolumn.store import write_table
from minicolumn.tables import INTERVALS, SPEED, UNITS

logger = logging.getLogger(__name__)

Columns = dict[str, Sequence[Any]]


def extract(
    nwb: Path,
    session_id: int,
    units_path: Path,
    speed_path: Path,
    intervals_path: Path,
) -> None:
    """Write the units, speed and intervals tables of one session.

    Parameters
    ----------
    nwb
        The session's NWB file; it is only read, through a link that AllenSDK may do
        with as it likes.
    session_id
        Identity that the file must carry.
    units_path, speed_path, intervals_path
        Where `minicolumn.tables.UNITS`, `SPEED` and `INTERVALS` go.

    Raises
    ------
    RecordingError
        If the file cannot be read as an ecephys session, or is another session's.
    """
    with _readable(nwb), _open_session(nwb) as session:
        found_id = session.ecephys_session_id
        units, speed, intervals = _units(session), _speed(session), _intervals(session)
        description = str(session.api.nwbfile.session_description)
    if found_id != session_id:
        raise RecordingError(
            f"{nwb} holds session {found_id}, not {session_id}: put the right file "
            "under that name"
        )
    logger.info("%s: %d good units", nwb, len(units["unit_id"]))
    provenance = {
        "session_id": session_id,
        "session_description": description,
        "allensdk": version("allensdk"),
    }
    write_table(units_path, UNITS, units, provenance)
    write_table(speed_path, SPEED, speed, provenance)
    write_table(intervals_path, INTERVALS, intervals, provenance)


@contextmanager
def _open_session(nwb: Path) -> Iterator[EcephysSession]:
    with tempfile.TemporaryDirectory() as directory, warnings.catch_warnings():
        # Released files carry the NWB schema of their day; AllenSDK reads them with
        # its own, which the golden files in the tests show to work.
        warnings.filterwarnings("ignore", "Ignoring the following cached namespace")
        link = Path(directory) / nwb.name
        link.symlink_to(nwb.resolve())
        session = EcephysSession.from_nwb_path(str(link))
        # A session made from a path opens and parses the file anew for every table.
        opened = EcephysNwbSessionApi.from_nwbfile(session.api.nwbfile)
        yield EcephysSession(api=opened)


@contextmanager
def _readable(nwb: Path) -> Iterator[None]:
    """Turn whatever goes wrong while reading into one `RecordingError`."""
    if not nwb.is_file():
        raise RecordingError(f"{nwb} is not there: fetch it, or correct the path")
    try:
        yield
    except (ImportError, MemoryError):
        raise
    except Exception as error:
        raise RecordingError(
            f"{nwb} ({nwb.stat().st_size} bytes) cannot be read as an ecephys session: "
            f"{type(error).__name__}: {error}. The file was left as it is. It is "
            "probably cut short or not a session file: move it away and fetch it "
            "again. If every session fails like this, make the AllenSDK environment "
            "anew from its lock file"
        ) from error


def _units(session: EcephysSession) -> Columns:
    """Return every good unit on a valid channel inside the brain.

    Those three conditions are AllenSDK's own. Its limits on quality metrics cannot be
    used, not even switched off: they compare with ``<=``, so a unit whose metric is NaN
    vanishes. Reading the columns one by one also leaves out the waveforms and
    amplitudes, most of a 3 GB file, which ``session.units`` loads once per probe.
    """
    table = session.api.nwbfile.units
    channels = session.channels.merge(
        session.probes[["description"]], left_on="probe_id", right_index=True
    )
    channels = channels[channels["structure_acronym"].notna()]
    peak_channel = pd.Series(table["peak_channel_id"].data[:])
    quality = np.asarray(table["quality"].data[:]).astype(str)
    kept = np.flatnonzero(peak_channel.isin(channels.index) & (quality == "good"))
    places = channels.loc[peak_channel[kept]]
    return {
        "unit_id": table.id.data[:][kept],
        "area": places["structure_acronym"].to_list(),
        "probe": places["description"].to_list(),
        "presence_ratio": _metric(table, "presence_ratio")[kept],
        "isi_violations": _metric(table, "isi_violations")[kept],
        "amplitude_cutoff": _metric(table, "amplitude_cutoff")[kept],
        "waveform_duration_ms": _metric(table, "waveform_duration")[kept],
        "spike_times_s": [np.sort(table.get_unit_spike_times(row)) for row in kept],
    }


def _metric(table: Any, name: str) -> np.ndarray:
    return np.asarray(table[name].data[:], dtype=float)


def _speed(session: EcephysSession) -> Columns:
    speed = session.running_speed
    return {
        "start_s": speed["start_time"].to_numpy(),
        "stop_s": speed["end_time"].to_numpy(),
        "speed_cm_s": speed["velocity"].to_numpy(),
    }


def _intervals(session: EcephysSession) -> Columns:
    rows = _stimulus_blocks(session) + _invalid_times(session)
    starts_s, stops_s, kinds, labels = zip(*rows, strict=True) if rows else [()] * 4
    return {"start_s": starts_s, "stop_s": stops_s, "kind": kinds, "label": labels}


def _stimulus_blocks(session: EcephysSession) -> list[tuple[float, float, str, str]]:
    """Return each stimulus block from its first presentation to its last.

    Read below ``session.stimulus_presentations``, which renames a presentation that
    touches an invalid moment as a whole, so that half an hour of grey screen may be
    lost to one slow frame. A presentation without a block number, such as grey screen
    between blocks, is a block by itself.
    """
    presentations = naming_utilities.map_stimulus_names(
        session.api.get_stimulus_presentations(), default_stimulus_renames
    ).sort_values("start_time")
    name, block = presentations["stimulus_name"], presentations["stimulus_block"]
    # NaN differs from itself, so a presentation without a block starts a new one.
    begins = (name != name.shift()) | (block != block.shift()).fillna(True)
    blocks = presentations.groupby(begins.cumsum()).agg(
        start_s=("start_time", "min"),
        stop_s=("stop_time", "max"),
        label=("stimulus_name", "first"),
    )
    return [
        (row.start_s, row.stop_s, "stimulus", row.label) for row in blocks.itertuples()
    ]


def _invalid_times(session: EcephysSession) -> list[tuple[float, float, str, str]]:
    """Return the invalid times; a tag is (scope, identity, label)."""
    return [
        (row.start_time, row.stop_time, "invalid", str(row.tags[-1]))
        for row in session.invalid_times.itertuples()
    ]
