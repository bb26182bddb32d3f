"""Synthetic mice as ecephys NWB sessions, written by AllenSDK's own writers.

Runs in the AllenSDK environment. The result has the layout of AllenSDK's cache, so
unmodified AllenSDK can read it. All metadata that a person may see says SYNTHETIC. The
files do not contain the mechanism.
"""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pynwb
from allensdk.brain_observatory.behavior.data_objects.stimuli.presentations import (
    Presentations,
)
from allensdk.brain_observatory.ecephys._channel import Channel
from allensdk.brain_observatory.ecephys._channels import Channels
from allensdk.brain_observatory.ecephys._probe import Probe
from allensdk.brain_observatory.ecephys._unit import Unit
from allensdk.brain_observatory.ecephys._units import Units
from allensdk.brain_observatory.ecephys.probes import Probes
from allensdk.brain_observatory.ecephys.write_nwb.__main__ import (
    add_metadata_to_nwbfile,
    add_raw_running_data_to_nwbfile,
    add_running_speed_to_nwbfile,
)
from allensdk.brain_observatory.nwb import add_invalid_times, add_stimulus_timestamps

from minicolumn.files.store import whole_file
from minicolumn.keys import Stream, generator
from minicolumn.mice.nwb.contents import (
    CHANNELS,
    PROBES,
    Mouse,
    SortedUnit,
    read_mice,
    running_frames,
    sorted_units,
    splices,
    stimuli,
)
from minicolumn.mice.nwb.layout import (
    AGE_IN_DAYS,
    BORN,
    FILLER_METRICS,
    SAMPLING_HZ,
    SESSION_TYPE,
    channel_id,
    probe_id,
    unit_id,
    write_tables,
)
from minicolumn.recordings.catalog import session_nwb
from minicolumn.recordings.recording import ALL_PROBES, METRICS

logger = logging.getLogger(__name__)

WHEEL_RADIUS_CM = 8.0
NOMINAL_AMPLITUDE_V = 1e-4


def write_cache(mice: pa.Table, directory: Path, seed: int) -> None:
    """Write every mouse as a session, and the tables of AllenSDK's cache.

    A neuron of the circuit becomes unit ``session_id * 10000 + neuron`` in VISp; the
    decoys follow. Each file is complete or absent, and the manifest is written last.
    ``mice`` is a `minicolumn.files.tables.MICE` table; with a session's identity,
    ``seed`` fixes its speed and decoys.
    """
    recordings = []
    for mouse in read_mice(mice):
        units_rng, speed_rng = (
            generator(seed, stream, mouse.session_id)
            for stream in (Stream.DECOYS, Stream.SPEED)
        )
        units = sorted_units(mouse, units_rng)
        path = directory / session_nwb(mouse.session_id)
        _write_session(path, mouse, units, speed_rng)
        recordings.append((mouse.session_id, units))
        logger.info("wrote SYNTHETIC session %d", mouse.session_id)
    write_tables(directory, recordings)


@contextmanager
def _known_warnings_silenced() -> Iterator[None]:
    """Silence the warnings of hdmf 4.3 about every file that AllenSDK 2.16.2 writes."""
    with warnings.catch_warnings():
        for message in (
            "Column '(spike_times|waveform_mean)' is predefined in Units",
            "EcephysSpecimen 'subject' is missing required value for attribute 'None'",
            # The temporary name of a file does not end in .nwb; its final one does.
            ".*does not end in '.nwb'",
        ):
            warnings.filterwarnings("ignore", message, UserWarning)
        yield


@_known_warnings_silenced()
def _write_session(
    path: Path, mouse: Mouse, units: Sequence[SortedUnit], rng: np.random.Generator
) -> None:
    nwbfile = pynwb.NWBFile(
        session_description="SYNTHETIC session: a simulated circuit, not a recording",
        identifier=str(mouse.session_id),
        session_id=str(mouse.session_id),
        session_start_time=BORN,
        institution="SYNTHETIC",
    )
    metadata = {
        "specimen_name": f"SYNTHETIC-{mouse.session_id}",
        "age_in_days": AGE_IN_DAYS,
        "sex": "U",
        "stimulus_name": SESSION_TYPE,
        "donor_id": mouse.session_id,
        **dict.fromkeys(("full_genotype", "strain", "species"), "SYNTHETIC"),
    }
    add_metadata_to_nwbfile(nwbfile, metadata)
    _add_intervals(nwbfile, mouse)
    _add_running(nwbfile, mouse, rng)
    _add_units(nwbfile, mouse.session_id, units)
    with whole_file(path) as temporary, pynwb.NWBHDF5IO(str(temporary), "w") as io:
        io.write(nwbfile)


