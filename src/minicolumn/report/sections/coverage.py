"""How often the surrogates' predictive intervals hold the truth."""

from collections.abc import Sequence
from typing import Any

from minicolumn.report.results import Results, SurrogateRecord
from minicolumn.report.sections.learned import in_order

NEAR_COVERAGE = 0.03


def content(results: Results) -> dict[str, Any]:
    """Return the rows of the table."""
    return {"rows": interval_rows(in_order(results.surrogates))}


def interval_rows(surrogates: Sequence[SurrogateRecord]) -> list[dict[str, Any]]:
    """Return the coverage of each surrogate's intervals, over statistics and levels."""
    rows = []
    for one in surrogates:
        found = one.metrics.intervals
        statistics = [s for s in found.statistics.values() if s.share is not None]
        shares = [s.share for s in statistics if s.share is not None]
        levels = [at for s in statistics for at in s.by_level if at.n]
        asked = 1 - found.miscoverage
        rows.append(
            {
                "architecture": one.architecture,
                "training_set": one.training_set,
                "asked": asked,
                "share": found.share,
                "lowest": min(shares, default=None),
                "highest": max(shares, default=None),
                "near": sum(abs(share - asked) <= NEAR_COVERAGE for share in shares),
                "n_statistics": len(statistics),
                "allowed": sum(_is_allowed(at) for at in levels),
                "n_levels": len(levels),
                "thirds": _mean_thirds(statistics),
            }
        )
    return rows


def _is_allowed(at: Any) -> bool:
    low, high = at.allowed
    return low <= at.share <= high


def _mean_thirds(statistics: Sequence[Any]) -> list[float | None]:
    thirds = [s.thirds for s in statistics if None not in s.thirds]
    if not thirds:
        return [None] * 3
    return [sum(column) / len(thirds) for column in zip(*thirds, strict=True)]
