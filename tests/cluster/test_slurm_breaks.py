"""Slurm itself breaks under a run that has one job going."""

import re
import signal

import pytest
from one_machine_slurm import wait_for
from struck import HOLDS, file_of, shard

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

HELD = "synaptic-0000"


@pytest.fixture
def run(checkout, started):
    checkout.strike(HELD, HOLDS)
    run = started(checkout.start(shard(HELD)))
    checkout.wait_for_start(HELD)
    return run


def only_job(slurm, checkout):
    (job,) = slurm.jobs(checkout.path).values()
    return job


def restarts(slurm, job):
    shown = slurm.run("scontrol", "show", "job", "--oneliner", job.number)
    return int(re.search(r"Restarts=(\d+)", shown)[1])


def finishes_as_undisturbed(run, checkout, undisturbed):
    said = run.communicate(timeout=150)[0]
    assert run.returncode == 0, said
    return checkout.spikes() == {file_of(HELD): undisturbed[file_of(HELD)]}


def test_a_node_that_goes_down_gives_its_job_back_to_the_queue(
    run, checkout, slurm, undisturbed
):
    node = f"nodename={slurm.host}"
    slurm.run("scontrol", "update", node, "state=down", "reason=test")
    wait_for(lambda: only_job(slurm, checkout).state == "PENDING", "the requeue")
    # With ReturnToService=2 the node may have come back by itself.
    slurm.run("scontrol", "update", node, "state=resume", check=False)
    checkout.relent()
    assert finishes_as_undisturbed(run, checkout, undisturbed)
    assert restarts(slurm, only_job(slurm, checkout)) == 1


def test_a_killed_slurmd_loses_no_job(run, checkout, slurm, undisturbed):
    slurm.end("slurmd", signal.SIGKILL)
    wait_for(lambda: slurm.node_state().endswith("*"), "the node to be missed", 90)
    slurm.start_node()
    wait_for(lambda: not slurm.node_state().endswith("*"), "the node to be back")
    checkout.relent()
    assert finishes_as_undisturbed(run, checkout, undisturbed)
    assert restarts(slurm, only_job(slurm, checkout)) == 0


def test_a_killed_slurmctld_is_waited_for(run, checkout, slurm, undisturbed):
    wait_for(lambda: slurm.has_saved(only_job(slurm, checkout)), "Slurm to save")
    slurm.end("slurmctld", signal.SIGKILL)
    checkout.relent()
    wait_for(lambda: (checkout.path / shard(HELD)).exists(), "the job to end")
    slurm.start_controller()
    assert finishes_as_undisturbed(run, checkout, undisturbed)


def test_a_preempted_job_needs_ctrl_c_and_the_same_command(
    run, checkout, slurm, undisturbed
):
    asked = ("--partition=urgent", "--exclusive", "--wait", "--wrap=true")
    slurm.run("sbatch", "--output=/dev/null", *asked)
    assert only_job(slurm, checkout).state == "PREEMPTED"
    checkout.relent()
    run.send_signal(signal.SIGINT)
    assert run.wait(60) != 0
    checkout.run(shard(HELD))
    assert checkout.spikes() == {file_of(HELD): undisturbed[file_of(HELD)]}


def test_without_accounting_an_account_does_no_harm(checkout, undisturbed):
    profile = "profiles/slurm-gpu/config.yaml"
    checkout.edit(profile, "# slurm_account: yours", "slurm_account: lab")
    said = checkout.run(shard(HELD))
    assert "Proceeding without account validation" in said
    assert checkout.spikes() == {file_of(HELD): undisturbed[file_of(HELD)]}
