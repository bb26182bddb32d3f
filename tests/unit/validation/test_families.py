"""What is said of the mice of another family, and how it is averaged."""

import pytest

from minicolumn.circuits.mechanisms import CLASSES
from minicolumn.inference.mechanism.answers import OUTSIDE
from minicolumn.inference.mechanism.learned import CLAIMS
from minicolumn.validation.families import outside_of_others
from minicolumn.validation.findings import Recovered


def recovered(**confusion):
    rows = {
        truth: dict.fromkeys(CLAIMS, 0) | confusion.get(truth, {truth: 100})
        for truth in CLASSES
    }
    return Recovered(rows, n=0, accuracy=0.5, wrong=0.0, interval=None)


def test_every_class_weighs_the_same_whatever_its_number_of_mice():
    one = recovered(
        synaptic={OUTSIDE: 90, "synaptic": 900, "undecided": 10},
        none={OUTSIDE: 100, "undecided": 200},
    )
    assert outside_of_others(one) == pytest.approx((0.9 + 1 / 3) / 2)


def test_where_all_are_right_nobody_could_be_outside():
    assert outside_of_others(recovered()) is None
