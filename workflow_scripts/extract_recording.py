"""Extract one recording from its NWB file; runs in the AllenSDK environment.

Arguments: session.nwb, session id, units, speed and intervals parquet, log.
"""

import sys
from pathlib import Path

from minicolumn.jobs.job import job_log

_, nwb, session_id, units, speed, intervals, log = sys.argv
with job_log(log):
    # Inside, so that a broken AllenSDK environment is found in the log too.
    from minicolumn.recordings.allen import read_session
    from minicolumn.recordings.recording import write_recording

    recording = read_session(Path(nwb), int(session_id))
    write_recording(recording, Path(units), Path(speed), Path(intervals))
