"""Neurons of the column against what is known of integrate-and-fire neurons."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest
from bare import bare_circuit

from minicolumn.circuits.family import family
from minicolumn.circuits.pd14 import constants, full_column, scaled
from minicolumn.simulation import equations, packing
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import simulate

DYNAMICS = family("pd14").dynamics
R_MOHM = 1e3 * constants.TAU_M_MS / constants.C_PF


def columns_of(sizes, **fields):
    n = sum(sizes)
    return replace(
        bare_circuit(n, 0),
        sizes=sizes,
        excitatory_types=4,
        **{"drive_nA": np.zeros(n), **fields},
    )


def test_rates_are_those_of_a_constant_current(of_column):
    """Rate = 1 / (refractory time + tau ln(RI / (RI - threshold)))."""
    current_nA = np.linspace(0.3, 1.2, 40)
    circuit = columns_of((5,) * 8, drive_nA=current_nA)
    (found,) = simulate([Run(circuit)], of_column, duration_s=4.0)
    up_mV = R_MOHM * current_nA
    rise_mV = constants.V_TH_MV - constants.E_L_MV
    with np.errstate(invalid="ignore"):
        reached_ms = constants.TAU_M_MS * np.log(up_mV / (up_mV - rise_mV))
    expected = np.where(
        up_mV > rise_mV, 1e3 / (constants.REFRACTORY_MS + reached_ms), 0
    )
    rates_hz = np.bincount(found.unit, minlength=40) / 4.0
    # A spike is at the end of a step of 0.1 ms.
    step = expected**2 * 1e-3 * of_column.simulation.dt_ms
    assert (rates_hz <= expected + 0.3).all()
    assert (rates_hz >= expected - step - 0.3).all()
    assert (rates_hz[up_mV < rise_mV] == 0).all()


def test_a_connection_of_full_size_makes_the_published_potential(of_column):
    weights_uS = np.zeros((8, 8))
    current_nA = 0.15e-3 * full_column.current_per_psp(0.5, 10.0, 250.0)
    per_uS = scaled.driving_mV(of_column) / scaled.charge_factor(of_column)
    weights_uS[0, 1] = current_nA / per_uS[0]
    weights_uS[4, 2] = -4 * current_nA / per_uS[4]
    circuit = columns_of((1,) * 8, weights_uS=weights_uS)
    runs, padding = [Run(circuit)], packing.Padding(*[1] * 8)
    program = equations.Program.of(DYNAMICS, padding, 0, of_column)
    batch = packing.pack(runs, padding, DYNAMICS, of_column)
    batch = equations.with_release(
        program, batch, packing.spread(runs, padding, DYNAMICS)
    )
    cells = equations.Cells.of(program, batch)
    v, states = equations.initial_state(program, batch, 1)
    sent = jnp.zeros(v.shape, bool).at[0, 0, jnp.array([0, 4])].set(True)
    states = equations.transmit(program, batch, states, sent)
    course = []
    for _ in range(60):
        v, states = equations.step(program, cells, v, states, jnp.zeros_like(v))
        course.append(np.asarray(v)[0, 0] - constants.E_L_MV)
    course = np.array(course)
    assert course[:, 1].max() == pytest.approx(0.15, rel=0.01)
    assert course[:, 2].min() == pytest.approx(-0.6, rel=0.01)
    assert np.abs(course[:, [0, 3, 4, 5, 6, 7]]).max() < 1e-3
