"""What a job writes down about itself."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minicolumn.errors import MinicolumnError

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
logger = logging.getLogger("minicolumn")


@contextmanager
def job_log(path: str | Path) -> Iterator[None]:
    """Send log records, warnings and errors to the job's log file.

    The log ends in the error itself, so that a reader who looks only at the end learns
    what went wrong: a `MinicolumnError` is one message, anything else is a fault of
    ours and comes with its traceback. The terminal is left to Snakemake, which shows
    the log of a job that failed.

    Raises
    ------
    SystemExit
        With status 1 after any error: it has been told.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, mode="w")
    logging.basicConfig(
        level=logging.INFO, format=FORMAT, handlers=[handler], force=True
    )
    logging.captureWarnings(True)
    try:
        yield
    except MinicolumnError as error:
        logger.error("%s", error)
        sys.exit(1)
    except Exception:
        logger.exception("job failed")
        sys.exit(1)
    finally:
        logging.captureWarnings(False)
        handler.flush()
