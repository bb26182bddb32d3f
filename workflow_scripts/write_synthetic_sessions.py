"""Write synthetic mice as NWB sessions; runs in the AllenSDK environment.

Arguments: mice.parquet, directory, seed, log.
"""

import sys
from pathlib import Path

from minicolumn.jobs.log import job_log

_, mice, directory, seed, log = sys.argv
with job_log(log):
    # Imported here, so that a broken AllenSDK environment is reported in the log.
    from minicolumn.files.store import read_table
    from minicolumn.files.tables import MICE
    from minicolumn.mice.nwb.write import write_cache

    write_cache(read_table(mice, MICE), Path(directory), int(seed))
