"""How many circuits go to one job is a matter of speed: it changes no spike."""

import pytest
from checkouts import TINY

from minicolumn.files.store import read_tables
from minicolumn.files.tables import SIMULATIONS

pytestmark = [pytest.mark.workflow, pytest.mark.slow]


def spikes(checkout, per_shard, shards):
    results = f"results/by_{per_shard}"
    files = [
        f"{results}/simulations/combined/shard-{n:04}.parquet" for n in range(shards)
    ]
    own = checkout.path / "own.yaml"
    own.write_text(f"run: by_{per_shard}\ncircuits: {{per_shard: {per_shard}}}\n")
    checkout.snakemake(*files, "--cores", "2", "--configfile", TINY, "own.yaml")
    return read_tables([checkout.path / file for file in files], SIMULATIONS)


def test_shards_of_any_size_hold_the_same_spikes(checkout):
    assert spikes(checkout, 12, 2).equals(spikes(checkout, 24, 1))
