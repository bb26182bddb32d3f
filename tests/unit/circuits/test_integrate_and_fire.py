"""Leaky integrate-and-fire neurons against their rate in closed form."""

from dataclasses import replace

import numpy as np
import pytest
from bare import bare_circuit

from minicolumn.circuits.family import family
from minicolumn.circuits.lif_random.sampled import (
    REFRACTORY_MS,
    RESET_MV,
    THRESHOLD_MV,
)
from minicolumn.config import parse_config
from minicolumn.config.settings import settings_of
from minicolumn.simulation.runs import Run
from minicolumn.simulation.simulate import simulate


@pytest.mark.parametrize(
    ("name", "sizes"), [("lif_random", (20, 20)), ("lif_types", (10, 10, 10, 10))]
)
def test_rates_are_those_of_a_constant_current(settings, name, sizes):
    """Rate = 1 / (refractory time + tau ln((up - reset) / (up - threshold)))."""
    cfg = parse_config(settings_of(settings(), {"circuits": {"family": name}}))
    dynamics = family(name).dynamics
    kinds = dynamics.of_neurons(sizes)
    leak_nS = dynamics.leak_nS(cfg.neurons, kinds)
    area_um2 = dynamics.area_um2(cfg.neurons, kinds)
    tau_ms = dynamics.capacitance_uF_cm2 * area_um2 * 1e-2 / leak_nS
    up_mV = np.tile(np.linspace(-50.0, -30.0, sizes[0]), len(sizes))
    rest_mV = cfg.neurons.excitatory.reversal_leak_mV
    current_nA = 1e-3 * leak_nS * (up_mV - rest_mV)
    circuit = replace(bare_circuit(40, 0), sizes=sizes, drive_nA=current_nA)
    (found,) = simulate([Run(circuit)], cfg, duration_s=4.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        reached_ms = tau_ms * np.log((up_mV - RESET_MV) / (up_mV - THRESHOLD_MV))
    fires = up_mV > THRESHOLD_MV
    expected = np.where(fires, 1e3 / (REFRACTORY_MS + reached_ms), 0)
    rates_hz = np.bincount(found.unit, minlength=40) / 4.0
    # A spike is at the end of a step of 0.1 ms.
    step = expected**2 * 1e-3 * cfg.simulation.dt_ms
    assert (rates_hz <= expected + 0.3).all()
    assert (rates_hz >= expected - step - 0.3).all()
    assert (rates_hz[~fires] == 0).all()
