"""Rows of the report's tables, as plain values."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.outcomes import SESSION_OK, Outcome
from minicolumn.report.results import Results, SurrogateRecord
from minicolumn.report.wording import architecture_order
from minicolumn.scoring.evidence import critical_matches, power
from minicolumn.scoring.published import PUBLISHED
from minicolumn.scoring.verdict import Verdict
from minicolumn.statistics.names import STATISTIC_NAMES
from minicolumn.surrogates.names import TRAINING_SETS

POWER_AT = (0.75, 0.85, 0.9)  # true accuracies
_COUNTED = ("n_running", "n_stationary", "sessions", "with_both")
_OUTCOMES = tuple(outcome.value for outcome in Outcome)

Cell = Mapping[str, Any]


def main_architecture(scores: Mapping[str, Any]) -> str | None:
    """Return the architecture shown first, as declared beforehand; None without any."""
    return scores["primary"]["architecture"] if scores["scores"] else None


def run_facts(results: Results) -> list[tuple[str, str]]:
    """Return what was run, as pairs of a name and a value."""
    simulated, config = results.simulated, results.config
    levels = sorted(simulated["level"].unique())
    states = config["states"]
    return [
        ("Circuits", _circuits(results)),
        ("Mechanisms", ", ".join(MECHANISMS)),
        ("ACh levels", f"{len(levels)}: {', '.join(f'{level:g}' for level in levels)}"),
        ("Simulations", f"{len(simulated):,}"),
        ("Window T", f"{config['simulation']['duration_s']:g} s on both sides"),
        (
            "Matched units",
            f"{config['statistics']['n_units']} per window, mean over "
            f"{config['statistics']['n_subsets']} random subsets",
        ),
        (
            "ACh level assumed",
            f"{states['stationary']:g} at rest, {states['running']:g} while running "
            "(a choice, not an observation)",
        ),
        ("Sessions", f"{len(results.sessions):,}, {results.n_scored:,} scored"),
        ("Recorded epochs", _epochs(results.recorded)),
        ("Surrogates", f"{len(results.surrogates)}"),
    ]  # fmt: skip


def _circuits(results: Results) -> str:
    n = results.simulated["circuit_id"].nunique()
    if results.refused is None:
        return f"{n:,}"
    return f"{n:,}, imported from archives and not simulated by this run"


def refused_files(results: Results, most: int = 20) -> list[dict[str, Any]]:
    """Return the first files of archives that did not fit, and why."""
    if results.refused is None:
        return []
    shown = results.refused.head(most)
    return [
        {str(name): value for name, value in row.items()}
        for row in shown.to_dict("records")
    ]


def _epochs(recorded: pd.DataFrame) -> str:
    counts = recorded["state"].value_counts()
    return (
        f"{counts.get('stationary', 0):,} stationary, {counts.get('running', 0):,} "
        "running"
    )


def simulation_outcomes(simulated: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the number of simulations by mechanism and outcome."""
    counts = simulated.groupby(["mechanism", "outcome"]).size().to_dict()
    others = sorted(set(simulated["outcome"]) - set(_OUTCOMES))
    return [
        {
            "mechanism": mechanism,
            "counts": {
                outcome: int(counts.get((mechanism, outcome), 0))
                for outcome in (*_OUTCOMES, *others)
            },
        }
        for mechanism in MECHANISMS
    ]


