"""Results and cost of the simulations of a run, as a page with figures.

Run it after `snakemake simulations`, and after training the surrogates to include them.
Reads results/RUN and writes docs/published_run.md and its figures. The data itself is
not part of the repository.
"""

import argparse
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from markdown_table import table
from matplotlib.figure import Figure
from published_surrogates import scoreboards, section

from minicolumn.circuits.mechanisms import MECHANISMS
from minicolumn.files.store import read_table
from minicolumn.files.tables import OBSERVED_CHANGES, SIMULATED_STATISTICS
from minicolumn.outcomes import Outcome
from minicolumn.report.charts import Chart
from minicolumn.report.rendering import files
from minicolumn.report.sections.doses import (
    dose_panels,
    dose_response,
    lowest_medians,
)
from minicolumn.report.sections.surrogates import ceiling_panels
from minicolumn.report.style import GRAY, LOOKS, new_figure, styled
from minicolumn.statistics.names import STATISTIC_NAMES, STATISTICS

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/published_run.md"
FIGURES = ROOT / "docs/published_run"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
NONE = OBSERVED_CHANGES.arrow().empty_table().to_pandas()  # there are no recordings
STAGES = ("simulate_shard", "describe_simulations")


def main() -> None:
    """Write the page and its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", default="published", help="directory under results/")
    parser.add_argument("--commit", default="HEAD", help="what the run was made from")
    arguments = parser.parse_args()
    run = ROOT / "results" / arguments.run
    simulated = pd.concat(shards(run), ignore_index=True)
    doses = dose_response(simulated)
    FIGURES.mkdir(exist_ok=True)
    save(dose_panels(doses, lowest_medians(simulated), STATISTIC_NAMES, NONE), "doses")
    save(distributions(simulated), "distributions")
    machine = described_machine(arguments.commit)
    lines = list(page(run, simulated, doses, machine))
    boards = scoreboards(run)
    if boards:
        save(ceiling_panels(boards), "skill")
    if (run / "surrogates").is_dir():
        lines += section(run, boards)
    PAGE.write_text("\n".join(lines) + "\n")


def shards(run: Path) -> Iterator[pd.DataFrame]:
    """Yield the statistics of each shard."""
    found = sorted((run / "statistics/simulated").glob("*/shard-*.parquet"))
    if not found:
        raise SystemExit(
            f"{run} holds no statistics: run `snakemake simulations` first"
        )
    for file in found:
        yield read_table(file, SIMULATED_STATISTICS).to_pandas()


def page(
    run: Path, simulated: pd.DataFrame, doses: pd.DataFrame, machine: str
) -> Iterator[str]:
    """Yield the lines of the page."""
    n_circuits = simulated["circuit_id"].nunique()
    levels = simulated["level"].nunique()
    seconds = simulated["duration_s"].sum()
    yield "# The published size, run\n"
    yield (
        f"{n_circuits:,} circuits under {len(MECHANISMS)} mechanisms at {levels} ACh "
        f"levels: {len(simulated):,} simulations, {seconds / 3600:,.0f} hours of "
        "simulated time after warm-up. All data are simulated; there are no "
        "recordings. Written by `benchmarks/published_run.py` after "
        "`snakemake simulations`.\n"
    )
    yield "## How simulations ended\n"
    yield from table(["mechanism", *Outcome], outcomes(simulated))
    yield "\n## What it cost\n"
    yield machine + "\n"
    header = ["stage", "jobs", "median s per job", "core h, all jobs"]
    yield from table([*header, "peak memory, MB", "on disk, MB"], costs(run))
    yield "\n## Effect of ACh\n"
    yield (
        "Change of each statistic from ACh level 0 within each circuit; median over "
        "circuits and its 95 % interval.\n"
    )
    yield (
        "![Change of each statistic as a function of ACh level]"
        "(published_run/doses.svg)\n"
    )
    yield "At the highest level:\n"
    yield from table(["statistic", *MECHANISMS], changes(doses))
    yield "\n## Distribution of the statistics\n"
    yield (
        "Quantiles over all circuits at ACh level 0, where all mechanisms are "
        "identical:\n"
    )
    names = [f"{100 * q:g} %" for q in QUANTILES]
    yield from table(["statistic", "unit", *names, "undefined"], ranges(simulated))
    yield "\n![Distribution of each statistic](published_run/distributions.svg)\n"
    yield "Distributions at level 0 (gray) and at level 1 of each mechanism."


def outcomes(simulated: pd.DataFrame) -> Iterator[list[str]]:
    """Yield the number of simulations by mechanism and outcome."""
    counts = simulated.groupby(["mechanism", "outcome"]).size()
    for name in MECHANISMS:
        yield [name, *(f"{counts.get((name, end), 0):,}" for end in Outcome)]


def costs(run: Path) -> Iterator[list[str]]:
    """Yield jobs, time, memory and size of each stage."""
    folders = dict(zip(STAGES, ("simulations", "statistics/simulated"), strict=True))
    for stage, folder in folders.items():
        records = sorted((run / "benchmarks" / stage).glob("*.tsv"))
        jobs = pd.concat([pd.read_csv(file, sep="\t") for file in records])
        median_s = jobs["s"].median()
        size = sum(file.stat().st_size for file in (run / folder).rglob("*.parquet"))
        yield [
            stage,
            f"{len(jobs)}",
            f"{median_s:.0f}",
            f"{len(jobs) * median_s / 3600:.1f}",
            f"{jobs['max_rss'].max():.0f}",
            f"{size / 1e6:.0f}",
        ]


def described_machine(commit: str) -> str:
    """Return the machine and commit of the jobs."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    name = next(line for line in lines if "model name" in line).split(": ")[1]
    made_from = subprocess.run(
        ["git", "log", "-1", "--format=%h of %as", commit],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    return (
        f"{name}, {os.cpu_count()} cores shared with other work, no GPU; commit "
        f"{made_from}. Two jobs ran at a time, each on one core. Some had to wait for "
        "the other work, so the total is the number of jobs times the median wall time."
    )


def changes(doses: pd.DataFrame) -> Iterator[list[str]]:
    """Yield the change of each statistic at the highest level."""
    highest = doses[doses["level"] == doses["level"].max()]
    by_cell = highest.set_index(["statistic", "mechanism"])
    for statistic in STATISTICS:
        found = [by_cell.loc[statistic.name, name] for name in MECHANISMS]
        cells = [
            f"{d['median']:+.3g} ({d['low']:+.3g}, {d['high']:+.3g})" for d in found
        ]
        yield [f"{statistic.name} ({statistic.unit})", *cells]


def ranges(simulated: pd.DataFrame) -> Iterator[list[str]]:
    """Yield the quantiles of each statistic at the lowest level."""
    lowest = simulated[simulated["level"] == simulated["level"].min()]
    lowest = lowest.drop_duplicates("circuit_id")
    for statistic in STATISTICS:
        values = lowest[statistic.name]
        cells = [f"{values.quantile(q):.3g}" for q in QUANTILES]
        missing = f"{100 * values.isna().mean():.1f} %"
        yield [statistic.name, statistic.unit, *cells, missing]


@styled
def distributions(simulated: pd.DataFrame) -> Figure:
    """Draw each statistic's density at level 0 and at level 1 of each mechanism."""
    figure = new_figure(9.2)
    panels = figure.subplots(4, 3).ravel()
    levels = simulated["level"]
    lowest = simulated[levels == levels.min()].drop_duplicates("circuit_id")
    highest = simulated[levels == levels.max()]
    for axes, statistic in zip(panels, STATISTICS, strict=False):
        shown = simulated[statistic.name].dropna()
        bins = np.linspace(*np.quantile(shown, (0.005, 0.995)), num=60)
        axes.hist(
            lowest[statistic.name].dropna(), bins, density=True, color=GRAY, alpha=0.4
        )
        for name, look in LOOKS.items():
            mine = highest.loc[highest["mechanism"] == name, statistic.name].dropna()
            if len(mine):
                axes.hist(
                    mine, bins, density=True, histtype="step", color=look.color,
                    linestyle=look.line, label=name,
                )  # fmt: skip
        axes.set_title(statistic.name, loc="left")
        axes.set_xlabel(statistic.unit)
        axes.set_yticks([])
    panels[-1].axis("off")
    panels[-1].legend(*panels[0].get_legend_handles_labels(), loc="center")
    return figure


def save(figure: Figure | Chart, name: str) -> None:
    """Write a figure of the page."""
    (FIGURES / f"{name}.svg").write_bytes(files(figure)["svg"])


if __name__ == "__main__":
    main()
