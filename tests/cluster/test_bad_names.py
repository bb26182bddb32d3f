"""Names that a shell would run, on their way through sbatch and srun."""

import os

import pytest
from checkouts import copy_checkout
from conftest import ClusterCheckout, shard

pytestmark = [pytest.mark.cluster, pytest.mark.slow]


def test_a_directory_named_like_a_command_runs_none(
    slurm, compiled, tmp_path, monkeypatch
):
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", compiled)
    path = tmp_path / """it's; $(touch pwned) `touch pwned` "here" & now"""
    checkout = ClusterCheckout(copy_checkout(path).path)
    profile = "profiles/slurm-gpu/config.yaml"
    checkout.edit(profile, "status-checks: 30", "status-checks: 1")
    checkout.edit(profile, "retries: 2", "retries: 0")
    checkout.run(shard("synaptic-0000"))
    assert len(checkout.spikes()) == 1
    assert not [f for f in os.walk(tmp_path) if "pwned" in f[2]]
