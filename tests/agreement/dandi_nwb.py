"""Write SYNTHETIC files with the layout that DANDI sets are listed with.

No file of the archive was read. Groups, columns and labels of 000458 are those of a
public listing and notebook of its files, those of 001326 and 001176 of public listings.
"""

from datetime import UTC, datetime

import numpy as np
from pynwb import NWBFile, TimeSeries
from pynwb.behavior import BehavioralTimeSeries, PupilTracking
from pynwb.epoch import TimeIntervals

N_UNITS, STOP_S = 6, 90.0
INDUCTION, ANESTHESIA, BOLUS_S = (40.0, 45.0), (45.0, 85.0), 50.0


def empty(name):
    return NWBFile(f"SYNTHETIC {name}", name, datetime(2026, 1, 1, tzinfo=UTC))


def spikes(unit):
    return np.sort(np.random.default_rng(unit).uniform(0, STOP_S, 900))


def times(rate_hz=50.0):
    return np.arange(0, STOP_S, 1 / rate_hz)


def add_electrodes(file, probe, locations):
    device = file.create_device(probe)
    group = file.create_electrode_group(probe, probe, "see electrode locations", device)
    for place in locations:
        file.add_electrode(location=place, group=group, x=0.0, y=0.0, z=0.0)
    return group


def isoflurane():
    """DANDI 000458: pulses in trials, and epochs of isoflurane with tags."""
    file = empty("EEG and Neuropixels recording")
    group = add_electrodes(file, "probeB", ["SSp-bfd"] * N_UNITS)
    metrics = {"isi_violations": 0.1, "amplitude_cutoff": 0.01, "presence_ratio": 0.99}
    for name in (*metrics, "location", "waveform_duration", "x", "y", "z"):
        file.add_unit_column(name, name)
    for unit in range(N_UNITS):
        file.add_unit(
            spike_times=spikes(unit),
            electrodes=[unit],
            electrode_group=group,
            location="PO" if unit == 0 else "SSp-bfd",
            waveform_duration=0.52,
            **metrics,
            **dict.fromkeys("xyz", 0.0),
        )
    speed = TimeSeries(
        name="running_speed", data=np.zeros(times().size), unit="cm/s",
        timestamps=times(),
    )  # fmt: skip
    behavior = file.create_processing_module("behavior", "processed behavioral data")
    behavior.add(BehavioralTimeSeries(time_series=speed))
    file.add_epoch(*INDUCTION, tags=["isoflurane_induction"])
    file.add_epoch(*ANESTHESIA, tags=["isoflurane_anesthesia"])
    file.add_trial_column("behavioral_epoch", "when the stimulus was delivered")
    for start_s in np.arange(5.0, STOP_S - 5, 4.0):
        name = "awake" if start_s < INDUCTION[0] else "isoflurane"
        file.add_trial(start_s, start_s + 0.0004, behavioral_epoch=name)
    return file


def ketamine():
    """DANDI 001326: units, air puffs and the time of a bolus; no speed."""
    file = empty("mouse extracellular ephys data")
    add_electrodes(file, "Neuropixels_Probe_0", ["unknown"])
    for name in ("brain_region", "channel", "n_spikes", "quality", "snr"):
        file.add_unit_column(name, name)
    for unit in range(N_UNITS):
        file.add_unit(
            spike_times=spikes(unit), brain_region="VISp5", channel=0, n_spikes=900.0,
            quality="MUA" if unit == 0 else "GOOD", snr=5.0,
        )  # fmt: skip
    file.add_acquisition(
        TimeSeries(
            name="Ketamine infusion start", data=[1.0], unit="n/a", timestamps=[BOLUS_S]
        )
    )
    puffs = TimeIntervals(name="Stimulus presentations", description="intervals")
    puffs.add_column(name="stimulus", description="type of stimulus delivered")
    for start_s in np.arange(2.0, STOP_S - 2, 6.0):
        puffs.add_interval(start_s, start_s + 0.1, stimulus="eyepuff")
    file.add_time_intervals(puffs)
    return file


def sensor():
    """DANDI 001176: treadmill and pupil beside an ACh sensor, and no units."""
    file = empty("two-photon in-vivo imaging")
    velocity = np.where(times(100.0) < STOP_S / 2, 0.0, 12.0)
    file.add_acquisition(
        TimeSeries(
            name="treadmill_velocity", data=velocity / 100, unit="m/s",
            timestamps=times(100.0),
        )
    )  # fmt: skip
    radius = TimeSeries(
        name="pupil_raw_radius", data=np.where(times(20.0) < STOP_S / 2, 20.0, 40.0),
        unit="px", timestamps=times(20.0),
    )  # fmt: skip
    file.add_acquisition(PupilTracking(time_series=radius, name="PupilTracking"))
    return file
