"""Build a plain SYNTHETIC NWB file of a lab: 30 s of rest, then 30 s of running."""

from datetime import UTC, datetime

import numpy as np
from pynwb import NWBFile, TimeSeries

N_UNITS, STOP_S, RATE_HZ = 6, 60.0, 50.0
PLAIN = {"units": {"keep": {"quality": ["good"]}}}
EPOCHS = {"table": "epochs", "label": "shown", "spontaneous": ["gray"]}


def times():
    return np.arange(0, STOP_S, 1 / RATE_HZ)


def speed_cm_s(time_s):
    return np.where(time_s < STOP_S / 2, 0.0, 12.0)


def build(*, description="a lab's session", locations=("VISp",), obs=None, series=None):
    """A plain file; ``series`` are the arguments of the speed, if it is another."""
    file = NWBFile(description, "lab", datetime(2026, 1, 1, tzinfo=UTC))
    device = file.create_device("implant")
    groups = [
        file.create_electrode_group(name, name, "V1", device)
        for name in ("probeC", "probeF")
    ]
    for unit in range(N_UNITS):
        place = locations[unit % len(locations)]
        file.add_electrode(location=place, group=groups[0], x=0.0, y=0.0, z=0.0)
    file.add_electrode(location="CA1", group=groups[1], x=0.0, y=0.0, z=0.0)
    for name in ("presence_ratio", "isi_violations", "quality"):
        file.add_unit_column(name, name)
    for unit in range(N_UNITS):
        spikes_s = np.sort(np.random.default_rng(unit).uniform(0, STOP_S, 300))
        seen = {} if obs is None else {"obs_intervals": np.array(obs)}
        if obs is not None:
            spikes_s = spikes_s[spikes_s < obs[-1][1]]
        file.add_unit(
            spike_times=spikes_s,
            electrodes=[unit],
            presence_ratio=0.99,
            isi_violations=0.1,
            quality="good",
            **seen,
        )
    plain = {"data": speed_cm_s(times()), "unit": "cm/s", "timestamps": times()}
    module = file.create_processing_module("behavior", "behavior")
    module.add(TimeSeries(name="running_speed", **(series or plain)))
    return file


def shown(file, *rows, column="shown"):
    """Add the table of epochs: start, stop and label of each row."""
    file.add_epoch_column(column, "what was shown")
    for start_s, stop_s, label in rows:
        file.add_epoch(start_s, stop_s, **{column: label})
    return file
