import os
import time

import pytest

from minicolumn.jobs.runs.clock import ClockError, check_times


# Promise: clocks of machines differ | before any job | correct the clock and touch
#   the files
def test_files_of_the_future_are_told_by_name_and_left_alone(tmp_path):
    paths = [tmp_path / name for name in ("a", "b", "c", "lost")]
    for path in paths[:3]:
        path.write_text("kept")
    check_times(paths)
    for path in paths[1:3]:
        os.utime(path, (time.time() + 3600, time.time() + 3600))
    with pytest.raises(ClockError, match=r"b and 1 more changed in the future.*touch"):
        check_times(paths)
    assert [path.exists() for path in paths] == [True, True, True, False]
    for path in paths[1:3]:
        path.touch()
    check_times(paths)
