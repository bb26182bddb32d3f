"""Look at an HDF5 file before a library opens it: it may come from anybody.

HDF5 lets a file name any file of the user as storage of its data, and link to others.
Nothing is read here but names, shapes and where data lie.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py

from minicolumn.errors import RecordingError
from minicolumn.recordings.hdf5_files import opened_hdf5
from minicolumn.recordings.recording import printable

logger = logging.getLogger(__name__)

# Compressed zeros take about a thousandth; nobody stores a gigabyte of them.
MOST_EXPANSION, SMALL_BYTES = 1000, 2**30


def check_file(nwb: Path) -> list[str]:
    """Return the broken links of an NWB 2 file, each as ``path -> target``.

    Raises
    ------
    RecordingError
        If the file is no NWB 2 file in HDF5, or was cut short, or would make its reader
        read other files than those beside it, or allocate far more than it holds.
    """
    with opened_hdf5(nwb) as file:
        return check_opened(file, nwb)


def check_opened(file: h5py.File, nwb: Path) -> list[str]:
    """Return the broken links of an open file; see `check_file`.

    Raises
    ------
    RecordingError
        As `check_file`.
    """
    _check_version(file, nwb)
    broken = []
    for path, fault, is_broken in _faults(file, nwb):
        if not is_broken:
            raise RecordingError(printable(f"{nwb}: {path} {fault}"))
        broken.append(printable(f"{path} -> {fault}"))
    return broken


def _check_version(file: h5py.File, nwb: Path) -> None:
    stated = file.attrs.get("nwb_version", file.get("nwb_version"))
    if isinstance(stated, h5py.Dataset):
        stated = stated[()]
    version = stated.decode() if isinstance(stated, bytes) else str(stated)
    number = version.removeprefix("NWB-").strip()
    if number.startswith("2.") and "b" not in number:
        return
    is_old = number.startswith(("0.", "1.", "2.0b", "2.0.0b"))
    raise RecordingError(
        printable(
            f"{nwb} says NWB version {version}, which is not supported: convert it to "
            "NWB 2"
            if is_old
            else f"{nwb} is an HDF5 file, but no NWB file (nwb_version is {version}): "
            "choose another file"
        )
    )


def _faults(file: h5py.File, nwb: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield path, fault, and whether it is only a broken link, of all objects."""
    groups: list[h5py.Group] = [file]
    seen = set()
    while groups:
        group = groups.pop()
        for name in group:
            path = f"{group.name}/{name}".lstrip("/")
            link = group.get(name, getlink=True)
            if isinstance(link, h5py.ExternalLink):
                target = Path(link.filename)
                if target.name != link.filename:
                    yield path, f"links to {target}, which is not beside it", False
                if not (nwb.resolve().parent / target).is_file():
                    yield path, f"{target}:{link.path} (not there)", True
                    continue
                logger.info("%s", printable(f"{path} is in {target}, beside the file"))
            try:
                found = group[name]
            except KeyError:
                yield path, f"{getattr(link, 'path', '?')} (not there)", True
                continue
            if isinstance(found, h5py.Group) and found.id not in seen:
                seen.add(found.id)
                groups.append(found)
            elif isinstance(found, h5py.Dataset) and (fault := _fault_of(found)):
                yield path, fault, False


def _fault_of(data: h5py.Dataset) -> str | None:
    if data.external or (data.is_virtual and _sources(data) - {"."}):
        return (
            "has its data in other files (external storage), which is not read: write "
            "the data into the file itself"
        )
    if data.name.endswith("/timestamps") and data.ndim != 1:
        return (
            f"has shape {data.shape}, and timestamps are one number per sample: "
            "correct the file"
        )
    # What is stored is known from all chunks: on a server, each look at them travels.
    if data.nbytes <= SMALL_BYTES:
        return None
    stored = data.id.get_storage_size()
    if data.nbytes > MOST_EXPANSION * stored:
        return (
            f"has shape {data.shape}, {data.nbytes / 1e9:.0f} GB, of which the file "
            f"holds {stored} bytes: the file is damaged or was never filled"
        )
    return None


def _sources(data: Any) -> set[str]:
    return {source.file_name for source in data.virtual_sources()}
