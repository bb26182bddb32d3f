"""Write a SYNTHETIC session with a pupil: pupil_nwb.py PATH SEED GAIN.

The mouse rests and runs by turns. Its pupil is larger while it runs, and fluctuates by
itself in both states. Rates are exp(GAIN x those fluctuations) times 10 Hz: with a gain
of 0 they follow neither.
"""

import sys
from datetime import UTC, datetime

import numpy as np
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from scipy.ndimage import gaussian_filter1d

N_UNITS, BOUT_S, DURATION_S = 40, 10.0, 160.0
RATE_HZ, FRAME_HZ, SLOW_S = 10.0, 60.0, 1.5


def main(path, seed, gain):
    """Write the session."""
    rng = np.random.default_rng(int(seed))
    time_s = np.arange(0, DURATION_S, 1 / FRAME_HZ)
    runs = time_s // BOUT_S % 2 == 1
    slow = gaussian_filter1d(rng.standard_normal(time_s.size), SLOW_S * FRAME_HZ)
    slow /= slow.std()
    speed = np.where(runs, 20 + 3 * rng.standard_normal(time_s.size), 0.0)
    rate_hz = RATE_HZ * np.exp(float(gain) * slow)
    file = NWBFile("SYNTHETIC pupil", seed, datetime(2026, 1, 1, tzinfo=UTC))
    for _ in range(N_UNITS):
        fires = rng.random(time_s.size) < rate_hz / FRAME_HZ
        jitter_s = rng.uniform(0, 1 / FRAME_HZ, fires.sum())
        file.add_unit(spike_times=np.sort(time_s[fires] + jitter_s))
    frames = {"rate": FRAME_HZ, "starting_time": 0.0}
    for name, unit, data in (
        ("speed", "cm/s", speed),
        ("pupil_area", "pixels", 100 + 20 * runs + 10 * slow),
    ):
        file.add_acquisition(TimeSeries(name=name, data=data, unit=unit, **frames))
    with NWBHDF5IO(path, "w") as io:
        io.write(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
