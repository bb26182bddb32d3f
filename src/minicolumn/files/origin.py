"""What made a file: kept in the file, under its seal, for whoever reads or plans it.

Snakemake's records in ``.snakemake`` are lost when results are copied, and say nothing
about a file that took the place of another. So every table, model and document names
the job that made it, with the settings and the code that the job had, and the seals of
its inputs. Within a job of a run, `check` compares what is read with the plan.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from minicolumn.errors import MinicolumnError
from minicolumn.files.identities import Identities

MARK = b"minicolumn.sha256:"
BLANK = b"0" * 64
MANIFEST = "manifest.json"
_HEAD = b'{\n  "digest": "'  # of a sealed document; 64 hexadecimal digits follow
_SHORT = 40  # characters of a setting that are kept as they are


class OtherOriginError(MinicolumnError):
    """A file was made by something else than what the run planned."""


@dataclass(frozen=True)
class Origin:
    """The job that made a file.

    Its settings are all parameters of its rule, among them the seed and a digest of
    the code; long ones are digests. ``inputs`` is a digest of the seals of its inputs.
    """

    rule: str
    name: str  # among the rule's jobs, such as synaptic/0007
    settings: Mapping[str, str]
    inputs: str = ""

    @classmethod
    def of(
        cls,
        rule: str,
        wildcards: Iterable[str],
        parameters: Mapping[str, Any],
        inputs: str = "",
    ) -> Self:
        """Return what the plan, a job and Snakemake's records must agree on."""
        return cls(rule, name_of(wildcards), settings_of(parameters), inputs)

    def difference(self, planned: "Origin") -> str:
        """Return how this differs from a planned job; empty if it does not."""
        mine, other = ((one.rule, one.name) for one in (self, planned))
        if mine != other:
            return f"is the result of {' '.join(mine)}, not of {' '.join(other)}"
        for name in sorted({*self.settings, *planned.settings}):
            had, has = (one.settings.get(name, "none") for one in (self, planned))
            if had != has:
                return f"has another {name}, {had} and not {has}"
        return ""


class Stamp(NamedTuple):
    """The seal of a file and what made it, as the file says; None if it does not."""

    seal: str
    origin: Origin | None


def name_of(wildcards: Iterable[str]) -> str:
    """Return the name of a job among those of its rule.

    Examples
    --------
    >>> name_of(["synaptic", "0007"])
    'synaptic/0007'
    """
    return "/".join(wildcards)


