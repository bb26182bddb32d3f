"""A source of recordings: sorted spikes and running speed in a NumPy archive (.npz)."""

import numpy as np

from minicolumn.registry import recordings


@recordings("arrays")
def read_arrays(path, session_id):
    """Return what the workflow needs: one row per unit, speed sample and interval."""
    from minicolumn.recordings.recording import Recording, interval_columns

    with np.load(path) as file:
        unit, spike_s, edge_s, cm_s = map(file.get, ("unit", "s", "edge_s", "cm_s"))
    ids = np.unique(unit)
    unknown = ("presence_ratio", "isi_violations", "amplitude_cutoff")
    units = {
        "unit_id": ids,
        "area": ["VISp"] * len(ids),
        "probe": ["all_probes"] * len(ids),
        **dict.fromkeys((*unknown, "waveform_duration_ms"), [np.nan] * len(ids)),
        "spike_times_s": [np.sort(spike_s[unit == one]) for one in ids],
    }
    speed = {"start_s": edge_s[:-1], "stop_s": edge_s[1:], "speed_cm_s": cm_s}
    gray = interval_columns([(edge_s[0], edge_s[-1], "stimulus", "spontaneous")])
    about = {"session_id": session_id, "session_description": f"NumPy archive {path}"}
    return Recording(units, speed, gray, about)
