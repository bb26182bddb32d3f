"""What a job writes down about itself."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@contextmanager
def job_log(path: str | Path) -> Iterator[None]:
    """Send log records, warnings and any traceback to the job's log file.

    The last line of the log is the error itself, so that a reader who looks only at the
    end learns what went wrong. Only warnings and worse reach the terminal too.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.WARNING)
    logging.basicConfig(
        level=logging.INFO,
        format=FORMAT,
        handlers=[logging.FileHandler(path, mode="w"), terminal],
        force=True,
    )
    logging.captureWarnings(True)
    try:
        yield
    except BaseException:
        logging.getLogger("minicolumn").exception("job failed")
        raise
    finally:
        logging.captureWarnings(False)
