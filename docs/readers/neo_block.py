"""A source of recordings: any file that Neo reads.

The first segment has a spike train per unit, and an analog signal `speed` in a unit of
speed; names and areas are those of your files.
"""

import numpy as np

from minicolumn.registry import recordings

AREA = "VISp"  # of units that are not annotated with another `area`
SPEED = "speed"


@recordings("neo_block")
def read_neo(path, session_id):
    """Return all spike trains as units, the speed, and one interval."""
    from neo.io import get_io

    from minicolumn.errors import RecordingError
    from minicolumn.recordings.recording import Recording, interval_columns

    segment = get_io(str(path)).read_block().segments[0]
    signals = [signal for signal in segment.analogsignals if signal.name == SPEED]
    if not signals:
        raise RecordingError(f"{path} has no signal {SPEED!r}: set SPEED to its name")
    trains, (signal, *_) = segment.spiketrains, signals
    unknown = ("presence_ratio", "isi_violations", "amplitude_cutoff")
    units = {
        "unit_id": list(range(len(trains))),
        "area": [train.annotations.get("area", AREA) for train in trains],
        "probe": ["all_probes"] * len(trains),
        **dict.fromkeys((*unknown, "waveform_duration_ms"), [np.nan] * len(trains)),
        "spike_times_s": [np.sort(train.rescale("s").magnitude) for train in trains],
    }
    start_s = signal.times.rescale("s").magnitude
    cm_s = signal.rescale("cm/s").magnitude[:-1, 0]
    speed = {"start_s": start_s[:-1], "stop_s": start_s[1:], "speed_cm_s": cm_s}
    whole = interval_columns([(start_s[0], start_s[-1], "stimulus", "spontaneous")])
    said = f"read by Neo from {path}"
    about = {"session_id": session_id, "session_description": said}
    return Recording(units, speed, whole, about)
