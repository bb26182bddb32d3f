"""Read archives from untrusted sources.

Nothing is written to disk: members are read one by one from the stream, and only if
they are regular files of bounded size. No name, link, or device in an archive can
therefore affect the machine, and no decompression bomb can fill its memory or disk.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO, NamedTuple

from minicolumn.config.circuit_archives import Limits
from minicolumn.errors import ArchiveError

_CHUNK = 64 * 1024
_HEADER_BYTES = 1024 * 1024  # allowed between two members, for long names and the like
_NO_BOMB_BYTES = 1024 * 1024  # the padding of a small archive has a large ratio
_DAMAGES = (
    EOFError, OSError, ValueError, RecursionError, zlib.error, tarfile.TarError
)  # fmt: skip


class Member(NamedTuple):
    """A file in an archive; of ``content`` and ``refusal``, one is empty."""

    name: str  # printable, and shortened if too long
    content: bytes
    refusal: str  # why it is refused


def read_members(path: str | Path, limits: Limits) -> Iterator[Member]:
    """Yield the JSON files of a tar.gz; directories and other files are skipped.

    Members that are not regular files, that are outside the archive's own directory, or
    that are larger than ``limits.file_bytes`` are yielded as refused.

    Raises
    ------
    ArchiveError
        If the archive is damaged, not a tar.gz, or beyond ``limits``; by then, members
        may have been yielded.
    """
    path = Path(path)
    try:
        with path.open("rb") as file, gzip.GzipFile(fileobj=file) as unpacked:
            stream = _Metered(path, file, unpacked, limits)
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                yield from _json_files(archive, stream, limits)
                _check_the_end(archive, stream)
    except _DAMAGES as error:
        reason = str(error) or "it ends too early"
        raise ArchiveError(
            f"{path} is damaged or not a tar.gz archive ({reason}): get it again"
        ) from error


def _json_files(
    archive: tarfile.TarFile, stream: "_Metered", limits: Limits
) -> Iterator[Member]:
    stream.allow(_HEADER_BYTES)
    while (entry := archive.next()) is not None:
        vars(archive)["members"].clear()  # or they accumulate
        stream.count_file()
        if entry.name.endswith(".json") and not entry.isdir():
            content, refusal = b"", _refusal(entry, limits.file_bytes)
            if not refusal:
                stream.allow(entry.size + _CHUNK)
                content = archive.extractfile(entry).read()  # pyright: ignore
            yield Member(printable(entry.name), content, refusal)
        _skip(archive, entry, stream)
        stream.allow(_HEADER_BYTES)


def _refusal(entry: tarfile.TarInfo, most_bytes: int) -> str:
    """Return why a member is refused; the empty string if it is not."""
    if entry.issym() or entry.islnk():
        return f"is a link, to {printable(entry.linkname)}"
    if not entry.isreg() or entry.issparse():
        return "is not a regular file"
    if PurePosixPath(entry.name).is_absolute() or PureWindowsPath(entry.name).anchor:
        return "has an absolute path"
    try:
        tarfile.data_filter(entry, ".")
    except tarfile.FilterError as error:
        return f"is unsafe to extract: {printable(str(error))}"
    if ".." in PurePosixPath(entry.name).parts:
        return "has a path outside its directory"
    if not 0 <= entry.size <= most_bytes:
        return f"has {entry.size:,} bytes, more than limits.file_bytes={most_bytes:,}"
    return ""


def _skip(archive: tarfile.TarFile, entry: tarfile.TarInfo, stream: "_Metered") -> None:
    """Go to the end of a member in small steps, regardless of its stated size."""
    position = archive.fileobj
    while (left := archive.offset - position.tell()) > 0:
        stream.allow(2 * _CHUNK)
        if not position.read(min(left, _CHUNK)):
            raise EOFError(f"it ends in the middle of {printable(entry.name)}")


def _check_the_end(archive: tarfile.TarFile, stream: "_Metered") -> None:
    """Read to the end, so that gzip verifies its checksum, and expect zeros.

    tarfile silently takes a broken header for the end of an archive.

    Raises
    ------
    tarfile.ReadError
        If anything but zeros follows that end.
    EOFError
        If its mark is missing.
    """
    stream.allow(_CHUNK)
    while rest := archive.fileobj.read(_CHUNK):
        if rest.strip(b"\0"):
            raise tarfile.ReadError("a header in its middle is damaged")
        stream.allow(2 * _CHUNK)
    if stream.tail.strip(b"\0"):
        raise EOFError


class _Metered(io.RawIOBase):
    """The unpacked bytes of an archive, counted as tarfile reads them."""

    def __init__(
        self, path: Path, file: BinaryIO, unpacked: gzip.GzipFile, limits: Limits
    ) -> None:
        super().__init__()
        self.path = path
        self.tail = b""  # the end mark of tar is 1024 zeros
        self._file, self._unpacked, self._limits = file, unpacked, limits
        self._n_files = self._total = 0
        self._allowed = _HEADER_BYTES  # tarfile reads as soon as it is opened

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, at most ``size``."""
        content = self._unpacked.read(size)
        self.tail = (self.tail + content)[-1024:]
        self._total += len(content)
        self._allowed -= len(content)
        self._check()
        return content

    def allow(self, n_bytes: int) -> None:
        """Allow tarfile to read this much, and no more, until the next call."""
        self._allowed = n_bytes

    def count_file(self) -> None:
        """Count one more member."""
        self._n_files += 1
        if self._n_files > self._limits.files:
            self._stop("files", f"it contains more than {self._limits.files:,} files")

    def _check(self) -> None:
        total, limits = self._total, self._limits
        if total > limits.total_bytes:
            self._stop("total_bytes", f"it unpacks to more than {limits.total_bytes:,}")
        if total > max(_NO_BOMB_BYTES, limits.ratio * self._file.tell()):
            self._stop("ratio", f"it unpacks to over {limits.ratio} times its size")
        if self._allowed < 0:
            raise ArchiveError(
                f"{self.path} was not read: the data between two of its files is "
                "larger than any file name needs. Do not trust this archive"
            )

    def _stop(self, limit: str, what: str) -> None:
        raise ArchiveError(
            f"{self.path} was not read to its end: {what}, beyond the limit for "
            f"archives. If you trust it, raise circuits.archives.limits.{limit}"
        )


def printable(text: str, most: int = 200) -> str:
    """Return any text as one line of printable characters, shortened if too long."""
    line = text.encode("unicode_escape", "surrogateescape").decode("ascii", "replace")
    return line if len(line) <= most else f"{line[:most]}..."
