"""The validation as a page: Markdown and its figures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

from minicolumn.files.store import whole_file
from minicolumn.report.wording import interval, percent
from minicolumn.validation import figures
from minicolumn.validation.figure_names import FIGURES
from minicolumn.validation.findings import Findings

CAPTIONS = {
    "recovery": "New mice by true mechanism (rows) and inferred mechanism.",
    "cohorts": "Cohorts of new mice by true mechanism and claim.",
    "reliability": "Share of right answers as a function of their probability, "
    "new mice.",
    "learning_curve": "Recovery of new mice as a function of the number of "
    "training mice.",
    "out_of_distribution": "Claims about mice without a mechanism (above the "
    "line) and about mice out of distribution (below); the rest is undecided.",
}


def write_page(path: Path, found: Findings, facts: Mapping[str, Any]) -> None:
    """Write the page and its figures in the same directory.

    Parameters
    ----------
    path
        Of the page.
    found
        Of `study.Study.findings`.
    facts
        Name of the run, and how its mice differ from each other.
    """
    for name in FIGURES:
        figure = getattr(figures, name)(found)
        with (
            whole_file(path.with_name(f"validation_{name}.svg")) as temporary,
            mpl.rc_context({"svg.hashsalt": "minicolumn"}),
        ):
            figure.savefig(temporary, format="svg", metadata={"Date": None})
    with whole_file(path) as temporary:
        temporary.write_text(_text(found, facts), encoding="utf-8")


def _text(found: Findings, facts: Mapping[str, Any]) -> str:
    ranges = facts["cohort"]
    learned, fresh = sum(found.n_learned.values()), sum(found.n_fresh.values())
    levels = "{low:g}\N{EN DASH}{high:g}".format
    parts = [
        "# Is the inferred mechanism right, and can it be wrong?",
        f"Written by `snakemake validation` from the run `{facts['run']}`: do not edit."
        f" All mice are SYNTHETIC. The model was trained on {learned:,} mice and is "
        f"evaluated on {fresh:,} new ones that share no circuit with them. ACh levels "
        f"at rest ({levels(**ranges['stationary'])}) and while running "
        f"({levels(**ranges['running'])}), dose "
        f"({levels(**ranges['depolarization_mV'])} mV), circuit and recorded neurons "
        f"are drawn for each mouse and are unknown to the model; "
        f"{ranges['epochs_per_state']} epochs per state. A class is claimed if its "
        "probability is above "
        f"{found.rule.claim_above:g} and the mouse is typical of that "
        f"class at level {found.rule.false_alarm:g}.",
        "## Recovery",
        _recovery_table(found),
        _figure("recovery"),
        _figure("cohorts"),
        "Cohorts are drawn at random from the mice of one group, so they share mice. "
        "Intervals of cohorts would be too narrow and are omitted.",
        "## Calibration",
        _calibration_table(found),
        _figure("reliability"),
        "## Learning curve",
        _curve_table(found),
        _figure("learning_curve"),
        "## Mice without a mechanism, and out of distribution",
        "A false claim is a mechanism claimed although ACh does not change. No "
        "training mouse has the causes *common input* (at this amplitude), *bursts* "
        "and *lost spikes*. *Less drive* and *lost spikes* act on rates only. More "
        "drive to all neurons is exactly the depolarizing mechanism: no inference from "
        "spikes can distinguish it from ACh, so it is not a group here. Mice out of "
        "distribution have too much common input in both states, circuits outside the "
        "prior, or are Poisson surrogates; they should be outside the domain. A "
        "mechanism, or none, may act in them as in any other mouse (the same in all "
        "mice of a cohort), and may be recognized or mistaken.",
        _not_as_learned_table(found),
        _figure("out_of_distribution"),
        "## Where only rates change",
        f"Share of cohorts of {found.confound.size} in which a statistic is "
        "called changed, raw and at matched rates (an interval over mice that excludes "
        "zero; simultaneous 95 % intervals for all statistics). *Lost spikes* change "
        "rates and nothing else; *less drive* changes rates through the circuit. A "
        "change of a raw statistic is called a change of coordination only if its "
        "matched version changes, too.",
        _confound_table(found),
    ]
    return "\n\n".join(parts) + "\n"


def _figure(name: str) -> str:
    return f"![{CAPTIONS[name]}](validation_{name}.svg)\n\n*{CAPTIONS[name]}*"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _recovery_table(found: Findings) -> str:
    rows = [
        [f"mouse, {way}", f"{one.n:,}", percent(one.accuracy),
         interval(one.interval), percent(one.wrong / one.n)]
        for way, one in found.alone.recovery.items()
    ]  # fmt: skip
    rows += [
        [f"cohort of {cohorts.size}, {way}", f"{one.n:,}", percent(one.accuracy),
         "", percent(one.wrong / one.n)]
        for cohorts in found.cohorts
        for way, one in cohorts.recovery.items()
    ]  # fmt: skip
    head = ["Unit and method", "n", "Right", "95 % interval", "Wrong class"]
    return _table(head, rows)


def _calibration_table(found: Findings) -> str:
    rows = [
        [name, f"{sum(one.n):,}", percent(one.expected_error)]
        for name, one in found.calibration.items()
    ]
    return _table(["Answers about", "n", "Expected calibration error"], rows)


def _curve_table(found: Findings) -> str:
    rows = [
        [f"{one.n_per_class:,}", percent(one.alone), percent(one.cohorts)]
        for one in found.learning_curve
    ]
    size = min(one.size for one in found.cohorts)
    return _table(["Mice per class", "Mice right", f"Cohorts of {size} right"], rows)


def _confound_table(found: Findings) -> str:
    called = found.confound.called
    rows = [
        [name, *(f"{percent(one[name].raw)} / {percent(one[name].matched)}"
                 for one in called.values())]
        for name in next(iter(called.values()))
    ]  # fmt: skip
    groups = [f"{group.replace('_', ' ')}: raw / matched" for group in called]
    return _table(["Statistic", *groups], rows)


def _not_as_learned_table(found: Findings) -> str:
    units = [("mouse", found.alone)]
    units += [(f"cohort of {one.size}", one) for one in found.cohorts]
    rows = [
        [unit, kind, group.replace("_", " "), percent(shares.outside),
         percent(shares.wrong), percent(shares.right), percent(shares.none)]
        for unit, one in units
        for kind, groups in (
            ("null", one.nulls),
            ("out of distribution", one.out_of_distribution),
        )
        for group, shares in groups.items()
    ]  # fmt: skip
    head = ["Unit", "Kind", "Group", "Outside", "Wrong mechanism claimed",
            "Acting mechanism claimed", "None claimed"]  # fmt: skip
    return _table(head, rows)
