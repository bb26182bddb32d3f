"""One JSON file of an archive as rows of our tables, or the reason why it does not fit.

The defaults of ``config.yaml`` describe the files that `documents` writes; other files
need other key paths, never other code.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from minicolumn.archives.unpack import printable
from minicolumn.config.archives import Fields, Scaled
from minicolumn.config.physics import Range
from minicolumn.mechanisms import VARIANTS, Mechanism
from minicolumn.outcomes import Outcome
from minicolumn.parameters import PARAMETER_NAMES
from minicolumn.shards import FIRST_MOUSE_CIRCUIT
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.tables import SIMULATED_STATISTICS

# Columns that are no statistic of a published archive.
_KEYS = ("circuit_id", "mechanism", "level", "outcome", "duration_s", "n_units")
_OTHERS = tuple(
    name
    for name in SIMULATED_STATISTICS.names
    if name not in (*_KEYS, *STATISTIC_NAMES)
)
_SAME_LEVEL = 1e-6
_ROUNDING = 1e-9  # of a prior's end, relative to its width
_SHOWN_KEYS = 6


class DoesNotFitError(ValueError):
    """A file is not what the mapping and the configuration say; the message is why."""


@dataclass(frozen=True)
class Expected:
    """What the run needs circuits to be like.

    Attributes
    ----------
    prior
        Every parameter lies within its range.
    levels
        The ACh levels; no others are known to later stages.
    duration_s, n_units
        Length of the windows and size of the subsets that statistics describe: the same
        as for recordings, or the two could not be compared.
    runaway_hz
        Tells a runaway simulation, where the files do not say how one ended.
    """

    prior: Mapping[str, Range]
    levels: tuple[float, ...]
    duration_s: float
    n_units: int
    runaway_hz: float


@dataclass(frozen=True)
class Circuit:
    """What one file says.

    Attributes
    ----------
    circuit_id
        Identity of the circuit.
    parameters
        By name, as in `parameters.PARAMETER_NAMES`.
    simulations
        Rows of `tables.SIMULATED_STATISTICS`, in the order of the file.
    """

    circuit_id: int
    parameters: dict[str, float]
    simulations: list[dict[str, Any]]


def read_circuit(
    name: str, content: bytes, mechanism: Mechanism, fields: Fields, expected: Expected
) -> Circuit:
    """Return what a file says.

    Parameters
    ----------
    name
        Its name in the archive, which may hold the circuit's number.
    content
        JSON in UTF-8; NaN stands for an undefined statistic, as null does.
    mechanism
        Of the archive.
    fields
        Where things stand in the file.
    expected
        What must hold.

    Raises
    ------
    DoesNotFitError
        With the reason.
    """
    document = _object(_parsed(content), "the file")
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
            "it has no simulation" if not levels else "two simulations share a level"
        )
    return Circuit(circuit_id, _parameters(document, fields, expected), simulations)


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DoesNotFitError(f"it is not JSON: {printable(str(error))}") from None


def _check_mechanism(document: Any, mechanism: Mechanism, fields: Fields) -> None:
    if fields.mechanism is None:
        return
    said = _at(document, fields.mechanism)
    if said not in (mechanism, VARIANTS[mechanism]):
        raise DoesNotFitError(
            f"{fields.mechanism} is {_shown(said)}, in the archive of {mechanism}"
        )


def _circuit_id(document: Any, name: str, fields: Fields) -> int:
    path = fields.circuit_id
    said = name.rsplit("/", 1)[-1] if path is None else _at(document, path)
    if isinstance(said, str) and (numbers := re.findall(r"\d{1,18}", said)):
        said = int(numbers[-1])
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    where = path or "the name"
    if isinstance(said, bool) or not isinstance(said, int):
        raise DoesNotFitError(f"{where} is {_shown(said)}, which holds no whole number")
    if not 0 <= said < FIRST_MOUSE_CIRCUIT:
        raise DoesNotFitError(
            f"{where} is {_shown(said)}: circuits are numbered from 0 to "
            f"{FIRST_MOUSE_CIRCUIT - 1}"
        )
    return said


def _records(document: Any, fields: Fields) -> list[tuple[str | None, Any]]:
    """Return the record of each level, with its key where levels are keys."""
    if fields.simulations is None:
        return [(None, document)]
    records = _at(document, fields.simulations)
    if isinstance(records, dict):
        return list(records.items())
    if isinstance(records, list):
        return [(None, record) for record in records]
    raise DoesNotFitError(
        f"{fields.simulations} is {_shown(records)}, no list and no object"
    )


def _simulation(
    record: Any, key: str | None, fields: Fields, expected: Expected
) -> dict[str, Any]:
    record = _object(record, "a simulation")
    statistics = _statistics(record, fields)
    ended = _ended(record, statistics, fields, expected.runaway_hz)
    return {
        "level": _level(record, key, fields, expected.levels),
        "outcome": ended,
        "duration_s": _same(record, "duration_s", fields.duration_s, expected),
        "n_units": _same(record, "n_units", fields.n_units, expected),
        **statistics,
        **{name: _optional(record, name) for name in _OTHERS},
    }


def _optional(record: Mapping[str, Any], name: str) -> float | None:
    """Return a value that only our own archives have; None where there is none."""
    return _defined(record, name) if name in record else None


def _level(
    record: Any, key: str | None, fields: Fields, levels: tuple[float, ...]
) -> float:
    if key is not None:
        try:
            said = float(key)
        except ValueError:
            raise DoesNotFitError(f"{_shown(key)} is no ACh level") from None
    elif fields.level is None:
        raise DoesNotFitError("nothing says its ACh level, and fields.level is null")
    else:
        said = _number(_at(record, fields.level), fields.level)
    nearest = min(levels, key=lambda level: abs(level - said))
    if not abs(nearest - said) <= _SAME_LEVEL:
        raise DoesNotFitError(
            f"ACh level {said:g} is none of acetylcholine.levels={list(levels)}"
        )
    return nearest


def _same(record: Any, name: str, path: str | None, expected: Expected) -> Any:
    """Return what is expected, if the file says the same or nothing."""
    wanted = getattr(expected, name)
    if path is not None and (said := _at(record, path)) != wanted:
        key = {"duration_s": "simulation.duration_s", "n_units": "statistics.n_units"}
        raise DoesNotFitError(
            f"{path} is {_shown(said)}, but recordings are described with "
            f"{key[name]}={wanted:g}"
        )
    return wanted


def _ended(
    record: Any,
    statistics: Mapping[str, float | None],
    fields: Fields,
    runaway_hz: float,
) -> str:
    if fields.outcome is not None:
        said = _at(record, fields.outcome)
        if said not in list(Outcome):
            raise DoesNotFitError(
                f"{fields.outcome} is {_shown(said)}; known: {', '.join(Outcome)}"
            )
        return said
    rate_hz = statistics["mean_rate"]
    if rate_hz is None:
        return Outcome.NOT_FINITE.value
    if rate_hz == 0:
        return Outcome.SILENT.value
    return (Outcome.RUNAWAY if rate_hz > runaway_hz else Outcome.OK).value


def _parameters(document: Any, fields: Fields, expected: Expected) -> dict[str, float]:
    values = {}
    for name in PARAMETER_NAMES:
        value = _value(document, name, fields.parameters, fields)
        if value is None:
            raise DoesNotFitError(f"parameter {name} is missing")
        values[name] = value
        allowed = expected.prior[name]
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
    """Return a parameter or statistic by our name; None where it is undefined."""
    source = fields.elsewhere.get(name, f"{parent}.{name}" if parent else name)
    if source is None or isinstance(source, int | float):
        return source
    if isinstance(source, Scaled):
        value = _defined(node, source.path)
        return None if value is None else value * source.times
    return _defined(node, source)


def _defined(node: Any, path: str) -> float | None:
    """Return a number; None for null and NaN."""
    said = _at(node, path)
    if said is None or (isinstance(said, float) and math.isnan(said)):
        return None
    return _number(said, path)


def _number(said: Any, path: str) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise DoesNotFitError(f"{path} is {_shown(said)}, no number")
    try:
        value = float(said)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise DoesNotFitError(f"{path} is {_shown(said)}, no finite number")
    return value


def _at(node: Any, path: str) -> Any:
    """Return what stands at a dotted path; a key may itself hold dots."""
    steps = path.split(".")
    while steps:
        if not isinstance(node, dict):
            above = ".".join(steps)
            raise DoesNotFitError(f"it has no {path}: above {above} is {_shown(node)}")
        keys = (".".join(steps[:n]) for n in range(len(steps), 0, -1))
        key = next((key for key in keys if key in node), None)
        if key is None:
            raise DoesNotFitError(f"it has no {path}; there is {_keys(node)}")
        node = node[key]
        del steps[: key.count(".") + 1]
    return node


def _keys(node: Mapping[str, Any]) -> str:
    shown = [printable(key, 40) for key in list(node)[:_SHOWN_KEYS]]
    return ", ".join([*shown, "..."] if len(node) > _SHOWN_KEYS else shown)


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DoesNotFitError(f"{what} is {_shown(value)}, no object")
    return value


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    try:
        return printable(repr(value), 60)
    except ValueError:  # an integer of thousands of digits
        return "an overlong number"
