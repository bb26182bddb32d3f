"""Errors that are about the user's input or machine, not about our code.

Their message says which file or key, what is wrong and how to fix it; a job that meets
one says that message and nothing else.
"""

import errno


class MinicolumnError(Exception):
    """Base of all errors that a user can fix."""


class ConfigError(MinicolumnError):
    """The configuration is wrong."""


class ExtensionError(ConfigError):
    """A file that adds something from outside cannot be used."""


class UnreadableTableError(MinicolumnError, ValueError):
    """A table on disk is damaged or is not what its reader expects."""


class UnreadableModelError(MinicolumnError, ValueError):
    """A directory does not hold a whole trained model that this version can use."""


class UnreadableDocumentError(MinicolumnError, ValueError):
    """A JSON file does not hold the result that its reader expects."""


class NotWrittenError(MinicolumnError, OSError):
    """A file could not be written: the disk is full, or the directory is not ours."""


class FetchError(MinicolumnError):
    """A file could not be fetched."""


class RecordingError(MinicolumnError):
    """A recording cannot be read."""


class ArchiveError(MinicolumnError):
    """An archive of circuits cannot be read, or nothing in it fits."""


class PredictionError(MinicolumnError, ValueError):
    """Predictions cannot be made, or do not fit the observations they are scored by."""


def repair_of(error: OSError) -> str:
    """Return what a user can do about a file that could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Free some disk space or choose another directory"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "Get write access to the directory or choose another one"
    if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.EISDIR):
        return f"Move what lies at {error.filename} away"
    return "Check the file system or choose another directory"
