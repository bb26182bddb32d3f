"""Extract one recording from its file, in the environment of its reader.

Arguments: reader, its options (JSON), file, session id, units, speed, and intervals
parquet, log.
"""

import json
import sys
from pathlib import Path

from minicolumn.jobs.log import job_log

_, reader, options, file, session_id, units, speed, intervals, log = sys.argv
with job_log(log):
    # Imported here, so that a broken AllenSDK environment is reported in the log.
    from minicolumn.recordings.readers import reader_named
    from minicolumn.recordings.recording import write_recording

    recording = reader_named(reader)(Path(file), int(session_id), **json.loads(options))
    write_recording(recording, Path(units), Path(speed), Path(intervals))
