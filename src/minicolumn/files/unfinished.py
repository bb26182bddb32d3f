"""What is being written lies in a hidden directory and is not a result yet."""

from collections.abc import Iterator
from pathlib import Path

PART = ".part-"
"""In the names of hidden directories that a killed process leaves behind."""


def leftovers(directory: Path) -> list[Path]:
    """Return what killed processes left: hidden directories of incomplete files."""
    return sorted(directory.rglob(f".*{PART}*"))


def finished(directory: Path, pattern: str = "*") -> Iterator[Path]:
    """Yield what a directory holds at any depth, in order, but nothing unfinished."""
    for path in sorted(directory.rglob(pattern)):
        if not any(PART in part for part in path.relative_to(directory).parts):
            yield path
