"""The process behind `preview`: load one extension and try what it adds.

python -m minicolumn.api.previewed MADE.parquet EXTENSION.py CONFIG.yaml [OVERLAY.yaml]
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from minicolumn.api.configured import config_of
from minicolumn.errors import ExtensionError, MinicolumnError
from minicolumn.keys import Stream, generator
from minicolumn.registry.lookup import Entry, Kind, added, announce
from minicolumn.yaml_files import read_yaml

if TYPE_CHECKING:  # after the extension is loaded
    from minicolumn.config import Config

Row = dict[str, Any]


def preview_here(extension: Path, base: Path, *overlays: Path) -> pd.DataFrame:
    """Return what `preview` returns; nothing may have been imported that knows names.

    Raises
    ------
    ExtensionError
        If the file adds nothing, or what it adds fails.
    """
    settings = [read_yaml(one) for one in (base, *overlays)]
    announce([extension])
    from minicolumn.config.settings import settings_of

    config = config_of(settings_of(*settings, {"extensions": [str(extension)]}))
    found = added()
    if not found:
        raise ExtensionError(
            f"{extension} adds nothing: put a decorator of minicolumn.registry over "
            "the function (docs/extending.md)"
        )
    rows = [
        {"kind": one.kind, "name": one.name} | row
        for one in found
        for row in _tried(one, config)
    ]
    return pd.DataFrame(rows)


def _tried(one: Entry, config: "Config") -> list[Row]:
    from minicolumn.extension_checks.calls import check, explained

    check(one, config)
    with explained(one):
        return list(_TRIALS[one.kind](one, config))


def _mechanism(one: Entry, config: "Config") -> Iterator[Row]:
    from minicolumn.circuits.acetylcholine import concentration_uM, condition_of
    from minicolumn.circuits.distributions import at_quantile
    from minicolumn.circuits.family import DOSE

    # The dose in the middle of the prior, for each circuit has another.
    ach = config.acetylcholine.at_dose(float(at_quantile(config.prior[DOSE], 0.5)))
    conditions = {x: condition_of(one.name, x, ach) for x in ach.levels}
    flat = {level: _flat(vars(made)) for level, made in conditions.items()}
    nothing = {key: 1.0 if key.startswith("release.") else 0.0
               for row in flat.values() for key in row}  # fmt: skip
    for level, row in flat.items():
        yield (
            {
                "level": level,
                "concentration_uM": concentration_uM(level, ach),
            }
            | nothing
            | row
        )


def _rival(one: Entry, config: "Config") -> Iterator[Row]:
    from minicolumn.mice.rivals import condition_of_rival, strengths

    for quantile in np.linspace(0.0, 1.0, 6):
        strength = strengths(one.name).at(quantile)
        condition = condition_of_rival(one.name, strength)
        yield {"strength": strength} | _flat(vars(condition))


def _flat(condition: Mapping[str, Any]) -> Row:
    row: Row = {}
    for name, value in condition.items():
        if isinstance(value, Mapping):
            row |= {f"{name}.{key}": float(part) for key, part in value.items()}
        else:
            row[name] = len(value) if isinstance(value, tuple) else float(value)
    return row


def _statistic(one: Entry, config: "Config") -> Iterator[Row]:
    from minicolumn.statistics.describe import describe
    from minicolumn.statistics.trains import cut_window

    for window, units in _spikes(10.0).items():
        value = describe(cut_window(units, 0.0, 10.0).rounded_to_ms())[one.name]
        yield {"spikes": window, "value": value, "unit": one.about["unit"]}


def _spikes(duration_s: float) -> dict[str, list[Any]]:
    """Return windows of 20 units whose statistics are known."""
    rng = generator(0, Stream.POISSON, 0)

    def poisson(rate_hz: float) -> Any:
        return np.sort(rng.uniform(0, duration_s, rng.poisson(rate_hz * duration_s)))

    together = poisson(10.0)
    return {
        "Poisson, 2 Hz": [poisson(2.0) for _ in range(20)],
        "Poisson, 10 Hz": [poisson(10.0) for _ in range(20)],
        "Poisson, 10 Hz, all units alike": [together] * 20,
        "clocks, 10 Hz": [np.arange(0.001 * k, duration_s, 0.1) for k in range(20)],
        "silent": [np.array([])] * 20,
    }


def _distribution(one: Entry, config: "Config") -> Iterator[Row]:
    from minicolumn.circuits.distributions import at_quantile, quantile_of
    from minicolumn.config import Range

    allowed = Range(low=1.0, high=10.0, scale=one.name, source="a preview")
    quantiles = np.linspace(0.0, 1.0, 11)
    values = np.array([float(at_quantile(allowed, float(q))) for q in quantiles])
    again = quantile_of(allowed, values)
    for quantile, value, back in zip(quantiles, values, again, strict=True):
        yield {"quantile": quantile, "value": value, "quantile_of_value": float(back)}


def _surrogate(one: Entry, config: "Config") -> Iterator[Row]:
    from minicolumn.statistics.names import STATISTIC_NAMES, STATISTICS
    from minicolumn.surrogates.dataset import TestRows, TrainingRows, ValidationRows
    from minicolumn.surrogates.models import fit

    rng = generator(0, Stream.SURROGATE_BOOTSTRAP, 0)
    names = (*config.prior, "level")
    lowest = np.array([max(one.domain[0], -1.0) for one in STATISTICS])

    def rows(kind: type, n: int) -> Any:
        inputs = rng.uniform(0.0, 1.0, (n, len(names)))
        targets = lowest + 0.2 + 0.1 * inputs[:, :1]  # within all domains
        return kind(inputs, targets, np.arange(n), {}, names)

    test = rows(TestRows, 200)
    made = fit(one.name, rows(TrainingRows, 500), rows(ValidationRows, 200), {}, seed=0)
    error = np.square(made.predict(test.inputs) - test.targets).mean(axis=0)
    shares = 1 - error / test.targets.var(axis=0)
    for name, share in zip(STATISTIC_NAMES, shares, strict=True):
        yield {"statistic": name, "r2_of_a_line": share}


def _family(one: Entry, config: "Config") -> Iterator[Row]:
    from minicolumn.circuits.family import family

    for parameter in family(one.name).parameters:
        yield {"parameter": parameter.name, "unit": parameter.unit}


def _recordings(one: Entry, config: "Config") -> Iterator[Row]:
    yield {"file": str(one.file)}


_TRIALS: dict[Kind, Callable[[Entry, Any], Iterator[Row]]] = {
    "mechanism": _mechanism,
    "rival": _rival,
    "statistic": _statistic,
    "distribution": _distribution,
    "surrogate": _surrogate,
    "family": _family,
    "recordings": _recordings,
}


def main() -> None:
    """Write the preview of the extension that the command line names."""
    made, *files = map(Path, sys.argv[1:])
    try:
        preview_here(*files).to_parquet(made)
    except MinicolumnError as error:
        sys.exit(" ".join(str(error).split()))


if __name__ == "__main__":
    main()
