"""Snakemake on a workstation with several GPUs, which here are names only."""

import re

import pytest
from checkouts import TINY

from minicolumn.circuits.mechanisms import MECHANISMS

pytestmark = [pytest.mark.workflow, pytest.mark.slow]

SHARDS = [f"results/tiny/simulations/{m}/shard-0000.parquet" for m in MECHANISMS]


def logs(checkout):
    directory = checkout.path / "results" / "tiny" / "logs" / "simulate_shard"
    return [path.read_text() for path in directory.iterdir()]


def test_concurrent_jobs_have_a_gpu_each_and_no_more_run_than_there_are(checkout):
    checkout.snakemake(
        *SHARDS,
        *("--cores", "3", "--resources", "gpu=2", "--configfile", TINY),
        CUDA_VISIBLE_DEVICES="0,1",
    )
    said = logs(checkout)
    used = [re.findall(r"this job has GPU (\d)", log) for log in said]
    assert len(used) == 3
    assert {device for (device,) in used} == {"0", "1"}
    assert not any("waiting for one" in log for log in said)


def test_without_a_gpu_it_is_told_once(checkout):
    said = checkout.snakemake(
        *SHARDS[:2],
        *("--cores", "2", "--configfile", TINY),
        CUDA_VISIBLE_DEVICES="",
    )
    assert said.count("No GPU is visible") == 1
    assert len(logs(checkout)) == 2
