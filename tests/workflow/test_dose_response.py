"""Acetylcholine within sessions is part of a run if its recordings have a pupil."""

import pytest
from checkouts import TINY

pytestmark = pytest.mark.workflow

FILE = "recordings={source: nwb, nwb: {files: {1: mouse.nwb}%s}}"


def test_a_run_follows_acetylcholine_if_there_is_a_pupil(checkout):
    (checkout.path / "mouse.nwb").touch()
    with_pupil, without = (
        checkout.planned("--configfile", TINY, "--config", FILE % pupil)
        for pupil in (", pupil: {series: pupil_area}", "")
    )
    assert with_pupil.pop("follow_ach") == 1
    assert with_pupil == without


def test_it_can_be_asked_for_alone(checkout):
    planned = checkout.planned("--configfile", TINY, "--", "dose_response")
    assert planned["follow_ach"] == 1
    assert "simulate_cohort" not in planned
