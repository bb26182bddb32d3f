import numpy as np
import pytest

from minicolumn.curbd.decomposition import (
    agreements,
    current_rows,
    currents,
    forecast,
    shifted,
)
from minicolumn.curbd.network import Fit, fit, initial_weights
from minicolumn.files.tables import CURRENTS


@pytest.fixture(scope="module")
def found(known, settings):
    rng = np.random.default_rng(2)
    initial = np.stack([initial_weights(10, 1.5, rng) for _ in range(2)])
    return fit(known.activity.epochs, initial, settings.bin_s, settings.network)


def test_currents_from_all_groups_add_up_to_all_current(known, found):
    group = known.activity.group
    everyone = np.ones(len(group), dtype=bool)
    parts = sum(currents(found, group == "A", group == name) for name in "AB")
    whole = currents(found, group == "A", everyone)
    np.testing.assert_allclose(parts, whole, atol=1e-12)


def test_a_shift_moves_a_source_and_nothing_else(known):
    of = known.activity.group == "B"
    moved = shifted(known.activity.epochs, of, np.random.default_rng(3))
    before, after = (np.concatenate(one) for one in (known.activity.epochs, moved))
    assert [len(one) for one in moved] == [len(one) for one in known.activity.epochs]
    np.testing.assert_array_equal(after[:, ~of], before[:, ~of])
    np.testing.assert_array_equal(np.sort(after, axis=0), np.sort(before, axis=0))
    assert not np.array_equal(after, before)


def test_only_the_timing_of_a_source_that_acts_matters(known, settings):
    """With the true weights, of which all from A to B are cut."""
    group = known.activity.group
    weights = known.weights.copy()
    weights[np.ix_(group == "B", group == "A")] = 0
    true = Fit(weights[None], (), np.ones(1))
    epochs, rng = known.activity.epochs, np.random.default_rng(4)

    def forecasts(target, source):
        moved = shifted(epochs, group == source, rng)
        to = group == target
        return (forecast(true, epochs, one, to, settings)[0] for one in (epochs, moved))

    straight, moved = forecasts("A", "B")
    assert straight > 0.9
    assert moved < straight - 0.2
    straight, moved = forecasts("B", "A")
    assert moved == straight


def test_networks_with_the_same_currents_agree():
    one, other = np.random.default_rng(5).normal(size=(2, 500, 3))
    alike = np.stack([one, 2 * one + 1, other], axis=1)
    assert agreements(alike) == pytest.approx([0.5, 0.5, 0.0], abs=0.06)


def test_every_pair_of_groups_and_network_has_a_row(known, settings):
    few = settings.network.model_copy(update={"passes": 2})
    settings = settings.model_copy(update={"network": few})
    rows = list(current_rows(7, "running", known.activity, settings, seed=1))
    assert len(rows) == 4 * settings.seeds
    assert [*rows[0]] == [name for name in CURRENTS.names if name != "compared"]
    for network in range(settings.seeds):
        for target in "AB":
            shares = [
                row["share"]
                for row in rows
                if (row["network"], row["target"]) == (network, target)
            ]
            assert min(shares) > 0
    assert rows == list(current_rows(7, "running", known.activity, settings, seed=1))
