"""A session of the Allen Institute, read by AllenSDK.

Runs in the AllenSDK environment. The session is opened with
``EcephysSession.from_nwb_path``, because ``EcephysProjectCache`` deletes a local file
after any error while reading it.
"""

import tempfile
import warnings
from collections.abc import Iterator, Mapping
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
from pynwb import NWBHDF5IO

from minicolumn.errors import RecordingError
from minicolumn.recordings.hdf5_files import is_address, opened_hdf5
from minicolumn.recordings.needed import needed_trains
from minicolumn.recordings.nwb_safety import check_file, check_opened
from minicolumn.recordings.recording import (
    METRICS,
    Columns,
    Recording,
    Row,
    interval_columns,
    printable,
    readable,
)


def read_session(
    nwb: Path, session_id: int, needed: Mapping[str, Any] | None = None
) -> Recording:
    """Return what the workflow needs from one session.

    The file is only read, through a link that AllenSDK may delete. It may be the
    address of one on a server; then ``needed`` says which units' spikes are read, as in
    `minicolumn.recordings.needed.needed_trains`.

    Raises
    ------
    RecordingError
        If the file cannot be read as an ecephys session, or contains another one.
    """
    with readable(nwb, "an ecephys session"):
        if is_address(nwb):
            return _read_in_place(nwb, session_id, needed)
        check_file(nwb)
        with _open_session(nwb) as session:
            return _read(session, nwb, session_id, needed)


def _read_in_place(
    address: Path, session_id: int, needed: Mapping[str, Any] | None
) -> Recording:
    """Read a session on its server."""
    with opened_hdf5(address) as opened, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Ignoring the following cached namespace")
        check_opened(opened, address)
        # As AllenSDK opens a path.
        with NWBHDF5IO(file=opened, mode="r", load_namespaces=True) as nwb:
            session = EcephysSession(api=EcephysNwbSessionApi.from_nwbfile(nwb.read()))
            return _read(session, address, session_id, needed)


def _read(
    session: EcephysSession,
    nwb: Path,
    session_id: int,
    needed: Mapping[str, Any] | None,
) -> Recording:
    found_id = session.ecephys_session_id
    if found_id != session_id:
        raise RecordingError(
            f"{nwb} contains session {found_id}, not {session_id}: put the right "
            "file under that name"
        )
    return Recording(
        units=_units(session, needed),
        speed=_speed(session),
        intervals=interval_columns(_stimulus_blocks(session) + _invalid_times(session)),
        provenance={
            "session_id": session_id,
            "session_description": printable(session.api.nwbfile.session_description),
            "allensdk": version("allensdk"),
        },
    )


@contextmanager
def _open_session(nwb: Path) -> Iterator[EcephysSession]:
    with tempfile.TemporaryDirectory() as directory, warnings.catch_warnings():
        # Released files contain the NWB schema of their time. AllenSDK reads them with
        # its own, and the golden files in the tests show that this works.
        warnings.filterwarnings("ignore", "Ignoring the following cached namespace")
        link = Path(directory) / nwb.name
        link.symlink_to(nwb.resolve())
        session = EcephysSession.from_nwb_path(str(link))
        # A session made from a path opens and parses the file again for every table.
        opened = EcephysNwbSessionApi.from_nwbfile(session.api.nwbfile)
        yield EcephysSession(api=opened)


def _units(session: EcephysSession, needed: Mapping[str, Any] | None) -> Columns:
    """Return every good unit on a valid channel inside the brain.

    These three conditions are AllenSDK's own. Its limits on quality metrics cannot be
    used, even switched off: they compare with ``<=``, which drops units whose metric is
    NaN. Reading column by column also skips waveforms and amplitudes, most of a 3 GB
    file, which ``session.units`` loads once per probe.
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

    def metric(name: str) -> np.ndarray:
        return np.asarray(table[name].data[:], dtype=float)[kept]

    units: Columns = {
        "unit_id": table.id.data[:][kept],
        "area": places["structure_acronym"].to_list(),
        "probe": places["description"].to_list(),
        **{name: metric(name) for name in METRICS},
        "waveform_duration_ms": metric("waveform_duration"),
    }
    trains = (
        [table.get_unit_spike_times(row) for row in kept]
        if needed is None
        else needed_trains(table["spike_times"], kept, units, needed)
    )
    return units | {"spike_times_s": [np.sort(train) for train in trains]}


def _speed(session: EcephysSession) -> Columns:
    names = {"start_time": "start_s", "end_time": "stop_s", "velocity": "speed_cm_s"}
    speed = session.running_speed
    return {ours: speed[theirs].to_numpy() for theirs, ours in names.items()}


def _stimulus_blocks(session: EcephysSession) -> list[Row]:
    """Return each stimulus block from its first presentation to its last.

    ``session.stimulus_presentations`` would rename every presentation that overlaps an
    invalid moment, and so lose half an hour of gray screen to one slow frame; this
    reads the table below it. A presentation without a block number, such as gray screen
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


def _invalid_times(session: EcephysSession) -> list[Row]:
    """Return the invalid times; a tag is (scope, identity, label)."""
    return [
        (row.start_time, row.stop_time, "invalid", str(row.tags[-1]))
        for row in session.invalid_times.itertuples()
    ]
