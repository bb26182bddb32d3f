"""However many jobs have ended, Snakemake looks for work once per time span."""

import threading

from snakemake.scheduling.job_scheduler import JobScheduler

from snakemake_logger_plugin_minicolumn.reevaluation import schedule_reevaluation

SOON_S = 0.02


class Scheduler:
    """What of Snakemake's scheduler counts here."""

    def __init__(self):
        self._open_jobs = threading.Semaphore(0)

    def looks(self):
        """Return how often it was told to look, once all timers have ended."""
        for thread in threading.enumerate():
            if isinstance(thread, threading.Timer):
                thread.join()
        n = 0
        while self._open_jobs.acquire(blocking=False):
            n += 1
        return n


def test_requests_for_the_same_look_are_one():
    scheduler, other = Scheduler(), Scheduler()
    for one in (scheduler, scheduler, other, scheduler):
        schedule_reevaluation(one, SOON_S)
    assert scheduler.looks() == 1
    assert other.looks() == 1


def test_a_look_may_ask_for_the_next():
    scheduler = Scheduler()
    for _ in range(3):
        schedule_reevaluation(scheduler, SOON_S)
        assert scheduler.looks() == 1


def test_snakemake_has_what_is_replaced():
    assert callable(JobScheduler._schedule_reevalutation)
