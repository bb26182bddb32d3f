"""One JSON file of an archive as rows of tables, or the reason why it does not fit.

The defaults in ``config.yaml`` describe the files that `documents` writes. Other files
need other key paths, but no other code.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from minicolumn.circuit_archives.json_values import (
    DoesNotFitError,
    an_object,
    number,
    number_at,
    parsed,
    shown,
    value_at,
)
from minicolumn.circuits.mechanisms import VARIANTS, Mechanism
from minicolumn.config.circuit_archives import Fields, Scaled
from minicolumn.config.circuits import Range
from minicolumn.files.tables import SIMULATED_STATISTICS
from minicolumn.keys import BANK_CIRCUITS
from minicolumn.outcomes import Outcome
from minicolumn.statistics.names import STATISTIC_NAMES

# Columns that are not statistics.
_KEYS = ("circuit_id", "mechanism", "level", "outcome", "duration_s", "n_units")
# Columns that only archives written by `documents` have.
_OTHERS = tuple(
    name
    for name in SIMULATED_STATISTICS.names
    if name not in (*_KEYS, *STATISTIC_NAMES)
)
_SAME_LEVEL = 1e-6
_ROUNDING = 1e-9  # of the ends of a prior, relative to its width


@dataclass(frozen=True)
class Expected:
    """What the run requires of circuits.

    Windows of ``duration_s`` and subsets of ``n_units`` must be those of recordings, or
    the two could not be compared. A simulation above ``runaway_hz`` counts as runaway,
    if the files do not state its outcome.
    """

    prior: Mapping[str, Range]
    levels: tuple[float, ...]
    duration_s: float
    n_units: int
    runaway_hz: float


@dataclass(frozen=True)
class Circuit:
    """The content of one file; its simulations are in the file's order."""

    circuit_id: int
    parameters: dict[str, float]  # in the order of the prior
    simulations: list[dict[str, Any]]  # rows of `tables.SIMULATED_STATISTICS`


def read_circuit(
    name: str, content: bytes, mechanism: Mechanism, fields: Fields, expected: Expected
) -> Circuit:
    """Return the content of a file.

    Its ``name`` in the archive may contain the circuit's number. Its ``content`` is
    JSON in UTF-8, in which NaN and null both mean an undefined statistic.

    Raises
    ------
    DoesNotFitError
        With the reason.
    """
    document = an_object(parsed(content), "the file")
    _check_mechanism(document, mechanism, fields)
    circuit_id = _circuit_id(document, name, fields)
    simulations = [
        {
            "circuit_id": circuit_id,
            "mechanism": mechanism,
            **_simulation(record, key, fields, expected),
        }
        for key, record in _records(document, fields)
    ]
    levels = [row["level"] for row in simulations]
    if not levels or len(set(levels)) < len(levels):
        raise DoesNotFitError(
            "there is no simulation" if not levels else "two simulations share a level"
        )
    return Circuit(circuit_id, _parameters(document, fields, expected), simulations)


def _check_mechanism(document: Any, mechanism: Mechanism, fields: Fields) -> None:
    if fields.mechanism is None:
        return
    found = value_at(document, fields.mechanism)
    if found not in (mechanism, VARIANTS[mechanism]):
        raise DoesNotFitError(
            f"{fields.mechanism} is {shown(found)}, but the archive is for {mechanism}"
        )


def _circuit_id(document: Any, name: str, fields: Fields) -> int:
    path = fields.circuit_id
    found = name.rsplit("/", 1)[-1] if path is None else value_at(document, path)
    if isinstance(found, str) and (numbers := re.findall(r"\d{1,18}", found)):
        found = int(numbers[-1])
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    where = path or "the name"
    if isinstance(found, bool) or not isinstance(found, int):
        raise DoesNotFitError(f"{where} is {shown(found)}, which contains no integer")
    if found not in BANK_CIRCUITS:
        raise DoesNotFitError(
            f"{where} is {shown(found)}: circuits are numbered from 0 to "
            f"{BANK_CIRCUITS[-1]}"
        )
    return found


