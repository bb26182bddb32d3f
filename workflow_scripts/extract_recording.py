"""Extract one recording from its file, in the environment of its reader.

Arguments: reader, its options (JSON), digest of the code, file, session id, units,
speed, and intervals parquet, log.
"""

import json
import sys
from pathlib import Path

from minicolumn.jobs.job import Call, job

script, reader, options, code, file, session_id, *tables, log = sys.argv
call = Call(
    Path(script),
    {"session": session_id},
    {"reader": reader, "options": options, "code": code},
    [file],
    tables,
    [log],
)
with job(call):
    # Imported here, so that a broken AllenSDK environment is reported in the log.
    from minicolumn.recordings.readers import reader_named
    from minicolumn.recordings.recording import write_recording

    recording = reader_named(reader)(Path(file), int(session_id), **json.loads(options))
    write_recording(recording, *map(Path, tables))
