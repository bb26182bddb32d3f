"""Assemble the page and write it."""

import json
import logging
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from minicolumn.circuits.mechanisms import CLASSES, MECHANISMS
from minicolumn.files.store import whole_file
from minicolumn.files.tables import PREDICTIONS
from minicolumn.recordings.files import ADDRESSES, FILES_IN
from minicolumn.report import (
    domain,
    headline,
    listings,
    posterior,
    recovery,
    skill,
    wording,
)
from minicolumn.report.drawings import LABELS, Figures
from minicolumn.report.figures_circuits import choose_example
from minicolumn.report.rendering import files, script, to_page
from minicolumn.report.results import Results
from minicolumn.report.ways import both_ways
from minicolumn.scoring import published
from minicolumn.statistics.names import STATISTICS

logger = logging.getLogger(__name__)


def write_report(path: str | Path, results: Results, figures: Figures) -> None:
    """Write the page, whole or not at all; ``figures`` are from `drawings.draw`."""
    text = render(results, figures)
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    logger.info("%s: %.2f MB", Path(path).name, len(text.encode()) / 1e6)


def write_figures(directory: str | Path, figures: Figures) -> None:
    """Write each figure for papers, as ``name.svg`` and ``name.pdf``."""
    for name, figure in figures.items():
        for kind, content in files(figure).items():
            with whole_file(Path(directory) / f"{name}.{kind}") as temporary:
                temporary.write_bytes(content)


def render(results: Results, figures: Figures) -> str:
    """Return the page: equal results give equal characters."""
    environment = Environment(
        loader=PackageLoader("minicolumn.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for function in (
        wording.number,
        wording.percent,
        wording.points,
        wording.interval,
        wording.decimals,
        wording.limits,
        wording.points_limits,
        wording.p_value,
        wording.p_equals,
        wording.architecture,
        wording.decimals,
        wording.span,
        wording.whole,
        domain.share_outside,
    ):
        environment.filters[function.__name__] = function
    content = _content(results) | {
        "drawings": {
            name: to_page(figure, name, LABELS[name])
            for name, figure in figures.items()
        },
        "script": script(),
    }
    return environment.get_template("page.html.j2").render(content)


def _content(results: Results) -> dict[str, Any]:
    scores = results.scores
    cells = scores["scores"]
    main = listings.main_architecture(scores)
    example = choose_example(results.example)
    return {
        "opening": headline.opening(results),
        "answer": headline.answer(results),
        "directions": headline.directions(cells),
        "findings": headline.findings(cells),
        "synthetic": results.synthetic,
        "truth": results.truth,
        "config": results.config,
        "config_text": _config_text(results.config),
        "facts": listings.run_facts(results),
        "simulation_outcomes": listings.simulation_outcomes(results.simulated),
        "imported": results.refused is not None,
        "n_refused": 0 if results.refused is None else len(results.refused),
        "refused": listings.refused_files(results),
        "session_outcomes": listings.session_outcomes(results.sessions),
        "sessions": results.sessions.sort_values("session_id").to_dict("records"),
        "shown": results.shown,
        "sensitivity": listings.sensitivity_rows(results),
        "published_epochs": published.EPOCHS,
        "statistics": STATISTICS,
        "example": example,
        "mechanisms": MECHANISMS,
        "domain": results.domain_cohort,
        "domain_sentence": domain.domain_sentence(results.domain_cohort),
        "margins": domain.margins(results.domain_cohort),
        "rate_rows": domain.rate_rows(results.rate_matching),
        "surrogates": listings.surrogate_rows(listings.in_order(results.surrogates)),
        "skills": _skills(results),
        "interval_rows": skill.interval_rows(listings.in_order(results.surrogates)),
        "main": main,
        "training_sets": listings.TRAINING_SETS,
        "by_statistic": listings.by_statistic(cells, main),
        "cells": listings.full_rows(cells),
        "primary": listings.primary_rows(cells),
        "scores": scores,
        "power": listings.power_rows(scores),
        "power_at": listings.POWER_AT,
        "published": listings.published_rows(cells, main),
        "published_paired": published.paired(),
        "published_interaction": published.interaction_p(),
        "published_source": published.SOURCE,
        "scale": _scale_meaning(),
        "recoveries": recovery.recoveries(results.mechanism),
        "answers": results.mechanism,
        "learned": results.learned,
        "classes": CLASSES,
        "circuits": posterior.content(results.posterior, main),
        "provenance": results.provenance,
        "version": version("minicolumn"),
        "ways": both_ways(results.changes, main),
    }


def _skills(results: Results) -> list[dict[str, Any]]:
    return [
        {
            "training_set": board["training_set"],
            "compared": board["compared"],
            "models": list(board["models"]),
            "measures": [
                {
                    "name": name,
                    "sentence": skill.weights_sentence(board, measure),
                    "rows": skill.skill_rows(board, measure),
                }
                for measure, name in skill.MEASURES.items()
            ],
        }
        for board in results.scoreboards
    ]


def _scale_meaning() -> str:
    return next(c.description for c in PREDICTIONS.columns if c.name == "scale")


def _config_text(config: Mapping[str, Any]) -> str:
    recordings = {
        key: value
        for key, value in config["recordings"].items()
        if key not in ADDRESSES
    }
    for section in FILES_IN & recordings.keys():
        own = recordings[section]
        recordings[section] = {k: own[k] for k in own if k != "files"}
    config = {key: value for key, value in config.items() if key != "extensions"}
    return json.dumps(
        {**config, "recordings": recordings}, indent=2, ensure_ascii=False
    )
