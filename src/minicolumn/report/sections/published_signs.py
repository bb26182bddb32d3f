"""Published effects of acetylcholine, and which mechanisms reproduce them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.prediction.bank import at_level
from minicolumn.report.results import Results
from minicolumn.report.sections.doses import median_interval
from minicolumn.scoring.published_signs import SIGNS, PublishedSign, Reproduction
from minicolumn.statistics.names import STATISTIC_NAMES


class Simulated(NamedTuple):
    """The median change of a mechanism's circuits, and whether it is the published."""

    median: float
    low: float
    high: float
    reproduced: Reproduction


class Row(NamedTuple):
    """One published effect, and what each mechanism does."""

    published: PublishedSign
    simulated: Mapping[str, Simulated]


def content(results: Results) -> dict[str, Any]:
    """Return the rows of the table, and how many effects each mechanism reproduces."""
    rows = sign_rows(results.simulated, results.config["states"]["levels"])
    return {"rows": rows, "mechanisms": MECHANISMS, "reproduced": count(rows)}


def sign_rows(simulated: pd.DataFrame, states: Mapping[str, float]) -> list[Row]:
    """Compare each published sign with simulated changes from rest to running.

    ``simulated`` is of the kind `tables.SIMULATED_STATISTICS`, and ``states`` are the
    ACh levels of both.
    """
    keys = ["circuit_id", "mechanism", "level"]
    table = pa.Table.from_pandas(
        simulated[[*keys, *STATISTIC_NAMES]], preserve_index=False
    )
    changes = {
        mechanism: at_level(table, mechanism, states["running"])
        - at_level(table, mechanism, states["stationary"])
        for mechanism in MECHANISMS
    }
    return [
        Row(sign, {name: _compared(sign, changes[name]) for name in MECHANISMS})
        for sign in SIGNS
    ]


def count(rows: list[Row]) -> dict[str, tuple[int, int]]:
    """Return how many effects of ACh each mechanism reproduces, and of how many.

    Effects of arousal and running are none of ACh alone, and do not count.
    """
    scored = [r for r in rows if r.published.cholinergic and r.published.statistic]
    return {
        name: (
            sum(r.simulated[name].reproduced == Reproduction.YES for r in scored),
            len(scored),
        )
        for name in MECHANISMS
    }


def _compared(sign: PublishedSign, change: pd.DataFrame) -> Simulated:
    values = [] if sign.statistic is None else change[sign.statistic].dropna()
    median, low, high = median_interval(values)
    return Simulated(median, low, high, sign.reproduced(low, high))
