"""A disk that is full, files that something else damaged, names that a shell runs."""

import re
import subprocess

import pytest
from checkouts import TINY
from struck import file_of, shard

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

ONE, OTHER = "synaptic-0000", "depolarizing-0000"


def test_a_full_disk_names_the_file_and_room_is_all_it_needs(checkout, undisturbed):
    checkout.edit("profiles/slurm-gpu/config.yaml", "retries: 1", "retries: 0")
    disk = checkout.path / "results"
    disk.mkdir()
    # Room for parameters, journal and logs, but not for the 26 kB of a shard.
    mount = ["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", str(disk)]
    subprocess.run(mount, check=True)
    try:
        said = checkout.run(shard(ONE), check=False)
        assert re.search(
            r"could not write .*shard-0000\.parquet: .*Free some disk space", said
        )
        assert not list(checkout.simulations.rglob("*.parquet"))
        subprocess.run(["mount", "-o", "remount,size=9m", str(disk)], check=True)
        checkout.run(shard(ONE))
        assert checkout.spikes() == {file_of(ONE): undisturbed[file_of(ONE)]}
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def statistics(name):
    return shard(name).replace("simulations", "statistics/simulated")


def test_damaged_shards_are_found_and_made_again_and_never_used(checkout, undisturbed):
    checkout.edit("profiles/slurm-gpu/config.yaml", "retries: 1", "retries: 0")
    checkout.snakemake(
        *(shard(ONE), shard(OTHER), "--cores", "2", "--configfile", TINY)
    )
    flipped, cut = (checkout.path / shard(name) for name in (ONE, OTHER))
    content = bytearray(flipped.read_bytes())
    content[len(content) // 2] ^= 1
    flipped.write_bytes(content)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    said = checkout.run(statistics(ONE), statistics(OTHER), check=False)
    assert re.search(r"synaptic/shard-0000\.parquet is damaged.*`make recover`", said)
    # A file without its end does not say what made it: the plan makes it again.
    assert not (checkout.path / statistics(ONE)).exists()
    recovery = checkout.tool("recover")
    assert recovery.returncode == 0, recovery.stdout
    assert "it is damaged and will be made again" in recovery.stdout
    assert checkout.spikes() == {
        file_of(name): undisturbed[file_of(name)] for name in (ONE, OTHER)
    }
    assert len(list(checkout.path.rglob("statistics/simulated/*/*.parquet"))) == 2
