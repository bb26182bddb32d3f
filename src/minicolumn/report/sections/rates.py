"""Changes at matched firing rates: whether more than the rate changed."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.report.results import Results, where
from minicolumn.report.wording import listed
from minicolumn.statistics.names import MATCHED_NAMES, raw_name


def content(results: Results) -> dict[str, Any]:
    """Return the rows of the table."""
    return {"rows": rate_rows(results.rate_matching), "mechanisms": MECHANISMS}


def rate_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per statistic: its cohort, its mechanisms and its sessions.

    ``table`` is of the kind `tables.RATE_MATCHING`.
    """
    rows = []
    for name in map(raw_name, MATCHED_NAMES):
        mine = where(table, statistic=name)
        sessions = where(mine, source="session")["finding"]
        cohort = where(mine, source="cohort").to_dict("records")
        rows.append(
            {
                "statistic": name,
                "cohort": cohort[0] if cohort else None,
                "simulated": {
                    one["source"]: one
                    for one in mine.to_dict("records")
                    if one["source"] in MECHANISMS
                },
                "sessions": _counts(list(sessions)),
            }
        )
    return rows


def _counts(findings: Sequence[str]) -> str:
    distinct = sorted(set(findings), key=lambda one: (-findings.count(one), one))
    return listed([f"{findings.count(one)} {one}" for one in distinct])
