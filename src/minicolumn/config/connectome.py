"""The section that says where a measured circuit is and how its tables are read."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field

from minicolumn.circuits.family import FAMILIES, family
from minicolumn.config.base import OneOf, Section, check_files

MEASURED = "connectome"
"""The family whose circuits are those of tables."""
KINDS = tuple(family(MEASURED).kinds)

Name = Annotated[str, Field(min_length=1)]


class Columns(Section):
    """What the tables call things; null where a table does not have it.

    In a SONATA file ``pre``, ``post`` and ``neuron`` are fixed by the format, and
    ``strength`` and ``type`` are attributes.
    """

    pre: Name
    post: Name
    strength: Name | None
    pre_type: Name | None
    post_type: Name | None
    neuron: Name
    type: Name


class Connectome(Section):
    """Tables of connections and neurons, and what neuron each of their types is.

    ``sha256`` is that of all files, joined in the order of the keys.
    """

    connections: Path | None
    neurons: Path | None
    node_types: Path | None
    population: Name | None
    columns: Columns
    types: dict[str, Annotated[str, OneOf(KINDS)] | None]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None

    @property
    def files(self) -> dict[str, Path]:
        """The files that are given, by key."""
        given = {key: getattr(self, key) for key in _FILES}
        return {key: path for key, path in given.items() if path is not None}

    def digest(self) -> str:
        """Return the SHA-256 of what the files hold now."""
        stated = [(path, path.stat()) for path in self.files.values()]
        digests = [_digest(path, at.st_mtime_ns, at.st_size) for path, at in stated]
        return hashlib.sha256(b"".join(digests)).hexdigest()

    def identified(self) -> Self:
        """Return these settings with the digest of the files that they name."""
        return self.model_copy(update={"sha256": self.sha256 or self.digest()})

    def check(self) -> None:
        """Refuse what cannot be a circuit, before any file is opened."""
        if self.connections is None:
            raise ValueError(
                "connectome.connections is null, and family is connectome: give the "
                "table of connections (.csv, .parquet, or .h5 for SONATA)"
            )
        check_files("circuits.connectome", self.files)
        if not any(self.types.values()):
            raise ValueError(
                "connectome.types is empty: say which neuron each type of the tables "
                f"is ({', '.join(KINDS)}), such as {{L23_pyr: exc, Pvalb: pv}}"
            )


class OfFamily(Section):
    """Which family the circuits belong to, and the tables of a measured one."""

    family: Annotated[str, OneOf(FAMILIES)]
    connectome: Connectome | None = None


_FILES = ("connections", "neurons", "node_types")


@cache
def _digest(path: Path, changed_ns: int, size: int) -> bytes:
    """Return the digest of a file, which is read again once it has changed."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