def session_outcomes(sessions: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the number of sessions by outcome, scored ones first."""
    counts = sessions["outcome"].value_counts()
    ordered = sorted(
        counts.items(), key=lambda item: (item[0] != SESSION_OK, str(item[0]))
    )
    return [{"outcome": str(name), "n": int(n)} for name, n in ordered]


def sensitivity_rows(results: Results) -> list[dict[str, Any]]:
    """Return how many epochs and sessions each rule finds, in the order they came.

    Sessions with too few units count under no rule.
    """
    fewest = results.config["statistics"]["n_units"]
    rows: dict[tuple[str, str, float], dict[str, int]] = {}
    for one in results.epoch_counts.to_dict("records"):
        key = (one["thresholds"], one["stimulus"], one["window_s"])
        row = rows.setdefault(key, dict.fromkeys(_COUNTED, 0))
        if one["n_units"] < fewest:
            continue
        n_running, n_stationary = one["n_running"], one["n_stationary"]
        row["n_running"] += n_running
        row["n_stationary"] += n_stationary
        row["sessions"] += bool(n_running or n_stationary)
        row["with_both"] += bool(n_running and n_stationary)
    names = ("thresholds", "stimulus", "window_s")
    return [{**dict(zip(names, key, strict=True)), **row} for key, row in rows.items()]


def surrogate_rows(surrogates: Sequence[SurrogateRecord]) -> list[dict[str, Any]]:
    """Return size and circuits of each surrogate; None where it says nothing."""
    rows = []
    for one in surrogates:
        circuits = one.manifest.get("counts", {}).get("circuits", {})
        learning = one.metrics.get("learning", {})
        rows.append(
            {
                "architecture": one.architecture,
                "training_set": one.training_set,
                "n_weights": one.manifest.get("n_weights"),
                "train": circuits.get("train"),
                "validation": circuits.get("validation"),
                "calibration": circuits.get("calibration"),
                "test": circuits.get("test"),
                "best_epoch": _from_one(learning.get("best_epoch")),
                "not_learned": ", ".join(learning.get("not_learned", [])),
            }
        )
    return rows


def _from_one(epoch: int | None) -> int | None:
    return None if epoch is None else epoch + 1


def in_order(surrogates: Sequence[SurrogateRecord]) -> list[SurrogateRecord]:
    """Return surrogates by architecture and training set, in a fixed order."""
    return sorted(
        surrogates, key=lambda one: _place(one.architecture, one.training_set)
    )


def _place(architecture: str, training_set: str) -> tuple[tuple[int, str], int]:
    sets = (*TRAINING_SETS, training_set)
    return architecture_order(architecture), sets.index(training_set)


def by_statistic(
    cells: Sequence[Cell], architecture: str | None
) -> list[dict[str, Any]]:
    """Return one row per statistic with the cells of one architecture.

    ``cells`` of a row has one entry per training set, None if it was not scored. The
    best constant guess is that of the first scored cell: all share their sessions
    unless a surrogate has not learned the statistic.
    """
    found = {
        (cell["statistic"], cell["training_set"]): cell
        for cell in cells
        if cell["architecture"] == architecture
    }
    rows = []
    for name in STATISTIC_NAMES:
        mine = [found.get((name, training_set)) for training_set in TRAINING_SETS]
        guesses = [
            c["directions"]["best_constant"] for c in mine if c and c["directions"]["n"]
        ]
        rows.append(
            {
                "statistic": name,
                "best_constant": guesses[0] if guesses else None,
                "cells": mine,
            }
        )
    return rows


def full_rows(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Return every score with its verdict in short."""
    ordered = sorted(
        cells, key=lambda cell: _place(cell["architecture"], cell["training_set"])
    )
    return [{**cell, "finding": Verdict(cell["verdict"]).label} for cell in ordered]


def primary_rows(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """Return the primary scores by statistic and mechanism."""
    rows = full_rows([cell for cell in cells if cell["primary"]])
    return sorted(rows, key=lambda row: STATISTIC_NAMES.index(row["statistic"]))


def power_rows(scores: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a cohort of this size can show, by number of tests."""
    n, cells = scores["n_sessions"], scores["scores"]
    families = {1, sum(cell["primary"] for cell in cells), len(cells)} - {0}
    return [
        {
            "n_tests": n_tests,
            "critical": critical_matches(n, n_tests),
            "power": [power(n, accuracy, n_tests) for accuracy in POWER_AT],
        }
        for n_tests in sorted(families)
    ]


def published_rows(
    cells: Sequence[Cell], architecture: str | None
) -> list[dict[str, Any]]:
    """Return the published percentages with ours beside them (None if not scored)."""
    ours = {
        (cell["statistic"], cell["training_set"]): cell
        for cell in cells
        if cell["architecture"] == architecture
    }
    return [
        {
            "published": one,
            "evidence": one.evidence,
            "ours": ours.get((one.statistic, one.training_set)),
        }
        for one in PUBLISHED
    ]
