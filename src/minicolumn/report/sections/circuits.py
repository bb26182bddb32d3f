"""Which circuits each session could be, and how far that posterior can be trusted."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minicolumn.circuits.distributions import quantile_of
from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.circuits.standard_prior import StandardPrior
from minicolumn.config.circuits import Range
from minicolumn.files.tables import AT_REST
from minicolumn.inference.circuits.checks import PosteriorChecks
from minicolumn.report.results import Results, where
from minicolumn.report.section import Drawing
from minicolumn.report.style import (
    GRAY,
    INK,
    LOOKS,
    empty_figure,
    heat_table,
    new_figure,
    styled,
)
from minicolumn.report.wording import counted, decimals, number, p_value
from minicolumn.scoring.multiplicity import holm

_COLUMNS = 5
_BINS = 10


def content(results: Results) -> dict[str, Any]:
    """Return what is known of circuits."""
    checks, learning = results.posterior_checks, results.posterior.learning
    p = list(checks.ks_p.values())
    return {
        "n_mice": checks.n_mice,
        "draws": checks.draws,
        "smallest_ks_p": min(holm(p)) if p else None,
        "training_mice": learning["mice"],
        "gained": learning["prior"] - min(learning["validation"]),  # nats
        "shown": most_typical(results.domain),
        "best_known": best_known(checks.contraction),
    }


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the posterior of one session, and what was checked on held-out mice."""
    shown = where(results.circuits, session_id=most_typical(results.domain))
    checks = results.posterior_checks
    prior = StandardPrior.from_json(results.posterior.prior).ranges
    return {
        "marginals": Drawing(
            marginals(shown, prior),
            "Density of each circuit parameter given one session at rest, under three "
            "mechanisms, relative to the prior",
            shown,
        ),
        "known": Drawing(
            known(checks),
            "How much narrower than the prior each parameter becomes, by number of "
            "epochs, on held-out mice",
            contraction(checks).rename_axis("parameter").reset_index(),
        ),
        "calibration": Drawing(
            calibration(checks),
            "Expected coverage, and ranks of the true value of each parameter among "
            "draws, on held-out mice",
            pd.DataFrame(checks.rank_counts).rename_axis("rank").reset_index(),
        ),
    }


def most_typical(domain: pd.DataFrame) -> int | None:
    """Return the session that is most like simulated mice at rest; None without any."""
    if domain.empty:
        return None
    best = domain.sort_values(
        [AT_REST, "session_id"], ascending=[False, True], na_position="last"
    )
    return int(best["session_id"].iloc[0])


def best_known(contraction: Mapping[int, Mapping[str, float]]) -> Sequence[str]:
    """Return the parameters that contract by half and more, most first."""
    most = contraction[max(contraction)]
    found = sorted(most, key=lambda name: -most[name])
    return [name for name in found if most[name] >= 0.5]


@styled
def marginals(circuits: pd.DataFrame, prior: Mapping[str, Range]) -> Figure:
    """Draw the density of each parameter relative to its prior, of one session.

    Parameters
    ----------
    circuits
        Rows of `tables.POSTERIOR_SAMPLES` of one session.
    prior
        Range of each inferred quantity.
    """
    names = [name for name, one in prior.items() if one.low < one.high]
    if circuits.empty or not names:
        return empty_figure("no session was scored")
    figure, panels = _grid(len(names))
    for axes, name in zip(panels, names, strict=False):
        axes.axhline(1.0, color=GRAY, linewidth=0.8, linestyle=":")
        for mechanism in MECHANISMS:
            values = where(circuits, mechanism=mechanism)[name].to_numpy()
            density, edges = np.histogram(
                quantile_of(prior[name], values), bins=_BINS, range=(0, 1), density=True
            )
            look = LOOKS[mechanism]
            axes.stairs(density, edges, color=look.color, linestyle=look.line,
                        label=mechanism)  # fmt: skip
        low, high = (number(float(end)) for end in (prior[name].low, prior[name].high))
        axes.set_xticks([0, 1], [low, high])
        axes.set_yticks([0, 1])
        axes.set_title(name, loc="left", fontsize=8)
    n = circuits.groupby("mechanism").size().min()
    figure.supxlabel("range of the prior (unit in the name)", fontsize=8.5)
    figure.supylabel(f"density / prior's (n = {n:,} circuits each)", fontsize=8.5)
    drawn = panels[0].get_legend_handles_labels()
    figure.legend(*drawn, loc="outside upper center", ncols=4)
    return figure


def contraction(checks: PosteriorChecks) -> pd.DataFrame:
    """Return contraction by parameter and epochs, and the correlation."""
    found = pd.DataFrame(checks.contraction).rename(
        columns=lambda n: counted(n, "epoch")
    )
    return found.assign(correlation=pd.Series(checks.correlation, dtype=float))


@styled
def known(checks: PosteriorChecks) -> Figure:
    """Draw contraction by parameter and number of epochs, and the correlation.

    ``checks`` is what ``inference/posterior.json`` holds.
    """
    table = contraction(checks)
    figure = new_figure(0.9 + 0.22 * len(table))
    axes = figure.subplots()
    heat_table(axes, table, 1.3, decimals)
    axes.set_xlabel("contraction by epochs watched, and correlation")
    axes.set_title(f"n = {checks.n_mice:,} held-out mice", loc="right")
    return figure


@styled
def calibration(checks: PosteriorChecks) -> Figure:
    """Draw the ranks of true values, a panel per parameter, and expected coverage."""
    counts = checks.rank_counts
    figure, panels = _grid(len(counts) + 1)
    n_mice = checks.n_mice
    for axes, (name, column) in zip(panels[1:], counts.items(), strict=False):
        expected = n_mice / len(column)
        spread = 2 * np.sqrt(expected * (1 - 1 / len(column)))
        axes.axhspan(expected - spread, expected + spread, color="#e8e8e8")
        axes.stairs(column, color=INK, fill=False)
        axes.set_ylim(bottom=0)
        axes.set_xticks([])
        axes.set_yticks([])
        p = p_value(checks.ks_p[name])
        axes.set_title(f"{name}\np {p}", loc="left", fontsize=8)
    _coverage(panels[0], checks)
    figure.supxlabel("rank of the true value among draws, from lowest", fontsize=8.5)
    figure.supylabel(f"mice (n = {n_mice:,} in each panel)", fontsize=8.5)
    return figure


def _coverage(axes: Axes, checks: PosteriorChecks) -> None:
    levels = np.array(checks.levels)
    spread = 2 * np.sqrt(levels * (1 - levels) / checks.n_mice)
    axes.fill_between(levels, levels - spread, levels + spread, color="#e8e8e8",
                      linewidth=0)  # fmt: skip
    axes.plot(levels, checks.coverage, color=INK)
    axes.plot([0, 1], [0, 1], color=GRAY, linewidth=0.8, linestyle=":")
    axes.set(xlim=(0, 1), ylim=(0, 1), xticks=[0, 1], yticks=[0, 1], aspect="equal")
    axes.set_title("coverage: found by asked", loc="left", fontsize=8)


def _grid(n: int) -> tuple[Figure, np.ndarray]:
    n_rows = -(-n // _COLUMNS)
    figure = new_figure(0.6 + 1.15 * n_rows)
    panels = figure.subplots(n_rows, _COLUMNS, squeeze=False).ravel()
    for axes in panels[n:]:
        axes.set_axis_off()
    return figure, panels