def _add_intervals(nwbfile: pynwb.NWBFile, mouse: Mouse) -> None:
    names = ["stimulus_name", "start_time", "stop_time", "stimulus_block"]
    table = pd.DataFrame(stimuli(mouse), columns=names)
    # AllenSDK drops this column and fails without it.
    table["stimulus_index"] = table["stimulus_block"].fillna(-1).astype(int)
    add_stimulus_timestamps(nwbfile, table["start_time"].to_numpy())
    Presentations(table, sort_columns=False).to_nwb(nwbfile)
    invalid = [
        {
            "type": "EcephysSession",
            "id": mouse.session_id,
            "label": ALL_PROBES,
            "start_time": start_s,
            "end_time": stop_s,
        }
        for start_s, stop_s in splices(mouse)
    ]
    add_invalid_times(nwbfile, invalid)


def _add_running(
    nwbfile: pynwb.NWBFile, mouse: Mouse, rng: np.random.Generator
) -> None:
    start_s, stop_s, speed_cm_s = running_frames(mouse, rng)
    turned = np.nan_to_num(speed_cm_s) * (stop_s - start_s) / WHEEL_RADIUS_CM
    speed = {"start_time": start_s, "end_time": stop_s, "velocity": speed_cm_s}
    add_running_speed_to_nwbfile(
        nwbfile, pd.DataFrame(speed | {"net_rotation": turned})
    )
    raw = pd.DataFrame({"frame_time": start_s, "dx": turned, "vsig": 2.5, "vin": 5.0})
    add_raw_running_data_to_nwbfile(nwbfile, raw)


def _add_units(
    nwbfile: pynwb.NWBFile, session_id: int, units: Sequence[SortedUnit]
) -> None:
    probes = [
        Probe(
            id=probe_id(session_id, name),
            name=name,
            sampling_rate=SAMPLING_HZ,
            channels=Channels(
                [
                    _sdk_channel(session_id, index)
                    for index, channel in enumerate(CHANNELS)
                    if channel.probe == name
                ]
            ),
            units=Units(
                [
                    _sdk_unit(session_id, index, unit)
                    for index, unit in enumerate(units)
                    if CHANNELS[unit.channel].probe == name
                ]
            ),
        )
        for name in PROBES
    ]
    Probes(probes).to_nwb(nwbfile)
    nwbfile.units.resolution = 1 / SAMPLING_HZ
    # AllenSDK's writer drops units with missing metrics, so NaN is written afterwards.
    row_of = {identity: row for row, identity in enumerate(nwbfile.units.id.data)}
    for index, unit in enumerate(units):
        for name in METRICS:
            if np.isnan(getattr(unit, name)):
                row = row_of[unit_id(session_id, index)]
                nwbfile.units[name].data[row] = np.nan


def _sdk_channel(session_id: int, index: int) -> Channel:
    channel = CHANNELS[index]
    return Channel(
        id=channel_id(session_id, index),
        probe_id=probe_id(session_id, channel.probe),
        valid_data=channel.valid,
        probe_channel_number=index,
        probe_vertical_position=20 * index,
        probe_horizontal_position=11,
        # The NWB schema requires a location; AllenSDK reads "None" as missing.
        structure_acronym=channel.area or "None",
        anterior_posterior_ccf_coordinate=8000.0,
        dorsal_ventral_ccf_coordinate=1000.0 + 10 * index,
        left_right_ccf_coordinate=7000.0,
    )


def _sdk_unit(session_id: int, index: int, unit: SortedUnit) -> Unit:
    n_spikes = len(unit.spike_times_s)
    return Unit(
        id=unit_id(session_id, index),
        peak_channel_id=channel_id(session_id, unit.channel),
        local_index=index,
        cluster_id=index,
        quality=unit.quality,
        firing_rate=unit.firing_rate_hz,
        waveform_duration=unit.waveform_duration_ms,
        waveform_halfwidth=0.2,
        l_ratio=0.01,
        mean_waveforms=np.zeros((1, 2)),
        spike_amplitudes=np.full(n_spikes, NOMINAL_AMPLITUDE_V),
        spike_times=unit.spike_times_s,
        **{name: np.nan_to_num(getattr(unit, name)) for name in METRICS},
        **FILLER_METRICS,
    )
