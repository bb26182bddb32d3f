"""One job of a run: its log, and proof that it does what the run planned."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minicolumn.errors import MinicolumnError
from minicolumn.files.origin import (
    Origin,
    beside,
    digest_of_seals,
    name_of,
    sealed,
    stamp_of,
    working,
)
from minicolumn.files.seal import sha256_of
from minicolumn.files.store import whole_file
from minicolumn.jobs.digest import code_digest, modules_behind
from minicolumn.jobs.log import job_log
from minicolumn.jobs.runs.journal import read_plan
from minicolumn.registry.lookup import extension_files


class PlanChangedError(MinicolumnError):
    """Configuration or code are no longer those that the run was planned with."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}: configuration or code changed after the run had begun, and one "
            "run must not mix two. Stop this run and start it again; what is finished "
            "and still right is kept"
        )


@dataclass(frozen=True)
class Call:
    """What Snakemake tells a script about its job; a command gets it as arguments."""

    script: Path
    wildcards: Mapping[str, str]
    params: Mapping[str, Any]
    input: Sequence[str]
    output: Sequence[str]
    log: Sequence[str]

    @property
    def scriptdir(self) -> Path:
        """Where the scripts are."""
        return self.script.parent


@contextmanager
def job(call: Any) -> Iterator[None]:
    """Do a job: log it, and mark its results with what made them.

    Parameters
    ----------
    call
        A `Call`, or the object ``snakemake`` of a script.

    Raises
    ------
    PlanChangedError
        If configuration or code have changed since the run was planned. As any other
        error, it ends the process, and is in the log.
    """
    with job_log(call.log[0]):
        plan = read_plan(call.log[0])
        name = name_of(dict(call.wildcards.items()).values())
        # By its log: in another workflow, its rule may have another name.
        planned = {(one.log, one.name): one.origin for one in plan.jobs}
        if (wanted := planned.get((call.log[0], name))) is None:
            raise PlanChangedError(f"{call.log[0]} is of no job in the run's plan")
        origin = _origin(call, wanted.rule)
        if why := origin.difference(wanted):
            raise PlanChangedError(f"{origin.rule} {origin.name} {why}")
        with working(origin, plan.origins(), plan.identities()):
            yield
            _mark_beside(map(Path, call.output))


def _origin(call: Any, rule: str) -> Origin:
    wildcards = dict(call.wildcards.items())
    script = Path(call.scriptdir) / f"{rule}.py"
    extensions = extension_files(modules_behind(script), wildcards)
    # Snakemake has computed the digest of the code when it planned.
    now = {"code": code_digest(script, extensions)}
    parameters = dict(call.params.items()) | now
    seals = digest_of_seals(map(stamp_of, call.input))
    return Origin.of(rule, wildcards.values(), parameters, seals)


def _mark_beside(outputs: Iterable[Path]) -> None:
    """Say what made files that have no place for it, if no result of the job does."""
    paths = list(outputs)
    if not any(map(stamp_of, paths)):
        for path in (one for one in paths if one.is_file()):
            with whole_file(beside(path)) as temporary:
                temporary.write_bytes(sealed({"sha256": sha256_of(path)}))
