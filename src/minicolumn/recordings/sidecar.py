"""Epochs and statistics of a session as an NWB file beside the recording.

A sidecar leaves the lab's own file as it is. Its table ``epochs`` has one row per
epoch, in seconds of the recording's clock.
"""

import warnings
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pyarrow as pa
from pynwb import NWBHDF5IO, NWBFile
from pynwb.epoch import TimeIntervals
from pynwb.file import Subject

from minicolumn.files.store import whole_file
from minicolumn.files.tables import EPOCHS, RECORDED_STATISTICS, Column
from minicolumn.recordings.nwb_objects import opened

SUBJECT = ("subject_id", "species", "sex", "age", "strain", "genotype", "description")
OMITTED = {"session_id", "start_s", "stop_s"}


def write_sidecar(
    nwb: Path, epochs: pa.Table, statistics: pa.Table, path: Path
) -> None:
    """Write the epochs of a session and their statistics as NWB.

    Parameters
    ----------
    nwb
        The recording, from which session and subject are copied.
    epochs, statistics
        Of the kinds `tables.EPOCHS` and `tables.RECORDED_STATISTICS`, the same epochs.
    path
        The sidecar; complete or absent.

    Raises
    ------
    RecordingError
        If the recording cannot be read.
    """
    with opened(nwb) as (recording, _):
        # The temporary name of a file does not end in .nwb; its final one does.
        warnings.filterwarnings("ignore", ".*does not end in '.nwb'")
        sidecar = _about(recording)
        sidecar.add_time_intervals(_table(epochs, statistics))
        with whole_file(path) as temporary, NWBHDF5IO(str(temporary), "w") as io:
            io.write(sidecar)


def _about(recording: NWBFile) -> NWBFile:
    """Return an empty file on the session and the subject of a recording."""
    sidecar = NWBFile(
        session_description=(
            f"{recording.session_description} (epochs and statistics by minicolumn)"
        ),
        identifier=str(uuid5(NAMESPACE_URL, f"minicolumn/{recording.identifier}")),
        session_start_time=recording.session_start_time,
        experiment_description=recording.experiment_description,
        session_id=recording.session_id,
        experimenter=recording.experimenter,
        institution=recording.institution,
        lab=recording.lab,
        keywords=["epochs", "states", "population statistics"],
        related_publications=recording.related_publications,
    )
    if subject := recording.subject:
        known = {name: getattr(subject, name) for name in SUBJECT}
        sidecar.subject = Subject(**known)
    return sidecar


def _table(epochs: pa.Table, statistics: pa.Table) -> TimeIntervals:
    """Return one row per epoch; a statistic that no epoch has is no column."""
    table = TimeIntervals(
        name="epochs",
        description="epochs of the two states, and the statistics of each",
    )
    sources = ((epochs, EPOCHS.columns), (statistics, RECORDED_STATISTICS.columns))
    columns: dict[str, tuple[Column, pa.Table]] = {}
    for source, described in sources:
        columns |= {one.name: (one, source) for one in described}
    values = {
        name: source[name].to_pylist()
        for name, (_, source) in columns.items()
        if name not in OMITTED and source[name].null_count < source.num_rows
    }
    for name in values:
        column, _ = columns[name]
        table.add_column(name, f"{column.description} ({column.unit})")
    ends = zip(epochs["start_s"].to_pylist(), epochs["stop_s"].to_pylist(), strict=True)
    for row, (start_s, stop_s) in enumerate(ends):
        cells = {name: column[row] for name, column in values.items()}
        missing = {n: float("nan") for n, value in cells.items() if value is None}
        table.add_interval(start_s, stop_s, **(cells | missing))
    return table
