"""Which sessions a run uses, and where the NWB file of each will be."""

import re
from collections.abc import Iterable
from pathlib import Path

from minicolumn.allen.catalogue import session_nwb, sessions
from minicolumn.config.analysis import Recordings
from minicolumn.errors import ConfigError
from minicolumn.mechanisms import MECHANISMS
from minicolumn.shards import mouse_sessions

SYNTHETIC_CACHE = "recordings/synthetic_cache"


def recording_files(recordings: Recordings, results: str) -> dict[int, str]:
    """Return the NWB file of every session, in AllenSDK's layout.

    Parameters
    ----------
    recordings
        Says where recordings come from.
    results
        Directory of the run, in which synthetic mice write theirs.

    Raises
    ------
    ConfigError
        If the user's cache holds no session, or one to exclude is not there.
    """
    if recordings.source == "synthetic":
        files = synthetic_files(recordings, results)
    elif recordings.source == "s3":
        ids = [session.session_id for session in sessions()]
        files = _files(recordings.s3.directory, ids)
    else:
        directory = Path(recordings.cache.directory or ".")
        files = _files(directory, _sessions_in(directory))
    unknown = sorted(set(recordings.exclude) - set(files))
    if unknown:
        raise ConfigError(
            f"recordings.exclude names sessions {unknown} that recordings.source="
            f"{recordings.source} does not have: correct or delete them"
        )
    return {id_: nwb for id_, nwb in files.items() if id_ not in recordings.exclude}


def synthetic_files(recordings: Recordings, results: str) -> dict[int, str]:
    """Return the NWB file that each synthetic mouse writes, used or not."""
    ids = mouse_sessions(len(MECHANISMS), recordings.synthetic.mice_per_mechanism)
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
            f"recordings.cache.directory={directory} holds no session: expected "
            "session_<id>/session_<id>.nwb, as AllenSDK lays them out. Correct the "
            "directory or choose another recordings.source"
        )
    return found
