"""Write synthetic mice as NWB sessions; runs in the AllenSDK environment.

Arguments: mice.parquet, seed, digest of the code, log, sessions.
"""

import sys
from pathlib import Path

from minicolumn.jobs.job import Call, job

script, mice, seed, code, log, *sessions = sys.argv
call = Call(
    Path(script),
    {},
    {"seed": seed, "code": code},
    [mice],
    sessions,
    [log],
)
with job(call):
    # Imported here, so that a broken AllenSDK environment is reported in the log.
    from minicolumn.files.store import read_table
    from minicolumn.files.tables import MICE
    from minicolumn.mice.nwb.write import write_cache

    # A directory for each session, in that of the cache.
    cache = Path(sessions[0]).parents[1]
    write_cache(read_table(mice, MICE), cache, int(seed))
