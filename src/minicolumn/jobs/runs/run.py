"""The plan of a run, and the current state of every job in it."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from minicolumn.files.identities import Identities
from minicolumn.files.origin import Origin


class State(StrEnum):
    """The state of a job in the plan."""

    DONE = "done"
    RUNNING = "running"  # on a cluster: submitted
    FAILED = "failed"
    WAITING = "waiting"


@dataclass(frozen=True)
class Job:
    """One call of a rule."""

    id: int
    rule: str
    name: str  # among the rule's jobs, such as synaptic/0007
    log: str
    stale: bool  # whether this run must do it; otherwise its results exist already
    settings: Mapping[str, str] = field(default_factory=dict)  # see `files.origin`
    outputs: tuple[str, ...] = ()
    identities: Mapping[str, Identities] = field(default_factory=dict)  # by table

    @property
    def origin(self) -> Origin:
        """What its results say about themselves, but for their inputs."""
        return Origin(self.rule, self.name, self.settings)


@dataclass(frozen=True)
class Plan:
    """All jobs of a run in the order of stages, and who started it, when, and where.

    ``config`` is the configuration with its overlays, as plain values, and ``took_s``
    how long a job of each stage took in earlier runs, in s; both are empty in a journal
    of an earlier version.
    """

    user: str
    host: str
    pid: int
    started: float
    arguments: tuple[str, ...]
    jobs: tuple[Job, ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    took_s: Mapping[str, float] = field(default_factory=dict)

    def origins(self) -> dict[str, Origin]:
        """Return what must have made each file that says what made it."""
        own = (job for job in self.jobs if "code" in job.settings)
        return {path: job.origin for job in own for path in job.outputs}

    def identities(self) -> dict[str, Identities]:
        """Return which circuits or sessions each table is about that has such."""
        return {path: one for job in self.jobs for path, one in job.identities.items()}

    def who(self) -> str:
        """Return who started it, where and when."""
        since = time.strftime("%d %b %H:%M", time.localtime(self.started))
        return f"{self.user} on {self.host}, process {self.pid}, since {since}"


@dataclass
class Run:
    """A plan and its progress so far."""

    plan: Plan
    states: dict[int, State] = field(init=False)
    _started: dict[int, float] = field(default_factory=dict)
    _took_s: dict[str, list[float]] = field(default_factory=dict)
    _ended: float = 0.0

    def __post_init__(self) -> None:
        self._rules = {job.id: job.rule for job in self.plan.jobs}
        self.states = {
            job.id: State.WAITING if job.stale else State.DONE for job in self.plan.jobs
        }

    def apply(self, when: float, state: State, jobs: Iterable[int]) -> None:
        """Set the state of some jobs; a failed job may run again."""
        for job in jobs:
            if job not in self.states:
                continue
            self.states[job] = state
            if state is State.RUNNING:
                self._started[job] = when
            elif state is State.DONE and job in self._started:
                self._ended = max(self._ended, when)
                took_s = when - self._started[job]
                self._took_s.setdefault(self._rules[job], []).append(took_s)

    def started(self, job: int) -> float:
        """Return when the last attempt of a job began; 0 if none has."""
        return self._started.get(job, 0.0)

    def lost(self) -> list[str]:
        """Return the results of finished jobs that have been deleted since."""
        done = (job for job in self.plan.jobs if self.states[job.id] is State.DONE)
        return [one for job in done for one in job.outputs if not Path(one).exists()]

    def interrupt(self) -> None:
        """Set running jobs to waiting, because the process that ran them has ended."""
        for job, state in self.states.items():
            if state is State.RUNNING:
                self.states[job] = State.WAITING

    def stages(self) -> dict[str, Counter[State]]:
        """Return how many jobs of each rule are in each state, in order of stages."""
        counts: dict[str, Counter[State]] = {}
        for job in self.plan.jobs:
            counts.setdefault(job.rule, Counter())[self.states[job.id]] += 1
        return counts

    def failed(self) -> list[Job]:
        """Return the jobs that failed, in order of stages."""
        return [job for job in self.plan.jobs if self.states[job.id] is State.FAILED]

    def progress(self) -> tuple[int, int]:
        """Return how many jobs this run has done, and how many it must do in all."""
        own = [self.states[job.id] for job in self.plan.jobs if job.stale]
        return own.count(State.DONE), len(own)

    def is_done(self) -> bool:
        """Return whether nothing is left to do."""
        return all(state is State.DONE for state in self.states.values())

    def left_s(self, now: float) -> float | None:
        """Return an estimate of the remaining time in s, from the finished jobs.

        Each remaining job takes as long as the finished jobs of its stage on average,
        and as many jobs run in parallel as on average so far. Stages without a finished
        job are ignored; None if that leaves no stage.
        """
        mean_s = self.mean_s()
        work_s = sum(
            mean_s.get(rule, 0.0) * (counts[State.WAITING] + counts[State.RUNNING])
            for rule, counts in self.stages().items()
        )
        return work_s / max(self.in_parallel(now), 1e-3) if work_s else None

    def mean_s(self) -> dict[str, float]:
        """Return how long the finished jobs of each stage took on average, in s."""
        return {rule: sum(took) / len(took) for rule, took in self._took_s.items()}

    def usual_s(self) -> dict[str, float]:
        """Return the same, with stages that only earlier runs did."""
        return {**self.plan.took_s, **self.mean_s()}

    def in_parallel(self, now: float) -> float:
        """Return how many jobs ran at once on average until ``now``."""
        return self._worked_s(now) / max(now - self.plan.started, 1e-3)

    def ended(self) -> float:
        """Return when the last job so far ended; when the run started if none has."""
        return max(self._ended, self.plan.started)

    def _worked_s(self, now: float) -> float:
        running = (id_ for id_, state in self.states.items() if state is State.RUNNING)
        finished_s = sum(sum(took_s) for took_s in self._took_s.values())
        return finished_s + sum(now - self._started[id_] for id_ in running)