def _records(document: Any, fields: Fields) -> list[tuple[str | None, Any]]:
    """Return the record of each level, with its key if levels are keys."""
    if fields.simulations is None:
        return [(None, document)]
    records = value_at(document, fields.simulations)
    if isinstance(records, dict):
        return list(records.items())
    if isinstance(records, list):
        return [(None, record) for record in records]
    raise DoesNotFitError(
        f"{fields.simulations} is {shown(records)}, neither a list nor an object"
    )


def _simulation(
    record: Any, key: str | None, fields: Fields, expected: Expected
) -> dict[str, Any]:
    record = an_object(record, "a simulation")
    statistics = _statistics(record, fields)
    outcome = _outcome(record, statistics, fields, expected.runaway_hz)
    return {
        "level": _level(record, key, fields, expected.levels),
        "outcome": outcome,
        "duration_s": _same(record, "duration_s", fields.duration_s, expected),
        "n_units": _same(record, "n_units", fields.n_units, expected),
        **statistics,
        **{n: number_at(record, n) if n in record else None for n in _OTHERS},
    }


def _level(
    record: Any, key: str | None, fields: Fields, levels: tuple[float, ...]
) -> float:
    if key is not None:
        try:
            found = float(key)
        except ValueError:
            raise DoesNotFitError(f"{shown(key)} is not an ACh level") from None
    elif fields.level is None:
        raise DoesNotFitError("the ACh level is unknown: fields.level is null")
    else:
        found = number(value_at(record, fields.level), fields.level)
    nearest = min(levels, key=lambda level: abs(level - found))
    if not abs(nearest - found) <= _SAME_LEVEL:
        raise DoesNotFitError(
            f"ACh level {found:g} is not in acetylcholine.levels={list(levels)}"
        )
    return nearest


def _same(record: Any, name: str, path: str | None, expected: Expected) -> Any:
    """Return the expected value, if the file states the same or nothing."""
    wanted = getattr(expected, name)
    if path is not None and (found := value_at(record, path)) != wanted:
        key = {"duration_s": "simulation.duration_s", "n_units": "statistics.n_units"}
        raise DoesNotFitError(
            f"{path} is {shown(found)}, but recordings are described with "
            f"{key[name]}={wanted:g}"
        )
    return wanted


def _outcome(
    record: Any,
    statistics: Mapping[str, float | None],
    fields: Fields,
    runaway_hz: float,
) -> str:
    if fields.outcome is not None:
        found = value_at(record, fields.outcome)
        if found not in list(Outcome):
            raise DoesNotFitError(
                f"{fields.outcome} is {shown(found)}; known: {', '.join(Outcome)}"
            )
        return found
    if all(value is None for value in statistics.values()):
        return Outcome.NOT_FINITE.value
    rate_hz = statistics["mean_rate"]
    if rate_hz == 0:
        return Outcome.SILENT.value
    fast = rate_hz is not None and rate_hz > runaway_hz
    return (Outcome.RUNAWAY if fast else Outcome.OK).value


def _parameters(document: Any, fields: Fields, expected: Expected) -> dict[str, float]:
    values = {}
    for name, allowed in expected.prior.items():
        value = _value(document, name, fields.parameters, fields)
        if value is None:
            raise DoesNotFitError(f"parameter {name} is missing")
        values[name] = value
        slack = _ROUNDING * (allowed.high - allowed.low)
        if not allowed.low - slack <= value <= allowed.high + slack:
            raise DoesNotFitError(
                f"parameter {name} is {value:g}, outside prior.{name}, "
                f"{allowed.low:g} to {allowed.high:g}"
            )
    return values


def _statistics(record: Any, fields: Fields) -> dict[str, float | None]:
    return {
        name: _value(record, name, fields.statistics, fields)
        for name in STATISTIC_NAMES
    }


def _value(node: Any, name: str, parent: str | None, fields: Fields) -> float | None:
    """Return a parameter or statistic; None if it is undefined."""
    source = fields.elsewhere.get(name, f"{parent}.{name}" if parent else name)
    if source is None or isinstance(source, int | float):
        return source
    if isinstance(source, Scaled):
        value = number_at(node, source.path)
        return None if value is None else value * source.times
    return number_at(node, source)
