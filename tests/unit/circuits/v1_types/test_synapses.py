import numpy as np
import pytest

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.conditions import Condition, in_all_neurons
from minicolumn.circuits.family import family
from minicolumn.circuits.prior import parameter_rows
from minicolumn.circuits.v1_types.synapses import RECEPTORS
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import simulate

DYNAMICS = family("v1_types").dynamics


def test_the_targets_of_a_receptor_are_all_neurons_in_order():
    for members in RECEPTORS.values():
        targets = [kind for pathway in members for kind in pathway.post]
        assert targets == list(DYNAMICS.kinds)


def test_all_sites_are_those_that_the_family_says():
    assert set(DYNAMICS.sites) == set(family("v1_types").sites)


def test_connections_to_sst_neurons_facilitate_and_others_depress(of_types):
    first_over_second = {}
    for pathway in RECEPTORS["ampa"]:
        values = DYNAMICS.parameters_of(pathway, of_types.synapses)
        u, x, transmit = 0.0, 1.0, pathway.synapse.transmit
        u, x, first = transmit(u, x, np.bool_(True), values)
        for _ in range(20):
            u, x, _ = transmit(u, x, np.bool_(False), values)
        _, _, second = transmit(u, x, np.bool_(True), values)
        first_over_second[pathway.post[0]] = float(first / second)
    assert first_over_second["sst"] < 1
    assert first_over_second["exc"] > 1


def test_factors_on_a_site_and_on_its_class_multiply():
    condition = Condition(release={"EI": 0.5, "exc_sst": 0.4, "pv": 0.1})
    found = {p.name: p.release(condition) for m in RECEPTORS.values() for p in m}
    assert found["exc_sst"] == pytest.approx(0.2)
    assert (found["exc_pv"], found["exc_exc"], found["pv"]) == (0.5, 1.0, 0.1)
    assert found["sst"] == 1.0


def test_shifts_of_a_type_and_of_its_class_add_up():
    shifts = DYNAMICS.shifts({"inh": 1.0, "vip": 2.0})
    assert shifts == [0.0, 3.0, 1.0, 1.0]
    assert DYNAMICS.shifts(in_all_neurons(1.5)) == [1.5] * 4


def test_disinhibition_can_be_expressed(of_types):
    """VIP neurons that are depolarized silence SST neurons, as nicotinic ACh does."""
    nicotinic = Condition(depolarization_mV={"vip": 10.0})
    # Large circuits whose SST neurons fire, and whose inhibition is strong.
    given = {"n_neurons": 100, "drive_sst_nA": 0.15, "g_ii_nS": 100.0}
    rows = parameter_rows(of_types.prior, of_types.seed, range(8))
    rows = [row | given for row in rows]
    runs = [
        Run(circuit, conditions=(Condition(), nicotinic))
        for circuit in build_circuits(rows, of_types)
    ]
    rates = {}
    for found in simulate(runs, of_types, duration_s=2.0):
        counts = np.bincount(found.unit, minlength=found.circuit.n)
        kinds = DYNAMICS.of_neurons(found.circuit.sizes)
        for kind in DYNAMICS.kinds:
            rates.setdefault((kind, found.place), []).append(
                counts[kinds == kind].mean()
            )
    change = {k: np.mean(rates[k, 1]) - np.mean(rates[k, 0]) for k in DYNAMICS.kinds}
    assert change["vip"] > 0
    assert change["sst"] < 0
