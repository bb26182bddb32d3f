"""What was run, and how simulations and sessions ended."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.outcomes import SESSION_OK, Outcome
from minicolumn.report import charts
from minicolumn.report.results import Results, where
from minicolumn.report.section import Drawing
from minicolumn.report.wording import counted
from minicolumn.statistics.names import STATISTICS

# Paul Tol's muted scheme, https://personal.sron.nl/~pault/: none of the mechanisms'.
OUTCOME_COLORS = {
    Outcome.OK: "#DDDDDD",
    Outcome.SILENT: "#332288",
    Outcome.RUNAWAY: "#AA4499",
    Outcome.NOT_FINITE: "#000000",
}
_OTHER_OUTCOME = "#882255"


def content(results: Results) -> dict[str, Any]:
    """Return what was run, and how simulations and sessions ended."""
    refused = results.refused
    return {
        "facts": run_facts(results),
        "simulation_outcomes": simulation_outcomes(results.simulated),
        "n_refused": 0 if refused is None else len(refused),
        "refused": [] if refused is None else refused.head(20).to_dict("records"),
        "session_outcomes": session_outcomes(results.sessions),
        "sessions": results.sessions.sort_values("session_id").to_dict("records"),
        "statistics": STATISTICS,
    }


def figures(results: Results) -> dict[str, Drawing]:
    """Draw the outcomes of simulations."""
    label = (
        "Share of simulations by outcome at each acetylcholine level, for three "
        "mechanisms"
    )
    return {"outcomes": Drawing(outcome_panels(results.simulated), label)}


def run_facts(results: Results) -> dict[str, str]:
    """Return what was run, by name."""
    simulated, config = results.simulated, results.config
    levels = sorted(simulated["level"].unique())
    words, described = results.states, config["statistics"]
    assumed = config["states"]["levels"]
    n_epochs = results.recorded["state"].value_counts()
    imported = ", imported from archives and not simulated by this run"
    return {
        "Circuits": f"{simulated['circuit_id'].nunique():,}"
        + (imported if results.refused is not None else ""),
        "Mechanisms": ", ".join(MECHANISMS),
        "ACh levels": f"{len(levels)}: {', '.join(f'{level:g}' for level in levels)}",
        "Simulations": f"{len(simulated):,}",
        "Window T": f"{config['simulation']['duration_s']:g} s on both sides",
        "Matched units": f"{described['n_units']} per window, mean over "
        f"{described['n_subsets']} random subsets",
        "ACh level assumed": f"{assumed['stationary']:g} {words.at_rest}, "
        f"{assumed['running']:g} {words.while_running} (a choice, not an observation)",
        "Sessions": f"{len(results.sessions):,}, {results.n_scored:,} scored",
        "States compared": f"{words.less} to {words.more}, told apart by "
        f"{config['states']['by']}",
        "Recorded epochs": ", ".join(
            f"{n_epochs.get(role, 0):,} {name}" for role, name in words.names.items()
        ),
        "Surrogates": f"{len(results.surrogates)}",
    }


def simulation_outcomes(simulated: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return the number of simulations by mechanism and outcome."""
    names = dict.fromkeys([*map(str, Outcome), *sorted(set(simulated["outcome"]))])
    counts = pd.crosstab(simulated["mechanism"], simulated["outcome"])
    full = counts.reindex(list(MECHANISMS), columns=list(names), fill_value=0)
    return {
        str(mechanism): {str(outcome): int(n) for outcome, n in row.items()}
        for mechanism, row in full.iterrows()
    }


def session_outcomes(sessions: pd.DataFrame) -> dict[str, int]:
    """Return the number of sessions by outcome, scored ones first."""
    counts = {str(k): int(n) for k, n in sessions["outcome"].value_counts().items()}
    return dict(sorted(counts.items(), key=lambda one: (one[0] != SESSION_OK, one)))


def outcome_panels(simulated: pd.DataFrame) -> charts.Chart:
    """Draw the share of simulations by outcome at each ACh level, by mechanism.

    ``simulated`` is a table of the kind `tables.SIMULATED_STATISTICS`.
    """
    others = sorted(set(simulated["outcome"]) - set(OUTCOME_COLORS))
    colors = {**OUTCOME_COLORS, **dict.fromkeys(others, _OTHER_OUTCOME)}
    return charts.panels([_outcomes(name, simulated, colors) for name in MECHANISMS])


def _outcomes(
    mechanism: str, simulated: pd.DataFrame, colors: Mapping[str, str]
) -> charts.Part:
    mine = where(simulated, mechanism=mechanism)
    if mine.empty:
        return charts.empty(mechanism, "no simulation")
    of = mine.groupby("level").size().to_dict()
    counts = mine.groupby(["level", "outcome"]).size().rename("n").reset_index()
    rows = [
        {**one, "of": of[one["level"]], "share": one["n"] / of[one["level"]],
         "order": list(colors).index(one["outcome"])}
        for one in counts.to_dict("records")
    ]  # fmt: skip
    domain = [str(one) for one in colors]
    bars = alt.Chart(charts.data(rows)).mark_bar().encode(
        x=alt.X("level:O", title=charts.LEVEL).axis(labelAngle=0, labelOverlap=True),
        y=alt.Y("share:Q", title="share of simulations").scale(domain=[0, 1]),
        color=alt.Color("outcome:N").scale(domain=domain, range=list(colors.values())),
        order=alt.Order("order:Q"),
        tooltip=charts.tips("outcome", "level", "n", "of"),
    )  # fmt: skip
    return charts.panel(mechanism, f"n = {counted(len(mine), 'simulation')}", bars)
