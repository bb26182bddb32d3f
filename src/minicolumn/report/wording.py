"""How numbers and names are written for people."""

import functools
import math
from collections.abc import Callable, Collection, Sequence
from typing import Concatenate, ParamSpec

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
_LABELS = {
    "mean_rate": "Mean rate",
    "rate_cv": "Spread of rates (CV)",
    "cv_isi": "CV of intervals",
    "lv": "Local variation",
    "burst_fraction": "Burst fraction",
    "fano": "Fano factor",
    "pairwise_corr": "Pairwise correlation",
    "synchrony_index": "Synchrony index",
    "peak_freq": "Peak frequency",
    "spectral_power": "Spectral power",
    "low_gamma_ratio": "Low/gamma power ratio",
    "fast_corr": "Fast correlation",
}
_UNITS = {"1": "", "log10": "log₁₀ units"}
UNIT_OF = {s.name: _UNITS.get(s.unit, s.unit) for s in STATISTICS}

Options = ParamSpec("Options")
Writer = Callable[Concatenate[float, Options], str]
Forgiving = Callable[Concatenate[float | None, Options], str]


def _or_dash(write: Writer[Options]) -> Forgiving[Options]:
    """Write a dash for what is undefined, and minus signs as such."""

    @functools.wraps(write)
    def written(
        value: float | None, *args: Options.args, **kwargs: Options.kwargs
    ) -> str:
        if value is None or math.isnan(value):
            return MISSING
        # + 0.0 turns a negative zero into a plain one.
        plain = value if isinstance(value, int) else value + 0.0
        return write(plain, *args, **kwargs).replace("-", MINUS)

    return written


def _range(bounds: Sequence[float] | None, write: Callable[[float], str]) -> str:
    return MISSING if bounds is None else " to ".join(map(write, bounds))


@_or_dash
def number(value: float, digits: int = 3) -> str:
    """Return a number with ``digits`` significant digits."""
    return f"{value:,}" if isinstance(value, int) else f"{value:.{digits}g}"


@_or_dash
def whole(count: float) -> str:
    """Return a count, whatever type a table keeps it in."""
    return f"{int(count):,}"


@_or_dash
def percent(fraction: float) -> str:
    """Return a fraction as a percentage."""
    return f"{100 * fraction:.1f} %"


@_or_dash
def points(fraction: float) -> str:
    """Return a difference of two fractions in percentage points, with its sign."""
    return f"{100 * fraction:+.1f}"


@_or_dash
def decimals(value: float, places: int = 2) -> str:
    """Return a number with a fixed number of decimals."""
    return f"{round(value, places) + 0.0:.{places}f}"


@_or_dash
def p_value(p: float) -> str:
    """Return a p-value; below 0.0001 only that."""
    return "< 0.0001" if p < 1e-4 else f"{p:.2g}"


def p_equals(p: float | None) -> str:
    """Return a p-value as it follows the letter p: "= 0.5" or "< 0.0001"."""
    text = p_value(p)
    return text if text.startswith("<") else f"= {text}"


def interval(bounds: Sequence[float] | None) -> str:
    """Return two fractions as a percentage range; a dash if undefined."""
    if bounds is None:
        return MISSING
    return f"{DASH.join(f'{100 * bound:.0f}' for bound in bounds)} %"


def limits(bounds: Sequence[float] | None) -> str:
    """Return two numbers as a range; a dash if undefined."""
    return _range(bounds, decimals)


def points_limits(bounds: Sequence[float] | None) -> str:
    """Return two differences of fractions as a range in percentage points."""
    return _range(bounds, points)


def label(statistic: str) -> str:
    """Return what people call a statistic; one that a user adds has its name."""
    return _LABELS.get(statistic, statistic)


def architecture(name: str) -> str:
    """Return what people call an architecture."""
    return ARCHITECTURES.get(name, name)


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
    return DASH.join(f"{n:,}" for n in sorted({min(found), max(found)}))


def listed(parts: Sequence[str]) -> str:
    """Return parts as an enumeration: "a, b and c"."""
    *first, last = parts or [""]
    return f"{', '.join(first)} and {last}" if first else last
