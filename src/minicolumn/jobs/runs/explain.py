"""What would run again, because of what, and about how long."""

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from minicolumn.errors import MinicolumnError
from minicolumn.jobs.runs.journal import NoJournalError, read
from minicolumn.jobs.runs.run import Run
from minicolumn.jobs.runs.status import RESULTS, duration
from minicolumn.registry.lookup import announce
from minicolumn.yaml_files import read_yaml

CONFIG = Path("config.yaml")
_JOB = re.compile(r"^(?:local)?(?:rule|checkpoint) (\w+):\n((?:    .*\n)*)", re.M)
_REASON = re.compile(r"^    reason: (.*)$", re.M)
# What Snakemake and `snakemake_logger_plugin_minicolumn.records` say, and what we say.
_CAUSES = (
    (r"has another code,", "changed code"),
    (r"has another (\w+),", "setting {}"),
    (r"Missing output files", "missing results"),
    (r"Input files updated by another job", "an earlier stage"),
    (r"Updated input files|made from other inputs", "other inputs"),
    (r"does not say what made it|is the result of", "results of another origin"),
    (r"Forced execution|Rules with neither", "told to"),
)
_OTHER = "changed parameters"


class NoPlanError(MinicolumnError):
    """Snakemake cannot plan a run."""


@dataclass(frozen=True)
class Stage:
    """The jobs of one rule that would run, and why."""

    rule: str
    n_jobs: int
    causes: tuple[str, ...]


def explain(arguments: Sequence[str]) -> Iterator[str]:
    """Yield what Snakemake would do with these arguments, in words.

    Raises
    ------
    NoPlanError
        If Snakemake refuses them.
    ConfigError
        If the configuration cannot be read.
    """
    stages = planned(_dry_run(arguments))
    values = config_of_arguments(arguments)
    results = RESULTS / str(values["run"])
    try:
        run = read(results)[0]
    except NoJournalError:
        run = None
    yield f"{results}: {headline(stages, run)}"
    if run is not None and run.plan.config:
        changes = list(differences(run.plan.config, json.loads(json.dumps(values))))
        when = time.strftime("%d %b %H:%M", time.localtime(run.plan.started))
        yield f"changed since the run of {when}: {'; '.join(changes) or 'no setting'}"
    usual_s = run.usual_s() if run else {}
    if stages:
        yield f"{'stage':24} {'jobs':>5} {'each':>8}  because of"
    for stage in stages:
        each = duration(usual_s[stage.rule]) if stage.rule in usual_s else "?"
        causes = ", ".join(stage.causes)
        yield f"{stage.rule:24} {stage.n_jobs:>5} {each:>8}  {causes}"


def planned(output: str) -> list[Stage]:
    """Return the stages in the output of ``snakemake -n -p``, in order."""
    jobs: dict[str, list[str]] = {}
    for rule, said in _JOB.findall(output):
        reason = _REASON.search(said)
        if "    output: " in said:  # targets make nothing
            jobs.setdefault(rule, []).append(reason[1] if reason else "")
    return [
        Stage(rule, len(reasons), tuple(dict.fromkeys(map(cause_of, reasons))))
        for rule, reasons in jobs.items()
    ]


def cause_of(reason: str) -> str:
    """Return in short why a job would run, from the reason that Snakemake gives.

    Examples
    --------
    >>> cause_of("Missing output files: results/demo/report.html")
    'missing results'
    """
    for pattern, cause in _CAUSES:
        if found := re.search(pattern, reason):
            return cause.format(*found.groups())
    return _OTHER


def headline(stages: Sequence[Stage], run: Run | None) -> str:
    """Return how many jobs would run, and about how long, judging by the last run."""
    n_jobs = sum(stage.n_jobs for stage in stages)
    if not n_jobs:
        return "nothing would run"
    usual_s = run.usual_s() if run else {}
    known = [stage for stage in stages if stage.rule in usual_s]
    if run is None or not known:
        return f"{n_jobs} jobs would run; how long is not known before a run"
    work_s = sum(stage.n_jobs * usual_s[stage.rule] for stage in known)
    at_once = max(run.in_parallel(run.ended()), 1.0)
    without = [stage.rule for stage in stages if stage not in known]
    apart = f", without {', '.join(without)}, which no run did yet" if without else ""
    return (
        f"{n_jobs} jobs would run, about {duration(work_s / at_once)} if they take as "
        f"long as before, {at_once:.1f} at once as in the last run{apart}"
    )


def config_of_arguments(arguments: Sequence[str]) -> dict[str, Any]:
    """Return the configuration that Snakemake's arguments ask for, as plain values.

    Raises
    ------
    ConfigError
        If a file cannot be read.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--configfile", "--configfiles", nargs="+", default=[])
    parser.add_argument("--config", "-C", nargs="*", default=[])
    known, _ = parser.parse_known_args(arguments)
    overlays = [read_yaml(path) for path in known.configfile]
    for entry in known.config:
        key, _, value = entry.partition("=")
        overlays.append({key: yaml.safe_load(value)})
    defaults = read_yaml(CONFIG)
    named = [one for one in (defaults, *overlays) if "extensions" in one]
    announce(named[-1]["extensions"] if named else ())
    from minicolumn.config.settings import settings_of  # knows what was announced

    return settings_of(defaults, *overlays)


def differences(
    old: Mapping[str, Any], new: Mapping[str, Any], above: str = ""
) -> Iterator[str]:
    """Yield each value that differs between two configurations.

    Examples
    --------
    >>> list(differences({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}))
    ['a.c 2 -> 3']
    """
    for key in dict.fromkeys((*old, *new)):
        had, has = old.get(key), new.get(key)
        if isinstance(had, Mapping) and isinstance(has, Mapping):
            yield from differences(had, has, f"{above}{key}.")
        elif had != has:
            yield f"{above}{key} {json.dumps(had)} -> {json.dumps(has)}"


def _dry_run(arguments: Sequence[str]) -> str:
    command = [sys.executable, "-m", "snakemake", "-n", "-p", *arguments]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    output = f"{run.stdout}{run.stderr}"
    if run.returncode:
        last = [line for line in output.splitlines() if line.strip()][-1:]
        raise NoPlanError(f"Snakemake cannot plan this: {''.join(last).strip()}")
    return output
