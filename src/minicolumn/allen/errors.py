"""What can go wrong with a recording on its way in."""


class FetchError(Exception):
    """A download failed; the message says what, why and how to mend it."""


class RecordingError(Exception):
    """A session file cannot be used; the message says which, why and the repair."""
