"""Write synthetic mice as NWB sessions; runs in the AllenSDK environment.

Arguments: mice.parquet, directory, seed, log.
"""

import sys
from pathlib import Path

from minicolumn.job import job_log

_, mice, directory, seed, log = sys.argv
with job_log(log):
    # Inside, so that a broken AllenSDK environment is found in the log too.
    from minicolumn.allen.synthetic import write_cache
    from minicolumn.store import read_table
    from minicolumn.tables import MICE

    write_cache(read_table(mice, MICE), Path(directory), int(seed))
