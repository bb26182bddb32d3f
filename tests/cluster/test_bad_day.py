"""One run in which five shards meet five faults; the sixth is left in peace.

Every job is tried twice, as the profile of these tests says.
"""

import re
from dataclasses import dataclass

import pytest
from one_machine_slurm import wait_for
from struck import FAILS, HANGS_ONCE, HOLDS, NEEDS_2_GB, ClusterCheckout, file_of

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

FAILING, CANCELED, SLOW = "synaptic-0000", "depolarizing-0000", "synaptic-0001"
HUNGRY, REQUEUED, SPARED = "combined-0000", "depolarizing-0001", "combined-0001"
SHARDS = (FAILING, CANCELED, SLOW, HUNGRY, REQUEUED, SPARED)


@dataclass(repr=False)
class Day:
    """What was said, done and left."""

    checkout: ClusterCheckout
    said: str
    status: str
    states: dict[str, list[str]]
    kept: dict[str, list]
    said_next: str
    after: dict[str, list]


@pytest.fixture(scope="module")
def day(new_checkout, slurm):
    checkout = new_checkout()
    checkout.strike(FAILING, FAILS)
    checkout.strike(SLOW, HANGS_ONCE)
    checkout.strike(HUNGRY, NEEDS_2_GB)
    checkout.strike(CANCELED, HANGS_ONCE)
    checkout.strike(REQUEUED, HOLDS)
    run = checkout.start("--until", "simulate_shard")
    checkout.wait_for_start(CANCELED, REQUEUED)
    slurm.run("scancel", slurm.running(checkout.path, CANCELED))
    requeued = slurm.running(checkout.path, REQUEUED)
    slurm.run("scontrol", "requeue", requeued)
    wait_for(
        lambda: slurm.jobs(checkout.path)[requeued].state == "PENDING", "the requeue"
    )
    (checkout.path / "faults" / f"{REQUEUED}.py").unlink()
    said = run.communicate(timeout=400)[0]
    status = checkout.tool("status").stdout
    states = {}
    for job in slurm.jobs(checkout.path).values():
        states.setdefault(job.name, []).append(job.state)
    kept = checkout.spikes()
    checkout.relent()
    said_next = checkout.run("--until", "simulate_shard")
    return Day(checkout, said, status, states, kept, said_next, checkout.spikes())


def test_a_shard_that_fails_is_tried_again_and_named(day):
    assert day.states[FAILING] == ["FAILED", "FAILED"]
    assert "RuntimeError: struck" in day.said
    assert re.search(r"failed: simulate_shard synaptic/0000: .*struck", day.status)


def test_a_canceled_shard_is_tried_again(day):
    assert sorted(day.states[CANCELED]) == ["CANCELLED", "COMPLETED"]
    assert file_of(CANCELED) in day.kept


def test_a_shard_beyond_its_time_is_tried_again_with_more(day):
    assert sorted(day.states[SLOW]) == ["COMPLETED", "TIMEOUT"]
    assert file_of(SLOW) in day.kept


def test_a_shard_beyond_its_memory_is_tried_again_with_more(day):
    # Under cgroups the state is OUT_OF_MEMORY; this Slurm kills by its own accounting.
    assert sorted(day.states[HUNGRY])[0] == "COMPLETED"
    assert sorted(day.states[HUNGRY])[1] in ("FAILED", "OUT_OF_MEMORY", "CANCELLED")
    assert file_of(HUNGRY) in day.kept


def test_a_requeued_shard_runs_again_under_its_number(day):
    assert day.states[REQUEUED] == ["COMPLETED"]


def test_what_was_done_stays_and_one_more_command_does_the_rest_only(day):
    assert set(day.kept) == {file_of(name) for name in SHARDS if name != FAILING}
    assert re.search(r"simulate_shard +1\b", day.said_next)
    assert "sample_circuits" not in day.said_next


def test_the_results_are_those_of_an_undisturbed_run(day, undisturbed):
    assert day.after == undisturbed


def test_gpu_rules_get_one_gpu_and_cpu_rules_none(day, slurm):
    gpus = {
        job.comment: slurm.gpus(job) for job in slurm.jobs(day.checkout.path).values()
    }
    assert set(gpus.values()) == {1}
    day.checkout.run(f"results/tiny/statistics/simulated/{file_of(SPARED)}")
    described = slurm.jobs(day.checkout.path).values()
    (job,) = (job for job in described if job.comment not in gpus)
    assert "describe_simulations" in job.comment
    assert (slurm.gpus(job), job.partition) == (0, "cpu")
