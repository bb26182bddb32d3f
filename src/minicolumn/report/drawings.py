"""Every figure of the report, drawn and labelled."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from matplotlib.figure import Figure

from minicolumn.report import (
    figures_circuits,
    figures_domain,
    figures_mechanism,
    figures_recording,
    figures_surrogates,
    figures_transfer,
    posterior,
)
from minicolumn.report.domain import margins
from minicolumn.report.dose import dose_response, lowest_medians
from minicolumn.report.listings import in_order
from minicolumn.report.recovery import recoveries
from minicolumn.report.results import Results, where
from minicolumn.report.style import to_svg
from minicolumn.transfer.predict import CONDITIONED

LABELS = {
    "rasters": "Spike rasters of one simulated circuit at three acetylcholine levels",
    "session": "Running speed of one recorded session with its stationary and running "
    "epochs, and the spikes of its units in an excerpt",
    "doses": "Change of each of the 11 statistics against acetylcholine level, for "
    "three mechanisms",
    "domain": "Range of each statistic in simulation beside recorded epochs at rest "
    "and while running",
    "domain_distances": "Distance of recorded epochs and sessions to the simulations, "
    "at rest and while running",
    "skill": "R squared of each surrogate on each statistic, on held-out circuits",
    "skill_within": "R squared within circuits of each surrogate on each statistic",
    "skill_levels": "R squared of each model at each acetylcholine level beside the "
    "noise ceiling, by statistic",
    "losses": "Training and validation loss of the neural surrogates against epoch",
    "accuracies": "Fraction of sessions whose direction was predicted, by statistic "
    "and mechanism, with intervals and the best constant guess",
    "changes": "Observed against predicted change of each session, by statistic, with "
    "standard errors",
    "probabilities": "Probability of each mechanism and of none, by session and cohort",
    "confusion": "Counts of synthetic mice by true mechanism and what was said of them",
    "reliability": "Share of right answers against their probability",
    **posterior.LABELS,
}


def draw(
    results: Results,
    main: str | None,
    example: Sequence[Mapping[str, Any]],
) -> dict[str, Markup]:
    """Return every figure as inline SVG, by name.

    Parameters
    ----------
    results
        What the report is made from.
    main
        The architecture that figures of the transfer show; None without any.
    example
        From `figures_circuits.choose_example`.
    """
    figures = {
        **_of_simulations(results, example),
        **_of_transfer(results, main),
        **_of_inference(results),
        **posterior.drawings(results.posterior, results.changes, main),
        "session": figures_recording.session_panels(results.shown),
    }
    return {key: to_svg(figures[key], key, label) for key, label in LABELS.items()}


def _of_simulations(
    results: Results, example: Sequence[Mapping[str, Any]]
) -> dict[str, Figure]:
    simulated, surrogates = results.simulated, in_order(results.surrogates)
    return {
        "rasters": figures_circuits.rasters(example),
        "doses": figures_circuits.dose_panels(
            dose_response(simulated), lowest_medians(simulated)
        ),
        "domain": figures_domain.domain_panels(margins(results.domain_cohort)),
        "domain_distances": figures_domain.domain_distances(results.domain),
        "skill": figures_surrogates.skill_map(surrogates, "r2"),
        "skill_within": figures_surrogates.skill_map(surrogates, "r2_within"),
        "skill_levels": figures_surrogates.skill_by_level(results.scoreboards),
        "losses": figures_surrogates.loss_curves(surrogates),
    }


def _of_transfer(results: Results, main: str | None) -> dict[str, Figure]:
    scores = results.scores
    cells = [cell for cell in scores["cells"] if cell["architecture"] == main]
    return {
        "accuracies": figures_transfer.accuracies(cells, scores["reliability"]),
        "changes": figures_transfer.change_panels(
            where(results.changes, architecture=main, method=CONDITIONED),
            results.observed,
            scores["undecided_below_se"],
        ),
    }


def _of_inference(results: Results) -> dict[str, Figure]:
    own = {"simulated mice not seen": results.learned["reliability"]}
    return {
        "probabilities": figures_mechanism.probabilities(results.mechanism),
        "confusion": figures_mechanism.confusions(recoveries(results.mechanism)),
        "reliability": figures_mechanism.reliability_diagram(own),
    }
