"""The plan and every job know what made a file, whatever Snakemake remembers."""

import json
import shutil

import pytest
from checkouts import TINY

from minicolumn.circuits.family import family
from minicolumn.files.columns import parameter_columns
from minicolumn.files.origin import stamp_of, working
from minicolumn.files.store import columns_of, read_table, write_table
from minicolumn.files.tables import CIRCUITS

pytestmark = [pytest.mark.workflow]

SHARDS = [f"results/tiny/circuits/shard-000{n}.parquet" for n in range(2)]
ARGUMENTS = ("--cores", "1", "--configfile", TINY)


@pytest.fixture(scope="module")
def circuits(tmp_path_factory):
    """A checkout with two shards of circuits, and no memory of how they were made."""
    from checkouts import copy_checkout

    checkout = copy_checkout(tmp_path_factory.mktemp("origin") / "checkout")
    checkout.snakemake(*SHARDS, *ARGUMENTS)
    shutil.rmtree(checkout.path / ".snakemake")
    return checkout


def planned(checkout, *arguments):
    return checkout.planned(*SHARDS, "--configfile", TINY, *arguments)


# Promise: `.snakemake` is lost | never: results say themselves what made them |
#   nothing
def test_results_copied_without_snakemakes_memory_are_fresh(circuits):
    assert planned(circuits) == {}


# Promise: `.snakemake` is lost and the configuration edited | by the plan | repeat
#   the command
def test_a_seed_edited_afterwards_makes_them_stale(circuits):
    assert planned(circuits, "--config", "seed=43") == {"sample_circuits": 2}


def test_a_copy_of_another_shard_is_made_again_and_read_by_nobody(circuits):
    first, second = (circuits.path / shard for shard in SHARDS)
    whole = first.read_bytes()
    shutil.copy2(second, first)
    try:
        assert planned(circuits) == {"sample_circuits": 1}
    finally:
        first.write_bytes(whole)


SIMULATED = "results/tiny/simulations/synaptic/shard-0000.parquet"


@pytest.mark.slow
def test_a_shard_that_lacks_circuits_is_read_by_nobody(circuits):
    """Though it says that the planned job made it."""
    whole = (circuits.path / SHARDS[0]).read_bytes()
    schema = CIRCUITS.plus(*parameter_columns(family("ei").parameters))
    rows = read_table(circuits.path / SHARDS[0], schema).to_pylist()
    with working(stamp_of(circuits.path / SHARDS[0]).origin, {}):
        write_table(circuits.path / SHARDS[0], schema, columns_of(rows[1:]))
    try:
        arguments = (SIMULATED, *ARGUMENTS, "--rerun-triggers", "params")
        output = circuits.snakemake(*arguments, check=False)
        assert f"{SHARDS[0]} has 0 rows of circuit_id 0, not 1" in output
        assert "Delete it" in output
        assert "Traceback" not in output
        assert not (circuits.path / SIMULATED).exists()
    finally:
        (circuits.path / SHARDS[0]).write_bytes(whole)


def test_an_overlay_edited_while_a_run_goes_on_is_refused_by_its_jobs(circuits):
    """As on a cluster, where every job reads the configuration again."""
    circuits.snakemake(*SHARDS, *ARGUMENTS, "--forceall")
    journal = circuits.path / "results/tiny/logs/journal.jsonl"
    first, *rest = journal.read_text().splitlines()
    plan = json.loads(first)
    for job in plan["jobs"]:
        job["settings"]["seed"] = "43"
    kept = [(circuits.path / shard).read_bytes() for shard in SHARDS]
    circuits.edit("Snakefile", "        begin(", "        if False: begin(")
    journal.write_text("\n".join([json.dumps(plan), *rest, ""]))
    output = circuits.snakemake(*SHARDS, *ARGUMENTS, "--forceall", check=False)
    assert "has another seed" in output
    assert "one run must not mix two" in output
    assert "Traceback" not in output
    circuits.edit("Snakefile", "        if False: begin(", "        begin(")
    circuits.snakemake(*SHARDS, *ARGUMENTS)
    assert [(circuits.path / shard).read_bytes() for shard in SHARDS] == kept
