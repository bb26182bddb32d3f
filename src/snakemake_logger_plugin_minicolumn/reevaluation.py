"""Keep Snakemake from looking for work more often with every job that it has done.

Snakemake looks for jobs to start whenever one ends, and each look asks for another
after the time span of ``--max-jobs-per-timespan``, 1 s by default. No request replaces
an earlier one, so a run that has done n jobs looks n times a second, each time in a
thread of its own (snakemake#3804): after 250 jobs, Snakemake 9.27 took a fifth of a
core.
"""

import threading
from typing import Any
from weakref import WeakSet

_expected: WeakSet[Any] = WeakSet()
_lock = threading.Lock()


def schedule_reevaluation(scheduler: Any, delay_s: float) -> None:
    """Let a scheduler look again after some time, unless it is about to.

    Replaces ``JobScheduler._schedule_reevalutation`` (Snakemake's spelling).
    """
    with _lock:
        if scheduler in _expected:
            return
        _expected.add(scheduler)

    def look() -> None:
        with _lock:
            _expected.discard(scheduler)
        scheduler._open_jobs.release()

    threading.Timer(delay_s, look).start()
