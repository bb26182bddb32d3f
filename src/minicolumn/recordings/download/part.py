"""A partial file: what it is a part of, and the progress of its transfer."""

import json
import logging
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from minicolumn.errors import FetchError

logger = logging.getLogger(__name__)

REPORT_EVERY_S = 10.0


@dataclass(frozen=True)
class RemoteFile:
    """A file on a server: address, and size and digest (hexadecimal) if known."""

    url: str
    n_bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Version:
    """Identity of the file on the server: address, length, and validator."""

    url: str
    n_bytes: int
    validator: str | None


class Part:
    """A partial file, and a note on which file it is a part of."""

    def __init__(self, final: Path) -> None:
        self.path = final.with_name(f"{final.name}.part")
        self._note = final.with_name(f"{final.name}.part.json")

    @property
    def n_bytes(self) -> int:
        """Number of bytes that have arrived."""
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def version(self) -> Version | None:
        """Which file this is a part of; None if that is unknown."""
        try:
            return Version(**json.loads(self._note.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def is_complete(self, url: str) -> bool:
        """Return whether all of the file at ``url`` has arrived."""
        version = self.version
        return version == Version(url, self.n_bytes, version and version.validator)

    def begin(self, version: Version) -> None:
        """Delete the old part and note the identity of the new one."""
        self.drop()
        self._note.write_text(json.dumps(asdict(version)))

    def drop(self) -> None:
        """Delete the part and its note."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def check_room(self, n_bytes: int) -> None:
        """Raise FetchError if the disk has no room for the rest of ``n_bytes``."""
        missing = n_bytes - self.n_bytes
        free = shutil.disk_usage(self.path.parent).free
        if missing > free:
            raise FetchError(
                f"{self.path.parent} has room for {free / 1e9:.1f} GB and "
                f"{missing / 1e9:.1f} GB are missing: free some disk space or choose "
                "another recordings.fetched.directory"
            )

    def finish(self, final: Path) -> None:
        """Rename the complete part to its final name."""
        self.path.replace(final)
        self._note.unlink(missing_ok=True)


class Progress:
    """Logs the progress, speed, and remaining time of a transfer at intervals."""

    def __init__(self, name: str, first: int, total: int) -> None:
        self._name, self._first, self._total = name, first, total
        self._start = self._reported = time.monotonic()

    def report(self, n_bytes: int) -> None:
        """Log the progress, unless the last report is recent."""
        now = time.monotonic()
        if now - self._reported < REPORT_EVERY_S:
            return
        self._reported = now
        bytes_per_s = (n_bytes - self._first) / (now - self._start)
        left_s = (self._total - n_bytes) / bytes_per_s
        logger.info(
            "%s: %.0f of %.0f MB, %.1f MB/s, %.0f s left",
            *(self._name, n_bytes / 1e6, self._total / 1e6, bytes_per_s / 1e6, left_s),
        )
