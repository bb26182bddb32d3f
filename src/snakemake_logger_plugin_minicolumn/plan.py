"""The plan: how many jobs each stage has, what each asks for, and why it would run."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from minicolumn.jobs.runs.explain import cause_of
from minicolumn.jobs.runs.journal import NoJournalError, read
from minicolumn.jobs.runs.status import duration

Stages = Mapping[str, list[Any]]
Stats = tuple[str, dict[str, int]]
# Every stage of a first run has these, so that only others are worth a word.
_ORDINARY = {"missing results", "an earlier stage", "told to"}


def plan_of(results: Path) -> Callable[[Any], Stats]:
    """Return what replaces Snakemake's table of jobs, for a run with these results."""

    def stats(dag: Any) -> Stats:
        stages = _stages(dag)
        counts = {name: len(jobs) for name, jobs in stages.items()}
        counts["total"] = sum(counts.values())
        columns = {
            "job": {name: name for name in counts},
            "count": {name: str(count) for name, count in counts.items()},
            "each": dict(_each(results, stages)),
            **_asked_for(dag, stages),
            "because of": dict(_causes(dag, stages)),
        }
        filled = {title: cells for title, cells in columns.items() if cells}
        return "\n".join(["Job stats:", *_table(filled, list(counts)), ""]), counts

    return stats


def _stages(dag: Any) -> Stages:
    """Return the jobs to do by rule, in the order of stages."""
    found: dict[str, list[Any]] = {}
    for level in dag.toposorted({*chain(dag.needrun_jobs(), dag.finished_jobs)}):
        for job in sorted(level, key=str):
            found.setdefault(str(job), []).append(job)
    return found


def _each(results: Path, stages: Stages) -> Iterator[tuple[str, str]]:
    """Yield how long a job took in earlier runs of this name, where one did it."""
    try:
        usual_s = read(results)[0].usual_s()
    except NoJournalError:
        return
    for name, (job, *_) in stages.items():
        rule = job.rule.run_func.__code__.co_name.removeprefix("__rule_")
        if rule in usual_s:
            yield name, duration(usual_s[rule])


def _asked_for(dag: Any, stages: Stages) -> dict[str, dict[str, str]]:
    """Return what a job of each stage asks a cluster for: only its profile says it."""
    found: dict[str, dict[str, str]] = {"GPU": {}, "memory": {}, "time limit": {}}
    for name, (job, *_) in stages.items():
        asked = job.resources
        # A dry run calls every job local.
        stays_here = job.rule.norun or job.rule.name in dag.workflow._localrules
        if stays_here or not asked.get("runtime"):
            continue
        if asked.get("gpu"):
            found["GPU"][name] = f"{asked['gpu']}"
        if asked.get("mem_mb"):
            found["memory"][name] = f"{asked['mem_mb'] / 1000:g} GB"
        found["time limit"][name] = f"{asked['runtime']} min"
    return found


def _causes(dag: Any, stages: Stages) -> Iterator[tuple[str, str]]:
    """Yield why jobs of a stage would run that other runs would not."""
    for name, jobs in stages.items():
        found = dict.fromkeys(cause_of(str(dag.reason(job))) for job in jobs)
        if told := [cause for cause in found if cause not in _ORDINARY]:
            yield name, ", ".join(told)


def _table(columns: Mapping[str, Mapping[str, str]], rows: list[str]) -> Iterator[str]:
    """Yield the lines; columns but the first and the last are set right."""
    first, *_, last = columns
    widths = {
        title: max(map(len, (title, *cells.values())))
        for title, cells in columns.items()
    }

    def line(cell_of: Callable[[str], str]) -> str:
        cells = (
            cell_of(title).ljust(width)
            if title == first or (title == last and title != "count")
            else cell_of(title).rjust(width)
            for title, width in widths.items()
        )
        return "  ".join(cells).rstrip()

    yield line(str)
    yield line(lambda title: "-" * widths[title])
    for row in rows:
        yield line(lambda title, row=row: columns[title].get(row, ""))
