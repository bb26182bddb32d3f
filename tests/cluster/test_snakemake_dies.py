"""Snakemake is stopped or killed while jobs run, or two users run it at once.

Each run wants two shards: one is done soon, the other holds until it is let go.
"""

import re
import signal

import pytest
from one_machine_slurm import wait_for
from struck import HOLDS, file_of, shard

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

SOON, HELD, NEXT = "synaptic-0000", "depolarizing-0000", "combined-0000"


@pytest.fixture
def under_way(checkout, slurm, started):
    """A run with one shard done and one held."""
    checkout.strike(HELD, HOLDS)
    run = started(checkout.start(shard(SOON), shard(HELD)))
    checkout.wait_for_start(HELD)
    wait_for(lambda: file_of(SOON) in checkout.spikes(), "the first shard")
    wait_for(lambda: len(slurm.jobs(checkout.path, "running")) == 1, "its job to end")
    return run


def expected(undisturbed, *names):
    return {file_of(name): undisturbed[file_of(name)] for name in names}


def test_ctrl_c_cancels_what_runs_and_the_same_command_goes_on(
    checkout, under_way, slurm, undisturbed
):
    under_way.send_signal(signal.SIGINT)
    assert under_way.wait(60) != 0
    wait_for(lambda: not slurm.jobs(checkout.path, "running"), "jobs to end")
    assert set(checkout.spikes()) == {file_of(SOON)}
    assert not list(checkout.simulations.rglob(".*"))
    checkout.relent()
    said = checkout.run(shard(SOON), shard(HELD))
    assert re.search(r"simulate_shard +1\b", said)
    assert checkout.spikes() == expected(undisturbed, SOON, HELD)


def test_sigterm_lets_jobs_finish_and_starts_no_more(checkout, started, undisturbed):
    checkout.edit("profiles/slurm-gpu/config.yaml", "jobs: 64", "jobs: 1")
    checkout.strike(SOON, HOLDS)
    run = started(checkout.start(shard(SOON), shard(NEXT), "--prioritize", shard(SOON)))
    checkout.wait_for_start(SOON)
    run.send_signal(signal.SIGTERM)
    checkout.relent()
    said = run.communicate(timeout=120)[0]
    assert run.returncode != 0
    assert "Will exit after finishing currently running jobs" in said
    assert set(checkout.spikes()) == {file_of(SOON)}
    checkout.run(shard(SOON), shard(NEXT))
    assert checkout.spikes() == expected(undisturbed, SOON, NEXT)


def test_after_sigkill_recover_cancels_orphans_unlocks_and_goes_on(
    checkout, under_way, slurm, undisturbed
):
    under_way.kill()
    under_way.wait()
    orphan = slurm.running(checkout.path, HELD)
    locked = checkout.run(shard(SOON), shard(HELD), check=False)
    assert "cannot be locked" in locked
    assert "`make recover` continues it" in locked
    assert "stopped" in checkout.tool("status").stdout
    (checkout.path / "faults").rename(checkout.path / "no-more-faults")
    recovery = checkout.tool("recover")
    assert recovery.returncode == 0, recovery.stdout
    assert "Canceling jobs left in Slurm: 1 running" in recovery.stdout
    assert slurm.jobs(checkout.path)[orphan].state == "CANCELLED"
    assert checkout.spikes() == expected(undisturbed, SOON, HELD)


def test_orphans_that_still_write_do_no_harm(
    checkout, under_way, started, slurm, undisturbed
):
    under_way.kill()
    under_way.wait()
    checkout.run("--unlock")
    again = started(checkout.start(shard(SOON), shard(HELD)))
    wait_for(lambda: len(slurm.jobs(checkout.path, "running")) == 2, "both writers")
    checkout.relent()
    said = again.communicate(timeout=120)[0]
    assert again.returncode == 0, said
    wait_for(lambda: not slurm.jobs(checkout.path, "running"), "the orphan to end")
    assert checkout.spikes() == expected(undisturbed, SOON, HELD)


def test_a_second_user_is_told_whose_run_it_is_and_disturbs_nothing(
    checkout, under_way, undisturbed
):
    second = checkout.snakemake(*checkout.command([shard(HELD)]), check=False)
    assert "cannot be locked" in second
    status = checkout.tool("status").stdout
    assert re.search(rf"running \(\w+ on .*, process {under_way.pid}, since", status)
    assert "Slurm: 1 running" in status
    recovery = checkout.tool("recover")
    assert recovery.returncode == 1
    assert f"process {under_way.pid}" in recovery.stdout
    checkout.relent()
    assert under_way.wait(120) == 0
    assert checkout.spikes() == expected(undisturbed, SOON, HELD)
