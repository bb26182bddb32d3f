"""Cost of reading a session of real size: AllenSDK's tables and `extract_recording`.

Writes a SYNTHETIC session of 2.5 hours (about 900 units, waveforms of every channel,
running speed, over 1.5 GB), reads it in new processes and prints time and peak memory
of each: ``python benchmarks/extraction.py [rate in Hz [directory]]``. At 10.5 Hz the
file has 1.6 GB; at 24 Hz it is as large as the largest of the release.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".venv-allen/bin/python"
SESSION = 900000901

WRITE = """
import sys
from pathlib import Path
import h5py
import numpy as np
from minicolumn.mice.nwb import write as synthetic
from minicolumn.mice.nwb.contents import Mouse, sorted_units

STOP_S, BOUT_S = 9000.0, 60.0
RATE_HZ, N_UNITS = float(sys.argv[3]), int(sys.argv[4])
CHANNELS, SAMPLES = 374, 82
session_id, path = int(sys.argv[1]), Path(sys.argv[2])
rng = np.random.default_rng(1)
n_spikes = int(N_UNITS * RATE_HZ * STOP_S)
starts_s = np.arange(0, STOP_S, BOUT_S)
mouse = Mouse(
    session_id, N_UNITS, int(0.8 * N_UNITS),
    np.sort(rng.integers(0, N_UNITS, n_spikes)), rng.uniform(0, STOP_S, n_spikes),
    starts_s, starts_s + BOUT_S, np.arange(starts_s.size) % 2 == 1,
)
ends = np.searchsorted(mouse.spike_unit, np.arange(N_UNITS + 1))
units = sorted_units(mouse._replace(n_units=0), rng)
circuit = sorted_units(mouse._replace(spike_unit=np.empty(0), spike_time_s=np.empty(0)),
                       rng)[:N_UNITS]
units = [
    unit._replace(spike_times_s=np.sort(mouse.spike_time_s[ends[k]:ends[k + 1]]))
    for k, unit in enumerate(circuit)
] + units
synthetic._write_session(path, mouse, units, rng)
with h5py.File(path, "r+") as file:
    table = file["units"]
    n = len(table["id"])
    attributes = {name: dict(table[name].attrs)
                  for name in ("waveform_mean", "waveform_mean_index")}
    shape = (n * CHANNELS, SAMPLES)
    attributes["waveform_mean_index"]["target"] = None
    del table["waveform_mean"], table["waveform_mean_index"]
    means = table.create_dataset("waveform_mean", shape, "f8", fillvalue=1e-5,
                                 chunks=(CHANNELS, SAMPLES))
    for row in range(0, shape[0], CHANNELS):
        means[row:row + CHANNELS] = rng.normal(0, 1e-5, (CHANNELS, SAMPLES))
    index = table.create_dataset("waveform_mean_index",
                                 data=np.arange(1, n + 1, dtype="u4") * CHANNELS)
    attributes["waveform_mean_index"]["target"] = means.ref
    for name, values in attributes.items():
        for key, value in values.items():
            table[name].attrs[key] = value
"""

MEASURE = """
import json, resource, sys, time
begin = time.perf_counter()
{code}
peak_kB = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({{
    "seconds": round(time.perf_counter() - begin, 1),
    "peak_GB": round(peak_kB * 1024 / 1e9, 2),
    "n_units": n_units, "n_spikes": n_spikes, "checksum": checksum,
}}))
"""

SDK = """
from allensdk.brain_observatory.ecephys.ecephys_session import EcephysSession
session = EcephysSession.from_nwb_path(sys.argv[1], api_kwargs=dict(
    amplitude_cutoff_maximum=None, presence_ratio_minimum=None,
    isi_violations_maximum=None))
units, spikes = session.units, session.spike_times
speed = session.running_speed
presentations, invalid = session.stimulus_presentations, session.invalid_times
n_units, n_spikes = len(units), sum(len(s) for s in spikes.values())
checksum = round(sum(float(s.sum()) for s in spikes.values()))
"""

OURS = """
from pathlib import Path
from minicolumn.recordings.allen import read_session
from minicolumn.recordings.recording import write_recording
out = [Path(sys.argv[3]) / name for name in ("units", "speed", "intervals")]
recording = read_session(Path(sys.argv[1]), int(sys.argv[2]))
write_recording(recording, *out)
# AllenSDK drops units with a missing metric: compare the others.
kept = [
    train for train, *metrics in zip(
        recording.units["spike_times_s"], recording.units["presence_ratio"],
        recording.units["isi_violations"], recording.units["amplitude_cutoff"])
    if not any(value != value for value in metrics)
]
n_units, n_spikes = len(kept), sum(len(train) for train in kept)
checksum = round(sum(float(train.sum()) for train in kept))
"""


def in_allen_environment(code: str, *arguments: object) -> str:
    """Run code in the AllenSDK environment and return what it printed."""
    run = subprocess.run(
        [PYTHON, "-W", "ignore", "-c", code, *map(str, arguments)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return run.stdout.strip()


def main() -> None:
    """Write the session, read it twice, print the cost."""
    rate_hz, parent, *_ = [*sys.argv[1:], *("10.5", None)[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory(dir=parent) as directory:
        nwb = Path(directory) / f"session_{SESSION}.nwb"
        in_allen_environment(WRITE, SESSION, nwb, rate_hz, 900)
        print(f"SYNTHETIC session of {nwb.stat().st_size / 1e9:.2f} GB", flush=True)
        for name, code in (("AllenSDK's tables", SDK), ("extract_recording", OURS)):
            measured = in_allen_environment(
                MEASURE.format(code=code), nwb, SESSION, directory
            )
            print(f"{name}: {measured.splitlines()[-1]}", flush=True)


if __name__ == "__main__":
    main()
