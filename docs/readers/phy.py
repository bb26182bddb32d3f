"""A source of recordings: a folder of phy, as Kilosort and SpikeInterface write it.

The path in the configuration is that of `spike_clusters.npy`, which phy rewrites at
each save. Beside it are `spike_times.npy` (samples), `params.py` (sample_rate),
`cluster_group.tsv` or `cluster_KSLabel.tsv`, and `running.npy`: start of each frame in
s and speed in cm/s, two columns.
"""

import csv
import re

import numpy as np

from minicolumn.registry import recordings

AREA = "VISp"  # of all units of the folder


@recordings("phy")
def read_phy(path, session_id):
    """Return the units that phy calls good, the speed, and one interval."""
    from minicolumn.recordings.recording import Recording, interval_columns

    params = _beside(path, "params.py").read_text()
    rate_hz = re.search(r"sample_rate *= *([\d.e+]+)", params)[1]
    spike_s = np.load(_beside(path, "spike_times.npy")).ravel() / float(rate_hz)
    cluster = np.load(path).ravel()
    good = [unit for unit in np.unique(cluster) if unit in _good(path)]
    unknown = ("presence_ratio", "isi_violations", "amplitude_cutoff")
    units = {
        "unit_id": good,
        "area": [AREA] * len(good),
        "probe": ["all_probes"] * len(good),
        **dict.fromkeys((*unknown, "waveform_duration_ms"), [np.nan] * len(good)),
        "spike_times_s": [np.sort(spike_s[cluster == unit]) for unit in good],
    }
    start_s, cm_s = np.load(_beside(path, "running.npy")).T
    speed = {"start_s": start_s[:-1], "stop_s": start_s[1:], "speed_cm_s": cm_s[:-1]}
    whole = interval_columns([(start_s[0], start_s[-1], "stimulus", "spontaneous")])
    said = f"phy folder {path.parent}"
    about = {"session_id": session_id, "session_description": said}
    return Recording(units, speed, whole, about)


def _good(path):
    """Return the clusters that a person, or else Kilosort, calls good."""
    by_hand = path.with_name("cluster_group.tsv")
    table = by_hand if by_hand.is_file() else _beside(path, "cluster_KSLabel.tsv")
    with table.open() as file:
        _, *rows = csv.reader(file, delimiter="\t")
    return {int(unit) for unit, label in rows if label == "good"}


def _beside(path, name):
    from minicolumn.errors import RecordingError

    file = path.with_name(name)
    if not file.is_file():
        raise RecordingError(f"{file} is missing: put it beside {path.name}")
    return file