def settings_of(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters of a rule as short texts.

    Examples
    --------
    >>> settings_of({"seed": 7, "levels": tuple(range(30))})
    {'seed': '7', 'levels': '3adfd43b1341'}
    """
    return {name: _short(value) for name, value in parameters.items()}


def _short(value: Any) -> str:
    plain = json.dumps(value, sort_keys=True, default=str)
    text = value if isinstance(value, str) else plain
    is_short = len(text) <= _SHORT
    return text if is_short else hashlib.sha256(plain.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class _Work:
    origin: Origin
    planned: Mapping[str, Origin]
    identities: Mapping[str, Identities]


_work: list[_Work] = []  # at most one: a process does one job


@contextmanager
def working(
    origin: Origin,
    planned: Mapping[str, Origin],
    identities: Mapping[str, Identities] | None = None,
) -> Iterator[None]:
    """Mark what is written meanwhile, and compare what is read with the plan.

    ``planned`` is what must have made each file, ``identities`` what is in each table.
    """
    _work.append(_Work(origin, planned, identities or {}))
    try:
        yield
    finally:
        _work.pop()


def current() -> Origin | None:
    """Return what makes the files that are written now; None outside of a job."""
    return _work[-1].origin if _work else None


def check(path: str | Path, found: Origin | None) -> None:
    """Refuse a file of the run that is not what the run planned.

    Raises
    ------
    OtherOriginError
        With the difference.
    """
    planned = _work[-1].planned.get(str(path)) if _work else None
    if planned is not None and (why := difference(found, planned)):
        raise OtherOriginError(
            f"{path} {why}: it was changed after the run was planned. Run the same "
            "command again: Snakemake makes it again"
        )


def identities_of(path: str | Path) -> Identities | None:
    """Return what the run planned to be in a table; None if it did not say."""
    return _work[-1].identities.get(str(path)) if _work else None


def difference(found: Origin | None, planned: Origin) -> str:
    """Return how a file differs from what is planned; empty if it does not."""
    return "does not say what made it" if found is None else found.difference(planned)


def of_values(values: Mapping[str, Any] | None) -> Origin | None:
    """Return an origin from plain values."""
    return Origin(**values) if values else None


def mark_of_table() -> bytes:
    """Return the mark of a table that is written now, with a blank seal."""
    origin = current()
    made_by = b" " + json.dumps(asdict(origin)).encode() if origin else b""
    return MARK + BLANK + made_by


def origin_after(content: bytes | memoryview, at: int) -> Origin | None:
    """Return the origin in a table whose seal begins at ``at``."""
    rest = bytes(content[at + len(BLANK) :])
    if rest[:2] != b" {":
        return None
    text = rest[1:].decode("utf-8", "replace")
    return of_values(json.JSONDecoder().raw_decode(text)[0])


def sealed(values: Mapping[str, Any]) -> bytes:
    """Return a JSON object as a file's content, with what makes it, and its digest.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    origin = current()
    whole = {
        "digest": BLANK.decode(),
        "made_by": asdict(origin) if origin else None,
        **values,
    }
    content = (json.dumps(whole, indent=2, allow_nan=False) + "\n").encode()
    return _HEAD + _digest(content) + content[len(_HEAD) + len(BLANK) :]


def unsealed(content: bytes) -> tuple[dict[str, Any], Origin | None]:
    """Return the values of `sealed`, and what made them.

    Raises
    ------
    ValueError
        If the content is not what was written.
    """
    if not content.startswith(_HEAD) or _digest(content) != _seal_of(content):
        raise ValueError("its content is not what was written")
    values = json.loads(content)
    del values["digest"]
    return values, of_values(values.pop("made_by"))


def is_sealed(path: Path) -> bool:
    """Return whether a file is one of `sealed`, or what a truncation left of it."""
    with path.open("rb") as file:
        return _HEAD.startswith(file.read(len(_HEAD)))


def _seal_of(content: bytes) -> bytes:
    return content[len(_HEAD) : len(_HEAD) + len(BLANK)]


def _digest(content: bytes) -> bytes:
    """Return the digest of a document with zeros in its place."""
    rest = content[len(_HEAD) + len(BLANK) :]
    return hashlib.sha256(_HEAD + BLANK + rest).hexdigest().encode()


def beside(path: Path) -> Path:
    """Return where a file that has no place for it is said to be made by."""
    return path.with_name(f".{path.name}.made")


def stamp_of(path: str | Path) -> Stamp | None:
    """Return the seal and the origin of a file, quickly and without checking them.

    None if the file is missing or has none.
    """
    path = Path(path)
    try:
        if path.suffix == ".parquet":
            return _stamp_of_table(path)
        document = path if path.suffix == ".json" else beside(path)
        content = (path / MANIFEST if path.is_dir() else document).read_bytes()
        if not content.startswith(_HEAD):
            return None
        made_by = json.loads(content)["made_by"]
        return Stamp(_seal_of(content).decode(), of_values(made_by))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _stamp_of_table(path: Path) -> Stamp | None:
    """Read the footer of a table, which ends with its length and a magic number."""
    with path.open("rb") as file:
        file.seek(-8, 2)
        length = int.from_bytes(file.read(4), "little")
        file.seek(-8 - length, 2)
        footer = file.read(length)
    at = footer.rfind(MARK) + len(MARK)
    if at < len(MARK):
        return None
    seal = footer[at : at + len(BLANK)].decode()
    return Stamp(seal, origin_after(footer, at))


def digest_of_seals(stamps: Iterable[Stamp | None]) -> str:
    """Return one digest of the seals of all files that have one."""
    seals = sorted({stamp.seal for stamp in stamps if stamp})
    return hashlib.sha256("".join(seals).encode()).hexdigest()[:16]
