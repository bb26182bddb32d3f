"""What the report says of the domain gap and of rate matching."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.report.results import where
from minicolumn.report.wording import counted, listed, p_equals, percent
from minicolumn.statistics.names import MATCHED_NAMES, STATISTIC_NAMES, raw_name

STATES = ("stationary", "running")
SIGNIFICANT = 0.05

Margin = Mapping[str, Any]


def margins(cohort: Mapping[str, Any]) -> dict[str, dict[str, Margin]]:
    """Return the margins of ``domain/domain.json`` by statistic and state."""
    found: dict[str, dict[str, Margin]] = {name: {} for name in STATISTIC_NAMES}
    for margin in cohort["margins"]:
        found[margin["statistic"]][margin["state"]] = margin
    return found


def share_outside(margin: Margin) -> float | None:
    """Return the share of defined epochs outside; None where undefined."""
    if margin["n_outside"] is None or not margin["n_defined"]:
        return None
    return margin["n_outside"] / margin["n_defined"]


def domain_sentence(cohort: Mapping[str, Any]) -> str:
    """Return whether recordings could be simulations, and no more than that."""
    sessions = cohort["coverage"]
    if cohort["p"] is None or not sessions["n_judged"]:
        return (
            "No recorded epoch could be compared with enough simulations, so it is not "
            "known whether the recordings lie where the surrogates have learned."
        )
    inside = (
        f"{sessions['n_inside']} of {counted(sessions['n_judged'], 'session')} "
        f"({percent(sessions['fraction'])}) "
        f"{'lies' if sessions['n_inside'] == 1 else 'lie'} inside the simulated domain"
    )
    if cohort["p"] < SIGNIFICANT:
        return (
            f"As a cohort, the recordings are told from simulations "
            f"(p {p_equals(cohort['p'])} over {_tests(cohort)}), so predictions for "
            f"them are extrapolations; {inside}."
        )
    return (
        "As a cohort, the recordings are not told from simulations "
        f"(p {p_equals(cohort['p'])} over {_tests(cohort)}); {inside}. That does not "
        "show that they are alike: a small cohort can hide a difference."
    )


def _tests(cohort: Mapping[str, Any]) -> str:
    n = sum(bool(one[test]) for one in cohort["states"].values() for test in _TESTS)
    return counted(n, "test")


_TESTS = ("mmd", "c2st")


def rate_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per statistic: its cohort, its mechanisms, its sessions.

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
