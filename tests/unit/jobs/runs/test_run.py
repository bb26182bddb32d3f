import pytest

from minicolumn.jobs.runs.run import Job, Plan, Run, State

START = 1000.0
DONE, RUNNING, FAILED, WAITING = (
    State.DONE,
    State.RUNNING,
    State.FAILED,
    State.WAITING,
)


def job(number, rule="simulate", *, stale=True):
    return Job(number, rule, f"{number}", f"{rule}-{number}.log", stale)


def run_of(*jobs):
    return Run(Plan("ann", "login1", 7, START, ("--cores", "2"), jobs))


def test_what_was_there_is_done_and_the_rest_waits():
    run = run_of(job(1, "sample", stale=False), job(2), job(3))
    assert run.stages() == {"sample": {DONE: 1}, "simulate": {WAITING: 2}}
    assert run.progress() == (0, 2)
    assert not run.is_done()


def test_jobs_go_through_their_states_and_a_failed_one_may_run_again():
    run = run_of(job(1), job(2))
    run.apply(START, RUNNING, [1, 2])
    run.apply(START + 1, FAILED, [1])
    assert [failed.id for failed in run.failed()] == [1]
    run.apply(START + 2, RUNNING, [1])
    run.apply(START + 3, DONE, [1, 2])
    assert run.failed() == []
    assert run.is_done()
    assert run.progress() == (2, 2)


def test_what_a_killed_run_left_running_waits():
    run = run_of(job(1), job(2))
    run.apply(START, RUNNING, [1])
    run.interrupt()
    assert run.states == {1: WAITING, 2: WAITING}


def test_jobs_that_are_not_in_the_plan_are_ignored():
    run = run_of(job(1))
    run.apply(START, DONE, [99])
    assert run.states == {1: WAITING}


@pytest.mark.parametrize("at_once", [1, 2, 4])
def test_time_left_is_work_left_over_jobs_at_once(at_once):
    run = run_of(*(job(number) for number in range(12)))
    run.apply(START, RUNNING, range(at_once))
    assert run.left_s(START + 5) is None
    run.apply(START + 10, DONE, range(at_once))
    run.apply(START + 10, RUNNING, range(at_once, 2 * at_once))
    left = 12 - at_once
    assert run.left_s(START + 10) == pytest.approx(left * 10 / at_once)


def test_only_stages_that_have_finished_a_job_count():
    run = run_of(job(1), job(2), job(3, "train"))
    run.apply(START, RUNNING, [1])
    run.apply(START + 10, DONE, [1])
    assert run.left_s(START + 10) == pytest.approx(10)
