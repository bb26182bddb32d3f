"""Which sessions a run uses, and where the NWB file of each will be."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.config.recordings import Recordings
from minicolumn.errors import ConfigError
from minicolumn.keys import synthetic_sessions
from minicolumn.recordings.catalog import session_nwb, sessions

# Where blocks of files that are read in place are kept, beside fetched files.
BLOCKS = "blocks"
# Keys of config.yaml that concern machines and people, not science.
ADDRESSES = ("fetched", "s3", "dandi", "warehouse", "cache")
# Sections whose key ``files`` does, too.
FILES_IN = frozenset({"nwb", "other"})
SYNTHETIC_CACHE = "recordings/synthetic_cache"
# A link to a whole file, and the address of one that is read in place.
FETCHED = "recordings/{session}/session.nwb"
LOCATED = "recordings/{session}/address.json"


def recording_files(recordings: Recordings, results: str) -> dict[int, str]:
    """Return the NWB file of every session.

    ``results``, the directory of the run, contains the files of synthetic mice and
    links to fetched sessions: Snakemake deletes an output before its job, and must not
    delete a file that several runs share.

    Raises
    ------
    ConfigError
        If the user's cache has no session, or a session to exclude does not exist.
    """
    files = _all_files(recordings, results)
    unknown = sorted(set(recordings.exclude) - set(files))
    if unknown:
        raise ConfigError(
            f"recordings.exclude lists sessions {unknown}, which recordings.source="
            f"{recordings.source} does not have: correct or delete them"
        )
    return {id_: nwb for id_, nwb in files.items() if id_ not in recordings.exclude}


def _all_files(recordings: Recordings, results: str) -> dict[int, str]:
    if recordings.are_allens or recordings.are_in_dandiset:
        ids = [one.session_id for one in sessions()]
        template = LOCATED if recordings.are_in_place else FETCHED
        return {
            id_: f"{results}/{template.format(session=id_)}"
            for id_ in (recordings.nwb.files if recordings.are_in_dandiset else ids)
        }
    if recordings.source == "synthetic":
        return synthetic_files(recordings, results)
    if recordings.source == "cache":
        directory = Path(recordings.cache.directory or ".")
        return _files(directory, _sessions_in(directory))
    return {id_: str(path) for id_, path in recordings.own_files.items()}


def fetched_file(recordings: Recordings, session_id: int) -> Path:
    """Return where a fetched session is kept, for every run that uses it."""
    return recordings.fetched.directory / session_nwb(session_id)


def asset_of(recordings: Recordings, session_id: int) -> str:
    """Return what names the file of a session that is read in place, on any mirror.

    It is a path in a lab's dandiset of some version, or the session's name in Allen's
    archives.
    """
    if not recordings.are_in_dandiset:
        return str(session_nwb(session_id))
    dandiset, path = recordings.nwb.dandiset, recordings.nwb.files[session_id]
    return f"DANDI:{dandiset.number}/{dandiset.version}/{path.as_posix()}"


def link_to(target: Path, link: Path) -> None:
    """Make ``link`` a relative link to ``target``, so that both can move together."""
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(target.resolve(), link.parent.resolve()))


def synthetic_files(recordings: Recordings, results: str) -> dict[int, str]:
    """Return the NWB file that each synthetic mouse writes, used or not."""
    ids = synthetic_sessions(len(MECHANISMS), recordings.synthetic.mice_per_mechanism)
    return _files(Path(results) / SYNTHETIC_CACHE, ids)


def _files(directory: Path, ids: Iterable[int]) -> dict[int, str]:
    return {id_: str(directory / session_nwb(id_)) for id_ in ids}


def _sessions_in(directory: Path) -> list[int]:
    found = sorted(
        int(name[1])
        for path in directory.glob("session_*/session_*.nwb")
        if path.parent.name == path.stem
        and (name := re.fullmatch(r"session_([1-9]\d*)", path.stem))
    )
    if not found:
        raise ConfigError(
            f"recordings.cache.directory={directory} contains no session: expected "
            "session_<id>/session_<id>.nwb, the layout of AllenSDK. Correct the "
            "directory or choose another recordings.source"
        )
    return found
