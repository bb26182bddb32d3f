"""Write a lab's NWB file with known content, in one of several layouts; SYNTHETIC.

Runs with any pynwb from 2.8 on. Arguments: layout, path.
"""

import sys
from datetime import UTC, datetime

import numpy as np
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.behavior import BehavioralTimeSeries
from pynwb.epoch import TimeIntervals

N_UNITS, STOP_S, RATE_HZ = 6, 60.0, 50.0
AREAS = ["VISp", "VISp", "CA1", "VISp", "VISp", "VISp"]
QUALITY = ["good", "good", "good", "mua", "good", "good"]
GRAY = [(0.0, 25.0), (35.0, 60.0)]
VOID = (50.0, 51.0)


def spikes(unit):
    return np.random.default_rng(unit).uniform(0, STOP_S, 50 + unit).round(6)


def times():
    return np.arange(0, STOP_S, 1 / RATE_HZ)


def speed_cm_s():
    return np.where(times() < 20, 0.0, 12.0)


def empty():
    return NWBFile("SYNTHETIC lab session", "lab", datetime(2026, 1, 1, tzinfo=UTC))


def add_electrodes(file):
    device = file.create_device("probe")
    group = file.create_electrode_group("shank", "shank", "V1", device)
    for area in AREAS:
        file.add_electrode(location=area, group=group, x=0.0, y=0.0, z=0.0)


def meters():
    """Areas through electrodes, m/s at a steady rate, one table of all stimuli."""
    file = empty()
    add_electrodes(file)
    for name in ("presence_ratio", "isi_violations", "quality", "ttp"):
        file.add_unit_column(name, name)
    for unit in range(N_UNITS):
        file.add_unit(
            id=100 + unit,
            spike_times=spikes(unit)[::-1],
            electrodes=[unit],
            presence_ratio=0.99,
            isi_violations=0.1,
            quality=QUALITY[unit],
            ttp=0.0005,
        )
    behavior = file.create_processing_module("behavior", "behavior")
    speed = TimeSeries(
        name="running_speed",
        data=speed_cm_s() / 100,
        unit="m/s",
        starting_time=0.0,
        rate=RATE_HZ,
    )
    behavior.add(BehavioralTimeSeries(time_series=speed))
    file.add_epoch_column("shown", "what was shown")
    file.add_epoch(*GRAY[0], shown="gray")
    file.add_epoch(25.0, 30.0, shown="gratings")
    file.add_epoch(30.0, 35.0, shown="gratings")
    file.add_epoch(*GRAY[1], shown="gray")
    file.add_invalid_time_interval(*VOID)
    return file


def centimeters():
    """An area column, counts that convert to cm/s, a table of gray screen only."""
    file = empty()
    for name in ("brain_area", "presence", "contamination", "label", "shank"):
        file.add_unit_column(name, name)
    for unit in range(N_UNITS):
        file.add_unit(
            id=100 + unit,
            spike_times=spikes(unit),
            brain_area=AREAS[unit],
            presence=0.99,
            contamination=0.1,
            label=QUALITY[unit],
            shank="A",
        )
    file.add_acquisition(
        TimeSeries(
            name="wheel",
            data=(speed_cm_s() * 10).astype(int)[:, None],
            unit="cm/s",
            conversion=0.1,
            timestamps=times(),
        )
    )
    file.add_acquisition(TimeSeries(name="lick", data=np.zeros(9), unit="V", rate=1.0))
    gray = TimeIntervals(name="gray_screen", description="gray screen")
    for start_s, stop_s in GRAY:
        gray.add_interval(start_s, stop_s)
    file.add_time_intervals(gray)
    bad = TimeIntervals(name="artifacts", description="artifacts")
    bad.add_interval(*VOID)
    file.add_time_intervals(bad)
    return file


def tagged():
    """As `centimeters`, with epochs and NWB's own tags, and a lost timestamp."""
    file = centimeters()
    file.add_epoch(*GRAY[0], tags=["block", "gray"])
    file.add_epoch(25.0, 35.0, tags=["block", "gratings"])
    file.add_epoch(*GRAY[1], tags=["gray"])
    lost_s = times()
    lost_s[5] = np.nan
    file.add_acquisition(
        TimeSeries(name="treadmill", data=speed_cm_s(), unit="cm/s", timestamps=lost_s)
    )
    return file


def silent():
    """A file with neither spikes nor running."""
    file = empty()
    file.add_acquisition(TimeSeries(name="lick", data=np.zeros(9), unit="V", rate=1.0))
    return file


LAYOUTS = {
    "meters": meters,
    "centimeters": centimeters,
    "tagged": tagged,
    "silent": silent,
}


def write(file, path):
    with NWBHDF5IO(path, "w") as io:
        io.write(file)


if __name__ == "__main__":
    layout, path = sys.argv[1:]
    write(LAYOUTS[layout](), path)
