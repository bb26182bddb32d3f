"""Snakemake's records of what made a file, checked against what the file says."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from snakemake.persistence import ParamsChange
from snakemake.persistence.file import FilePersistence

from minicolumn.files.origin import (
    Origin,
    Stamp,
    difference,
    digest_of_seals,
    stamp_of,
)


class Records(FilePersistence):
    """The records in ``.snakemake``: a cache, and not the truth.

    A job is stale if its results do not say that this very job made them, with these
    parameters, this code and these inputs, whatever Snakemake remembers.
    """

    def has_metadata(self, job: Any) -> bool:
        """Return whether it is known what made the results of a job."""
        return _is_marked(job) or super().has_metadata(job)

    def params_changed(self, job: Any, file: Any = None) -> bool | ParamsChange:
        """Return how a job differs from the one that made its results.

        What the results say comes first, as it names the setting.
        """
        for path, why in _differences(job) if _is_marked(job) else ():
            return ParamsChange({f"{path} {why}"}, {job.rule.name}, {path})
        return super().params_changed(job, file)


def origin_of(job: Any, inputs: str = "") -> Origin:
    """Return what the results of a planned job say about themselves.

    A workflow that uses this one may rename its rules; their functions keep the name.
    How a job is started, its parameter ``command``, made no difference.
    """
    rule = job.rule.run_func.__code__.co_name.removeprefix("__rule_")
    settings = {key: value for key, value in job.params.items() if key != "command"}
    return Origin.of(rule, job.wildcards, settings, inputs)


def _is_marked(job: Any) -> bool:
    return "code" in dict(job.params.items())


def _differences(job: Any) -> Iterator[tuple[str, str]]:
    """Yield the results of a job that something else has made, with the difference."""
    seals = digest_of_seals(_stamp(str(path)) for path in job.input)
    planned = origin_of(job, seals)
    stamps = {str(path): _stamp(path) for path in job.output}
    for path, stamp in stamps.items():
        if stamp is None:
            # A file without a place for it, beside one that says it.
            if path.endswith(".parquet") or not any(stamps.values()):
                yield path, difference(None, planned)
        elif why := difference(stamp.origin, planned):
            yield path, why
        elif stamp.origin and stamp.origin.inputs != planned.inputs:
            yield path, "was made from other inputs"


@cache
def _stamp(path: str) -> Stamp | None:
    return stamp_of(path)
