"""Names that a shell would run, on their way through sbatch and srun."""

import pytest
from checkouts import copy_checkout
from struck import ClusterCheckout, shard

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

PROFILE = "profiles/slurm-gpu/config.yaml"


@pytest.fixture
def checkout_called(slurm, tmp_path):
    """Return a function that makes a checkout of a given name."""

    def make(name):
        checkout = ClusterCheckout(copy_checkout(tmp_path / name).path)
        checkout.edit(PROFILE, "status-checks: 30", "status-checks: 1")
        checkout.edit(PROFILE, "retries: 2", "retries: 0")
        return checkout

    yield make
    assert not list(tmp_path.rglob("pwned*"))


def test_a_directory_of_several_words_and_signs_is_one_name(checkout_called):
    checkout = checkout_called("my runs; touch pwned & (2026) #1 *")
    checkout.run(shard("synaptic-0000"))
    assert len(checkout.spikes()) == 1


@pytest.mark.parametrize(
    "name", ["it's $(touch pwned)", "`touch pwned`", 'a "b" $(touch pwned)', "a\nb"]
)
def test_a_directory_that_a_shell_would_run_is_refused_before_any_job(
    checkout_called, slurm, name
):
    checkout = checkout_called(name)
    said = checkout.run(shard("synaptic-0000"), check=False)
    assert "The checkout " in said
    assert "rename it" in said
    assert not slurm.jobs(checkout.path)
    assert not (checkout.path / "results").exists()


@pytest.mark.parametrize("text", ["$(touch pwned)", "it's `touch pwned`", "a\nb"])
def test_a_value_that_a_shell_would_run_is_refused_before_any_job(
    checkout_called, slurm, text
):
    checkout = checkout_called("checkout")
    said = checkout.snakemake(
        *checkout.command([shard("synaptic-0000")]),
        *("--config", f"recordings={{units: {{areas: [{text!r}]}}}}"),
        check=False,
    )
    assert "A value of --config" in said
    assert not slurm.jobs(checkout.path)
