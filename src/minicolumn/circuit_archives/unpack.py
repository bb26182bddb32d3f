"""Reading archives that anybody may have made.

Nothing is ever written to the disk: members are read one after the other, straight
from the stream, and only regular files of a bounded size are. So no name, link or
device in an archive can touch this machine, and no bomb fills its memory or its disk.
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
_HEADER_BYTES = 1024 * 1024  # what may stand between two members: long names and such
_NO_BOMB_BYTES = 1024 * 1024  # padding alone has a great ratio
_DAMAGES = (
    EOFError, OSError, ValueError, RecursionError, zlib.error, tarfile.TarError
)  # fmt: skip


class Member(NamedTuple):
    """A file of an archive.

    Attributes
    ----------
    name
        As printable text, cut when overlong.
    content
        Its bytes; empty if refused.
    refusal
        Why it is not read; empty if it is.
    """

    name: str
    content: bytes
    refusal: str


def read_members(path: str | Path, limits: Limits) -> Iterator[Member]:
    """Yield the JSON files of a tar.gz; directories and other files are passed over.

    What is no regular file, lies outside the archive's own directory or is larger than
    ``limits.file_bytes`` is yielded as refused.

    Raises
    ------
    ArchiveError
        If the archive is damaged, no tar.gz, or a bomb after ``limits``; by then,
        members may have been yielded.
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
            f"{path} is damaged or no tar.gz archive ({reason}): get it anew"
        ) from error


def _json_files(
    archive: tarfile.TarFile, stream: "_Metered", limits: Limits
) -> Iterator[Member]:
    stream.allow(_HEADER_BYTES)
    while (entry := archive.next()) is not None:
        vars(archive)["members"].clear()  # or they pile up
        stream.count_file()
        if entry.name.endswith(".json") and not entry.isdir():
            refusal = _refusal(entry, limits.file_bytes)
            content = b"" if refusal else _content(archive, entry, stream)
            yield Member(printable(entry.name), content, refusal)
        _skip(archive, entry, stream)
        stream.allow(_HEADER_BYTES)


def _refusal(entry: tarfile.TarInfo, most_bytes: int) -> str:
    """Return why a member is not read; nothing if it may be."""
    if entry.issym() or entry.islnk():
        return f"is a link, to {printable(entry.linkname)}"
    if not entry.isreg() or entry.issparse():
        return "is no regular file"
    if PurePosixPath(entry.name).is_absolute() or PureWindowsPath(entry.name).anchor:
        return "has an absolute path"
    try:
        tarfile.data_filter(entry, ".")
    except tarfile.FilterError as error:
        return f"is unsafe to extract: {printable(str(error))}"
    if ".." in PurePosixPath(entry.name).parts:
        return "has a path that climbs out of its directory"
    if not 0 <= entry.size <= most_bytes:
        return f"has {entry.size:,} bytes, more than limits.file_bytes={most_bytes:,}"
    return ""


def _content(
    archive: tarfile.TarFile, entry: tarfile.TarInfo, stream: "_Metered"
) -> bytes:
    stream.allow(entry.size + _CHUNK)
    file = archive.extractfile(entry)
    return file.read() if file else b""


def _skip(archive: tarfile.TarFile, entry: tarfile.TarInfo, stream: "_Metered") -> None:
    """Go to the end of a member in small steps, whatever size it claims."""
    position = archive.fileobj
    while (left := archive.offset - position.tell()) > 0:
        stream.allow(2 * _CHUNK)
        if not position.read(min(left, _CHUNK)):
            raise EOFError(f"it ends within {printable(entry.name)}")


def _check_the_end(archive: tarfile.TarFile, stream: "_Metered") -> None:
    """Read to the end, so that gzip's own checksum is compared, and expect zeros.

    tarfile takes a broken header for the end of an archive, and says nothing.

    Raises
    ------
    tarfile.ReadError
        If something follows what tarfile takes for the end.
    EOFError
        If the archive has no end.
    """
    stream.allow(_CHUNK)
    while rest := archive.fileobj.read(_CHUNK):
        if rest.strip(b"\0"):
            raise tarfile.ReadError("a header in its middle is broken")
        stream.allow(2 * _CHUNK)
    if stream.tail.strip(b"\0"):
        raise EOFError


class _Metered(io.RawIOBase):
    """The unpacked bytes of an archive, counted as tarfile asks for them."""

    def __init__(
        self, path: Path, file: BinaryIO, unpacked: gzip.GzipFile, limits: Limits
    ) -> None:
        super().__init__()
        self.path = path
        self.tail = b""  # the end mark of tar is 1024 zeros
        self._file, self._unpacked, self._limits = file, unpacked, limits
        self._n_files = self._total = 0
        self._allowed = _HEADER_BYTES  # tarfile begins to read when it is opened

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, at most ``size``."""
        content = self._unpacked.read(size)
        self.tail = (self.tail + content)[-1024:]
        self._total += len(content)
        self._allowed -= len(content)
        self._check()
        return content

    def allow(self, n_bytes: int) -> None:
        """Let tarfile read so much at once, and no more, before this is said again."""
        self._allowed = n_bytes

    def count_file(self) -> None:
        """Count one more member."""
        self._n_files += 1
        if self._n_files > self._limits.files:
            self._stop("files", f"it holds more than {self._limits.files:,} files")

    def _check(self) -> None:
        total, limits = self._total, self._limits
        if total > limits.total_bytes:
            self._stop("total_bytes", f"it unpacks to more than {limits.total_bytes:,}")
        if total > max(_NO_BOMB_BYTES, limits.ratio * self._file.tell()):
            self._stop("ratio", f"it unpacks to over {limits.ratio} times its size")
        if self._allowed < 0:
            raise ArchiveError(
                f"{self.path} was not read: what stands between two of its files is "
                "larger than any honest name. Do not trust it"
            )

    def _stop(self, limit: str, what: str) -> None:
        raise ArchiveError(
            f"{self.path} was not read to its end: {what}, which no archive of "
            f"circuits should. If you trust it, raise circuits.archives.limits.{limit}"
        )


def printable(text: str, most: int = 200) -> str:
    """Return a foreign text as one line of printable characters, cut when overlong."""
    line = text.encode("unicode_escape", "surrogateescape").decode("ascii", "replace")
    return line if len(line) <= most else f"{line[:most]}..."
