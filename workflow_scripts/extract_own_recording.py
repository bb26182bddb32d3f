"""Extract one recording from a lab's own NWB file; runs in the AllenSDK environment.

Arguments: file.nwb, session id, mapping (JSON), areas (JSON), units, speed and
intervals parquet, log.
"""

import json
import sys
from pathlib import Path

from minicolumn.jobs.job import job_log

_, nwb, session_id, mapping, areas, units, speed, intervals, log = sys.argv
with job_log(log):
    # Inside, so that a broken AllenSDK environment is found in the log too.
    from minicolumn.recordings.nwb import read_own
    from minicolumn.recordings.recording import write_recording

    recording = read_own(
        Path(nwb), int(session_id), json.loads(mapping), json.loads(areas)
    )
    write_recording(recording, Path(units), Path(speed), Path(intervals))
