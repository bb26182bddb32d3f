"""Rivals of the mechanisms are compared on request, if there are any."""

import pytest
from checkouts import TINY

pytestmark = pytest.mark.workflow


def test_rivals_are_compared_on_request_alone(checkout):
    rivals = "extensions=[docs/extending/rivals/disinhibition.py]"
    assert checkout.planned(
        "--configfile", TINY, "--config", rivals, "--", "rivals"
    ) == {
        "simulate_cohort": 3,
        "simulate_fresh_mice": 7,
        "train_mechanism": 1,
        "compare_rivals": 1,
        "rivals": 1,
    }


def test_without_a_rival_there_is_nothing_to_compare(checkout):
    run = checkout.snakemake("-n", "--configfile", TINY, "--", "rivals", check=False)
    assert "no rival of the mechanisms" in run
