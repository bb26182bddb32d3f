"""What a whole run costs, stage by stage, as Markdown: runs Snakemake, then reads it.

    whole_run.py [ARGUMENTS OF SNAKEMAKE]

By default the published size on synthetic recordings: 5,000 circuits under each
mechanism, 20,000 mice to learn from, 60 SYNTHETIC sessions. A smaller run is measured
by other arguments, such as `--cores 2 --configfile demo.yaml`. Nothing must be there
yet: what a run finds done costs nothing.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from markdown_table import table

from minicolumn.jobs.runs.explain import config_of_arguments

ROOT = Path(__file__).parents[1]
SESSIONS = "recordings={source: synthetic, synthetic: {mice_per_mechanism: 20}}"
PUBLISHED = (
    *("--cores", "all", "--configfile", "gpu.yaml"),
    *("--config", "run=whole", SESSIONS),
)


class Stage(NamedTuple):
    """Cost of the jobs of one rule.

    Attributes
    ----------
    rule, jobs
        Its name, and how many.
    span_s
        From the start of its first job to the end of its last.
    jobs_s, core_s
        Sum over jobs of wall time, and of the time of processors.
    peak_mb
        Most memory of one job.
    started
        When the first job began, in s after the epoch.
    """

    rule: str
    jobs: int
    span_s: float
    jobs_s: float
    core_s: float
    peak_mb: float
    started: float


def main() -> None:
    """Run and print."""
    arguments = sys.argv[1:] or list(PUBLISHED)
    began, clock = time.time(), time.monotonic()
    command = [ROOT / ".venv/bin/snakemake", *arguments]
    subprocess.run(command, cwd=ROOT, check=True)
    wall_s = time.monotonic() - clock
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = ROOT / "results" / str(config_of_arguments(arguments)["run"])
    print("\n".join(lines(run, began, wall_s, used.ru_utime + used.ru_stime)))


def stages(run: Path, began: float) -> Iterator[Stage]:
    """Yield the cost of each rule's jobs that ended after ``began``.

    Parameters
    ----------
    run
        Directory with the results of a run.
    began
        In s after the epoch.
    """
    for directory in sorted((run / "benchmarks").iterdir()):
        if directory.is_file():
            files, rule = [directory], directory.stem
        else:
            files, rule = sorted(directory.rglob("*.tsv")), directory.name
        files = [one for one in files if one.stat().st_mtime >= began]
        if files:
            yield _stage(rule, files)


def _stage(rule: str, files: list[Path]) -> Stage:
    jobs = pd.concat([pd.read_csv(file, sep="\t") for file in files])
    ended = pd.Series([file.stat().st_mtime for file in files])
    started = float((ended.to_numpy() - jobs["s"].to_numpy()).min())
    return Stage(
        rule,
        len(jobs),
        float(ended.max()) - started,
        float(jobs["s"].sum()),
        float(pd.to_numeric(jobs["cpu_time"], errors="coerce").sum()),
        float(pd.to_numeric(jobs["max_rss"], errors="coerce").max()),
        started,
    )


def lines(run: Path, began: float, wall_s: float, core_s: float) -> Iterator[str]:
    """Yield the lines of the table, stages in order of their start."""
    found = sorted(stages(run, began), key=lambda one: one.started)
    yield (
        f"{wall_s:.0f} s of wall time, {core_s / 60:.1f} core min in all, on "
        f"{os.cpu_count()} cores and {gpus() or 'no GPU'}. Snakemake samples the time "
        "of processors and may lose the last 30 s of a job: stages add up to less.\n"
    )
    header = "stage", "jobs", "from first to last, s", "jobs, s", "cores, s", "peak, MB"
    rows = (
        [
            f"`{one.rule}`",
            f"{one.jobs}",
            f"{one.span_s:.0f}",
            f"{one.jobs_s:.0f}",
            f"{one.core_s:.0f}",
            f"{one.peak_mb:.0f}",
        ]
        for one in found
    )
    yield from table(header, rows)


def gpus() -> str:
    """Return the names of the GPUs that are visible; nothing without any."""
    command = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return ", ".join(said.stdout.splitlines())


if __name__ == "__main__":
    main()
