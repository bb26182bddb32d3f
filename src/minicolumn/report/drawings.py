"""Every figure of the report, drawn, and what each shows in words."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from minicolumn.prediction.combinations import POSTERIOR
from minicolumn.report import (
    charts_domain,
    charts_inference,
    charts_simulations,
    charts_surrogates,
    charts_transfer,
    figures_branches,
    figures_circuits,
    figures_mechanism,
    figures_recording,
    figures_surrogates,
    posterior,
)
from minicolumn.report.charts import Chart
from minicolumn.report.domain import margins
from minicolumn.report.dose import dose_response, lowest_medians
from minicolumn.report.figures_circuits import choose_example
from minicolumn.report.listings import (
    in_order,
    main_architecture,
    published_rows,
)
from minicolumn.report.recovery import recoveries
from minicolumn.report.results import Results, where

LABELS = {
    "branches": "The simulated and the recorded branch of the run, which meet in the "
    "same statistics, with the number of items at each stage",
    "outcomes": "Share of simulations by outcome at each acetylcholine level, for "
    "three mechanisms",
    "rasters": "Spike rasters of one simulated circuit at three acetylcholine levels",
    "session": "Running speed of one recorded session with its stationary and running "
    "epochs, and the spikes of its units in an excerpt",
    "doses": "Change of each of the 11 statistics against acetylcholine level, for "
    "three mechanisms",
    "domain": "Range of each statistic in simulation beside recorded epochs at rest "
    "and while running",
    "typicality": "Typicality of each recorded session among simulated mice",
    "skill": "R squared of each model on each statistic beside the noise ceiling, over "
    "all held-out simulations and within circuits",
    "skill_levels": "R squared of each model at each acetylcholine level beside the "
    "noise ceiling, by statistic",
    "losses": "Training and validation loss of the neural surrogates against epoch",
    "accuracies": "Fraction of sessions whose direction was predicted, by statistic "
    "and mechanism, with intervals and the best constant guess",
    "published": "Published share of sessions whose direction was predicted beside "
    "that of this run, by statistic and mechanism, with intervals",
    "changes": "Observed against predicted change of each session, by statistic, with "
    "standard errors",
    "probabilities": "Probability of each mechanism and of none, by session and cohort",
    "confusion": "Counts of synthetic mice by true mechanism and what was said of them",
    "reliability": "Share of right answers against their probability",
    **posterior.LABELS,
}


Figures = Mapping[str, Figure | Chart]


def draw(results: Results) -> dict[str, Figure | Chart]:
    """Return every figure by name, in the order of `LABELS`."""
    main = main_architecture(results.scores)
    figures = {
        "branches": figures_branches.branches(results),
        **_of_simulations(results),
        **_of_transfer(results, main),
        **_of_inference(results, main),
        **posterior.drawings(results.posterior),
        "session": figures_recording.session_panels(results.shown),
    }
    return {key: figures[key] for key in LABELS}


def _of_simulations(results: Results) -> dict[str, Figure | Chart]:
    simulated, ranges = results.simulated, margins(results.domain_cohort)
    return {
        "rasters": figures_circuits.rasters(choose_example(results.example)),
        "outcomes": charts_simulations.outcome_panels(simulated),
        "doses": charts_simulations.dose_panels(
            dose_response(simulated), lowest_medians(simulated)
        ),
        "domain": charts_domain.range_panels(ranges, results.recorded),
        "typicality": charts_domain.typicality_panel(
            results.domain, results.config["inference"]["false_alarm"]
        ),
        "skill": charts_surrogates.ceiling_panels(results.scoreboards),
        "skill_levels": charts_surrogates.level_panels(results.scoreboards),
        "losses": figures_surrogates.loss_curves(in_order(results.surrogates)),
    }


def _of_transfer(results: Results, main: str | None) -> dict[str, Figure | Chart]:
    scores, cells = results.scores, results.scores["scores"]
    mine = [cell for cell in cells if cell["architecture"] == main]
    this_run = "this run (SYNTHETIC mice)" if results.synthetic else "this run"
    return {
        "accuracies": charts_transfer.accuracies(mine, scores["reliability"]),
        "changes": charts_transfer.change_panels(
            _conditioned(results, main),
            results.observed,
            scores["undecided_below_se"],
        ),
        "published": charts_transfer.published_panels(
            published_rows(cells, main), this_run
        ),
    }


def _of_inference(results: Results, main: str | None) -> dict[str, Figure | Chart]:
    own = {"simulated mice not seen": results.learned.reliability}
    return {
        "probabilities": charts_inference.probabilities(results.mechanism),
        "predicted": charts_inference.predicted_panels(_conditioned(results, main)),
        "confusion": figures_mechanism.confusions(recoveries(results.mechanism)),
        "reliability": figures_mechanism.reliability_diagram(own),
    }


def _conditioned(results: Results, main: str | None) -> pd.DataFrame:
    return where(results.changes, architecture=main, selector=POSTERIOR)
