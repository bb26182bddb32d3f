"""How numbers and names are written for people."""

import math
from collections.abc import Collection, Sequence

from minicolumn.statistics.names import STATISTICS
from minicolumn.surrogates.names import TRAINING_SETS

DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
MISSING = DASH  # what an undefined value looks like: never 0

ARCHITECTURES = {
    "transformer": "Transformer",
    "mlp": "MLP",
    "xgboost": "XGBoost",
    "mean": "mean",
    "ridge": "ridge on logs",
    "nearest": "nearest rows",
}
_UNITS = {"1": "no unit", "log10": "log₁₀ units"}
UNIT_OF = {s.name: _UNITS.get(s.unit, s.unit) for s in STATISTICS}


def number(value: float | None, digits: int = 3) -> str:
    """Return a number with ``digits`` significant digits; a dash if undefined."""
    if value is None or math.isnan(value):
        return MISSING
    if isinstance(value, int):
        return f"{value:,}".replace("-", MINUS)
    # + 0.0 turns a negative zero into a plain one.
    return f"{value + 0.0:.{digits}g}".replace("-", MINUS)


def whole(count: float | None) -> str:
    """Return a count, whatever type a table keeps it in; a dash if undefined."""
    return MISSING if count is None or math.isnan(count) else number(int(count))


def percent(fraction: float | None) -> str:
    """Return a fraction as a percentage; a dash if undefined."""
    if fraction is None or math.isnan(fraction):
        return MISSING
    return f"{100 * fraction + 0.0:.1f} %".replace("-", MINUS)


def points(fraction: float | None) -> str:
    """Return a difference of two fractions in percentage points, with its sign."""
    if fraction is None or math.isnan(fraction):
        return MISSING
    return f"{100 * fraction + 0.0:+.1f}".replace("-", MINUS)


def interval(bounds: Sequence[float] | None) -> str:
    """Return two fractions as a percentage range; a dash if undefined."""
    if bounds is None:
        return MISSING
    low, high = bounds
    return f"{100 * low:.0f}{DASH}{100 * high:.0f} %"


def limits(bounds: Sequence[float] | None) -> str:
    """Return two numbers as a range; a dash if undefined."""
    if bounds is None:
        return MISSING
    return " to ".join(decimals(bound) for bound in bounds)


def points_limits(bounds: Sequence[float] | None) -> str:
    """Return two differences of fractions as a range in percentage points."""
    if bounds is None:
        return MISSING
    return " to ".join(points(bound) for bound in bounds)


def p_value(p: float | None) -> str:
    """Return a p-value; below 0.0001 only that."""
    if p is None or math.isnan(p):
        return MISSING
    return "< 0.0001" if p < 1e-4 else f"{p:.2g}"


def p_equals(p: float | None) -> str:
    """Return a p-value as it follows the letter p: "= 0.5" or "< 0.0001"."""
    text = p_value(p)
    return text if text.startswith("<") else f"= {text}"


def architecture(name: str) -> str:
    """Return what people call an architecture."""
    return ARCHITECTURES.get(name, name)


def decimals(value: float | None, places: int = 2) -> str:
    """Return a number with a fixed number of decimals; a dash if undefined."""
    if value is None or math.isnan(value):
        return MISSING
    return f"{round(value, places) + 0.0:.{places}f}".replace("-", MINUS)


def architecture_order(name: str) -> tuple[int, str]:
    """Return where an architecture belongs in every list, whatever its scores."""
    known = list(ARCHITECTURES)
    return (known.index(name) if name in known else len(known)), name


def place(architecture: str, training_set: str) -> tuple[tuple[int, str], int]:
    """Return where a model belongs in every list."""
    sets = (*TRAINING_SETS, training_set)
    return architecture_order(architecture), sets.index(training_set)


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun: "1 session", "2 sessions"."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def n_range(found: Collection[int]) -> str:
    """Return the range of some counts: "5" if all are equal, else the two ends."""
    low, high = min(found), max(found)
    return f"{low:,}" if low == high else f"{low:,}{DASH}{high:,}"


def listed(parts: Sequence[str]) -> str:
    """Return parts as an enumeration: "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
