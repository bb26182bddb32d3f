"""Archives as anybody might make them, good and bad."""

import gzip
import io
import tarfile

import pytest

from minicolumn.config.circuit_archives import Limits

LIMITS = Limits(files=100, file_bytes=10_000, total_bytes=50_000_000, ratio=100)


@pytest.fixture
def limits():
    return LIMITS


@pytest.fixture
def pack(tmp_path):
    """Return a function that packs entries: a name or TarInfo, and bytes."""

    def pack(*entries, format=tarfile.GNU_FORMAT):
        path = tmp_path / "archive.tar.gz"
        with tarfile.open(path, "w:gz", format=format) as archive:
            for entry, content in entries:
                if isinstance(entry, str):
                    entry = tarfile.TarInfo(entry)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        return path

    return pack


@pytest.fixture
def pack_raw(tmp_path):
    """Return a function that compresses bytes which pretend to be a tar file."""

    def pack_raw(content):
        path = tmp_path / "raw.tar.gz"
        path.write_bytes(gzip.compress(content))
        return path

    return pack_raw
