"""How well two classes are told apart, and the laws of the rivals that come along."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from overlay import ROOT, overlaid
from scipy.stats import norm

from minicolumn.circuits.mechanisms import CLASSES, RIVALS
from minicolumn.registry.loading import VARIABLE
from minicolumn.validation.judged import Said
from minicolumn.validation.rivals import ENOUGH, mice_needed, told_apart

LAWS = Path(__file__).with_name("with_rivals.py")
SHIPPED = [str(ROOT / name) for name in overlaid("rivals.yaml")["extensions"]]


def test_no_rival_is_a_class_unless_the_configuration_says_so():
    assert RIVALS == ()
    assert CLASSES == ("synaptic", "depolarizing", "combined", "none")


def test_the_rivals_that_come_along_keep_their_laws():
    """In a process of its own: names are fixed once."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", LAWS],
        env=os.environ | {VARIABLE: json.dumps(SHIPPED)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("effect", [0.2, 0.5, 1.0])
def test_so_many_independent_mice_are_enough(effect):
    """Log odds of mice are normal here, so that cohorts of any size can be drawn."""
    right = {size: norm.cdf(effect * np.sqrt(size)) for size in (1, 2, 4)}
    n = mice_needed(right)
    rng = np.random.default_rng(0)
    drawn = rng.normal(effect, 1.0, (20_000, round(n))).sum(axis=1) > 0
    assert drawn.mean() == pytest.approx(ENOUGH, abs=0.015) or n in right


def test_no_number_of_mice_is_enough_where_the_wrong_class_is_more_probable():
    assert mice_needed({1: 0.6, 4: 0.5}) == np.inf
    assert mice_needed({1: 0.96, 4: 0.2}) == np.inf
    assert mice_needed({1: 0.6, 4: 0.9, 16: 0.8}) == np.inf
    assert mice_needed({1: 0.96, 4: 0.9, 16: 0.97}) == 16


def said(*rows):
    with np.errstate(divide="ignore"):
        log_probability = np.log(np.array(rows, float))
    none = np.zeros((len(rows), 4))
    return Said(np.array(["?"] * len(rows)), log_probability, none, none)


def test_a_pair_is_told_apart_by_its_two_probabilities_alone():
    """Classes weigh the same, none is of three groups, and a tie is half right."""
    answers = {
        "synaptic": said([0.2, 0.0, 0.7, 0.1]),
        "nothing_changes": said([0.1, 0.4, 0.3, 0.2]),
        "less_drive": said([0.2, 0.4, 0.2, 0.2]),
        "noise": said([0.4, 0.3, 0.2, 0.1], [0.0, 0.0, 0.0, 1.0]),
    }
    assert told_apart("synaptic", "none", answers) == (1 + 2.5 / 4) / 2
    assert told_apart("none", "synaptic", answers) == (1 + 2.5 / 4) / 2
