"""A circuit that leaves for other tools is the circuit that was simulated."""

from dataclasses import replace

import numpy as np
import pytest
from circuit_for_others import SPIKES, exported

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.prior import parameter_rows
from minicolumn.simulation.packing import pack, padding_of, slots_of, spread
from minicolumn.simulation.runs import Run


def test_its_connections_are_its_weights(cfg):
    one = exported(cfg)
    weights_uS = np.zeros_like(one.circuit.weights_uS)
    for part in one.connections():
        weights_uS[part.pre, part.post] += part.weight_uS
    np.testing.assert_array_equal(weights_uS, one.circuit.weights_uS)


def test_without_ach_it_is_as_the_family_built_it(cfg):
    one = exported(cfg, level=0.0)
    (built,) = build_circuits(parameter_rows(cfg.prior, cfg.seed, [7]), cfg)
    np.testing.assert_array_equal(one.drive_nA, built.drive_nA)
    sites = cfg.synapses.tsodyks_markram
    used = {part.pathway: part.parameters["U"] for part in one.connections()}
    assert used == {"EE": sites.EE.U, "EI": sites.EI.U, "I": sites.I.U}


@pytest.mark.parametrize("mechanism", ["synaptic", "combined"])
def test_drive_and_release_are_those_of_the_engine(cfg, mechanism):
    one = exported(cfg, mechanism)
    run = [Run(one.circuit, conditions=(one.condition,))]
    padding = padding_of(one.circuit)
    batch = pack(run, padding, one.dynamics, cfg)
    differs = spread(run, padding, one.dynamics)
    shift_pA = batch.leak_nS[0] * differs.depolarization_mV[0, 0]
    added_nA = np.asarray(differs.drive_nA[0, 0] + 1e-3 * shift_pA).ravel()
    expected = one.circuit.drive_nA + added_nA[slots_of(one.circuit, padding)]
    np.testing.assert_allclose(one.drive_nA, expected, atol=1e-6)
    (ee, *_) = one.connections()
    factor = float(differs.release["EE"].ravel()[0])
    assert ee.parameters["U"] == pytest.approx(
        factor * cfg.synapses.tsodyks_markram.EE.U, rel=1e-6
    )
    assert factor < 1


def test_a_magnesium_block_is_a_pathway_of_its_own(cfg):
    nmda = cfg.synapses.nmda.model_copy(update={"ratio": 0.5})
    synapses = cfg.synapses.model_copy(update={"nmda": nmda})
    one = exported(cfg)
    one = replace(one, config=cfg.model_copy(update={"synapses": synapses}))
    parts = {part.pathway: part for part in one.connections()}
    np.testing.assert_array_equal(
        parts["EE_NMDA"].weight_uS, 0.5 * parts["EE"].weight_uS
    )
    assert parts["EE_NMDA"].parameters["magnesium"] == nmda.magnesium_mM


def test_its_spikes_are_as_they_came(cfg):
    one = exported(cfg)
    assert (one.spike_unit.tolist(), one.spike_time_ms.tolist()) == SPIKES
    assert one.name == "circuit_7_combined_050"
