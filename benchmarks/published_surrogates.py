"""What surrogates of a run at published size learned, as a section of its page."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
from markdown_table import table

from minicolumn.files.documents import read_document
from minicolumn.report.results import SurrogateRecord
from minicolumn.report.sections.comparison import skill_rows, weights_sentence
from minicolumn.report.sections.learned import interval_rows
from minicolumn.report.sections.surrogates import MEASURES
from minicolumn.report.wording import architecture
from minicolumn.surrogates.names import ARCHITECTURES, TRAINING_SETS
from minicolumn.surrogates.scoreboard import Scoreboard

SHOWN = "combined"  # the training set whose scores are shown in full


def scoreboards(run: Path) -> list[Scoreboard]:
    """Return the scores of every training set that the run has."""
    files = (run / f"surrogate_scores/{name}.json" for name in TRAINING_SETS)
    return [read_document(file, Scoreboard) for file in files if file.exists()]


def section(run: Path, boards: Sequence[Scoreboard]) -> Iterator[str]:
    """Yield the lines of the section."""
    yield "\n## What surrogates learn"
    if boards:
        yield from skill(boards)
    records = [
        SurrogateRecord.read(run / "surrogates" / training_set / name)
        for name in ARCHITECTURES
        for training_set in TRAINING_SETS
    ]
    yield (
        "\nIntervals with 90 % nominal coverage of new circuits, and cost of "
        "training:\n"
    )
    yield from trained(run, records)


def skill(boards: Sequence[Scoreboard]) -> Iterator[str]:
    """Yield the skill of every model, and whether the size of the largest pays."""
    yield (
        f"\nTwelve surrogates, scored on {boards[0].n_test_circuits} circuits that "
        "none was trained on. Ceilings come from simulating some of these again with "
        "new noise.\n"
    )
    yield "![Every model and its noise ceiling](published_run/skill.svg)\n"
    for board in boards:
        for measure in MEASURES:
            yield f"- *{board.training_set}*, {weights_sentence(board, measure)}"
    for board in boards:
        if board.training_set == SHOWN:
            for measure, name in MEASURES.items():
                yield f"\n{name} under `{SHOWN}`:\n"
                yield from scores(board, measure)


def scores(board: Scoreboard, measure: str) -> Iterator[str]:
    """Yield a table of every model's score on every statistic."""
    models = [architecture(name) for name in board.models]
    yield from table(
        ["statistic", "ceiling", *models],
        (
            [row["statistic"], _two(row["ceiling"].share), *map(_two, row["scores"])]
            for row in skill_rows(board, measure)
        ),
    )


def trained(run: Path, records: Sequence[SurrogateRecord]) -> Iterator[str]:
    """Yield a table of every surrogate's coverage and cost."""
    times = run / "benchmarks/train_surrogate"
    rows, minutes = [], 0.0
    for row in interval_rows(records):
        name = f"{row['training_set']}-{row['architecture']}"
        cost = pd.read_csv(times / f"{name}.tsv", sep="\t").iloc[0]
        rows.append(
            [
                architecture(row["architecture"]),
                row["training_set"],
                f"{row['share']:.3f}",
                f"{row['lowest']:.3f} to {row['highest']:.3f}",
                f"{cost['s'] / 60:.1f}",
                f"{cost['max_rss']:.0f}",
            ]
        )
        minutes += cost["s"] / 60
    rows.append(["all", "", "", "", f"{minutes:.1f}", ""])
    header = ["surrogate", "training set", "coverage", "by statistic"]
    yield from table([*header, "min on one core", "peak memory, MB"], rows)


def _two(score: float | None) -> str:
    return "-" if score is None else f"{score:.2f}"
