"""Archives in place of simulations: their files as tables for later stages."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from minicolumn.circuit_archives.json_values import DoesNotFitError
from minicolumn.circuit_archives.mapping import Circuit, Expected, read_circuit
from minicolumn.circuit_archives.unpack import Member, read_members
from minicolumn.circuits.mechanisms import Mechanism
from minicolumn.config.circuit_archives import Fields, Limits
from minicolumn.errors import ArchiveError
from minicolumn.files.seal import sha256_of
from minicolumn.files.store import columns_of
from minicolumn.files.tables import REFUSED_FILES
from minicolumn.learning.splits import SplitRule, check_splits_of

logger = logging.getLogger(__name__)

_ROWS_PER_PART = 5000
_LOGGED = 20  # refusals in the log; the table of refusals has all of them
_EXAMPLES = 3


@dataclass
class Import:
    """One import: archive after archive, then the circuits that they share.

    It collects the parameters of circuits from all archives, and the mechanism, name
    and reason of every refused file.
    """

    fields: Fields
    limits: Limits
    expected: Expected
    parameters: dict[int, dict[str, float]] = field(default_factory=dict)
    refusals: list[dict[str, str]] = field(default_factory=list)

    def statistics(
        self, path: str | Path, mechanism: Mechanism
    ) -> Iterator[dict[str, list[Any]]]:
        """Yield the columns of `tables.SIMULATED_STATISTICS` of one archive in parts.

        Files that do not fit are recorded and skipped.

        Raises
        ------
        ArchiveError
            If the archive is damaged or a decompression bomb, or if no file fits.
        """
        rows: list[dict[str, Any]] = []
        seen: set[tuple[int, float]] = set()
        n_refused = len(self.refusals)
        for member in read_members(path, self.limits):
            circuit = self._accepted(member, mechanism, seen)
            if circuit is None:
                continue
            rows += circuit.simulations
            if len(rows) >= _ROWS_PER_PART:
                yield columns_of(rows)
                rows = []
        refused = self.refusals[n_refused:]
        if not seen:
            raise ArchiveError(_nothing_fits(path, refused))
        if rows:
            yield columns_of(rows)
        _log(path, len(seen), refused)

    def circuits(self) -> dict[str, list[Any]]:
        """Return the columns of `tables.CIRCUITS`, by ascending identity."""
        return columns_of(
            [{"circuit_id": c, **self.parameters[c]} for c in sorted(self.parameters)]
        )

    def refused(self) -> dict[str, list[Any]]:
        """Return the columns of `tables.REFUSED_FILES`."""
        return columns_of(self.refusals, REFUSED_FILES.names)

    def check_enough(self, rule: SplitRule, nearest_circuits: int) -> None:
        """Refuse too few circuits before later stages fail.

        Raises
        ------
        ArchiveError
            With the reason.
        """
        n = len(self.parameters)
        if 2 * nearest_circuits > n:
            raise ArchiveError(
                f"the archives contain {n} circuits that fit, and prediction."
                f"nearest_circuits={nearest_circuits} must not exceed half of them"
            )
        check_splits_of(rule, sorted(self.parameters))

    def _accepted(
        self, member: Member, mechanism: Mechanism, seen: set[tuple[int, float]]
    ) -> Circuit | None:
        try:
            if member.refusal:
                raise DoesNotFitError(member.refusal)
            circuit = read_circuit(
                member.name, member.content, mechanism, self.fields, self.expected
            )
            self._check_against_others(circuit, seen)
        except DoesNotFitError as error:
            self.refusals.append(
                {"mechanism": mechanism, "file": member.name, "reason": str(error)}
            )
            return None
        self.parameters[circuit.circuit_id] = circuit.parameters
        seen.update((circuit.circuit_id, row["level"]) for row in circuit.simulations)
        return circuit

    def _check_against_others(
        self, circuit: Circuit, seen: set[tuple[int, float]]
    ) -> None:
        known = self.parameters.get(circuit.circuit_id, circuit.parameters)
        for name, value in circuit.parameters.items():
            if known[name] != value:
                raise DoesNotFitError(
                    f"circuit {circuit.circuit_id} has {name}={value!r} here, and "
                    f"{known[name]!r} in another file: mechanisms must be compared on "
                    "the same circuits"
                )
        for row in circuit.simulations:
            if (circuit.circuit_id, row["level"]) in seen:
                raise DoesNotFitError(
                    f"another file also has circuit {circuit.circuit_id} at ACh level "
                    f"{row['level']:g}"
                )


def fingerprints(files: Mapping[str, str | Path]) -> dict[str, str]:
    """Return the name and SHA-256 of each file, as provenance."""
    return {
        key: f"{Path(path).name} (SHA-256 {sha256_of(path)})"
        for key, path in files.items()
    }


def _log(path: str | Path, n_rows: int, refused: list[dict[str, str]]) -> None:
    logger.info("%s: %d simulations, %d files refused", path, n_rows, len(refused))
    for one in refused[:_LOGGED]:
        logger.warning("refused %s: %s", one["file"], one["reason"])
    if len(refused) > _LOGGED:
        logger.warning("and %d more: see refused.parquet", len(refused) - _LOGGED)


def _nothing_fits(path: str | Path, refused: list[dict[str, str]]) -> str:
    if not refused:
        return f"{path} contains no JSON file: use an archive of circuits"
    reasons = Counter(refusal["reason"] for refusal in refused)
    first = {refusal["reason"]: refusal["file"] for refusal in reversed(refused)}
    examples = "\n".join(
        f"  {first[reason]}{f' and {n - 1} more' if n > 1 else ''}: {reason}"
        for reason, n in reasons.most_common(_EXAMPLES)
    )
    return (
        f"none of the {len(refused)} JSON files in {path} fits:\n{examples}\n"
        "Set circuits.archives.fields to the names in these files, or correct what the "
        "configuration expects (docs/formats.md)"
    )
