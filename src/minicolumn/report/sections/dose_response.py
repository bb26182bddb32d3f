"""Whether statistics follow acetylcholine within sessions, as pupil and speed tell."""

from collections.abc import Sequence
from typing import Any

from minicolumn.report.results import Results
from minicolumn.report.wording import label as labeled, listed
from minicolumn.scoring.dose_response import (
    ALL_EPOCHS,
    ALPHA,
    SCOPES,
    WITHIN_STATES,
    Followed,
)

_WHERE = {ALL_EPOCHS: "Over all epochs", WITHIN_STATES: "Within states"}


def content(results: Results) -> dict[str, Any] | None:
    """Return the rows of the table, and a sentence; None without a pupil."""
    found = results.dose_response
    if found is None:
        return None
    rows: dict[str, dict[str, Followed]] = {}
    for one in found.followed:
        rows.setdefault(one.statistic, {})[one.scope] = one
    return {
        "found": found,
        "rows": rows,
        "scopes": SCOPES,
        "said": said(found.followed),
        "alpha": ALPHA,
    }


def said(followed: Sequence[Followed]) -> str:
    """Return which statistics follow the index, in one sentence for each scope."""
    if not followed:
        return "No session has an index in enough epochs."
    return " ".join(
        f"{where}, {_named(followed, scope)} can be said to follow the index."
        for scope, where in _WHERE.items()
    )


def _named(followed: Sequence[Followed], scope: str) -> str:
    names = [
        f"{labeled(one.statistic).lower()} ({'up' if one.rho > 0 else 'down'})"
        for one in followed
        if one.scope == scope and one.rho is not None
        if one.p_max is not None and one.p_max < ALPHA
    ]
    return listed(names) if names else "no statistic"
