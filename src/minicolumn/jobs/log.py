"""The log file of a job."""

import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minicolumn.errors import MinicolumnError

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
logger = logging.getLogger("minicolumn")


class EndedError(MinicolumnError):
    """Somebody ended the job."""


@contextmanager
def job_log(path: str | Path) -> Iterator[None]:
    """Send log records, warnings and errors to the job's log file.

    The log ends with the error, so its last lines tell what went wrong. A
    `MinicolumnError` is logged as one message; any other error is a fault of this
    package and is logged with its traceback. The terminal belongs to Snakemake, which
    shows the log of a failed job.

    Raises
    ------
    SystemExit
        With status 1 after any error, which is then in the log.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, mode="w")
    logging.basicConfig(
        level=logging.INFO, format=FORMAT, handlers=[handler], force=True
    )
    logging.captureWarnings(True)
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    except MinicolumnError as error:
        logger.error("%s", error)
        sys.exit(1)
    except MemoryError:
        logger.error("there is not enough memory: give jobs more (docs/cluster.md)")
        sys.exit(1)
    except Exception:
        logger.exception("job failed")
        sys.exit(1)
    finally:
        signal.signal(signal.SIGTERM, before)
        logging.captureWarnings(False)
        handler.flush()


def _end(*_: object) -> None:
    """End in order: what is incomplete is deleted on the way out."""
    raise EndedError(
        "the job was ended from outside (SIGTERM): a time limit, scancel, or a machine "
        "that stops. Run the same command again"
    )
