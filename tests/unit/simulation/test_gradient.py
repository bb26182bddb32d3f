"""The differentiable engine spikes as the engine does; its derivatives are exact."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from minicolumn.circuits.circuit import build_circuits
from minicolumn.circuits.conditions import Condition
from minicolumn.circuits.family import family
from minicolumn.circuits.prior import parameter_rows
from minicolumn.config import parse_config
from minicolumn.errors import ConfigError
from minicolumn.simulation import engine, equations, gradient, packing
from minicolumn.simulation.runs import Run

DYNAMICS = family("ei").dynamics
ROOT = jax.random.key(3)
CONDITIONS = (Condition(), Condition(release={"EE": 0.5}, drive_nA={"exc": 0.05}))


def setting(physics, n_ms=400, circuits=(0, 1), conditions=CONDITIONS):
    """Return the arguments of `engine.run` for a few circuits of the prior."""
    rows = parameter_rows(physics.prior, physics.seed, circuits)
    runs = [Run(one, conditions=conditions) for one in build_circuits(rows, physics)]
    padding = max(packing.padding_of(run.circuit) for run in runs)
    return (
        packing.pack(runs, padding, DYNAMICS, physics),
        packing.spread(runs, padding, DYNAMICS),
        ROOT,
        equations.Program.of(DYNAMICS, padding, n_ms, physics),
    )


SYNAPSES = {
    "as configured": {},
    "nmda": {"nmda": {"ratio": 0.7, "decay_ms": 43.0, "magnesium_mM": 1.0}},
    "static, 0.5 ms": {"release": "static", "transmission_ms": 0.5},
}


@pytest.mark.parametrize("synapses", SYNAPSES.values(), ids=SYNAPSES)
def test_what_the_engine_sent_comes_back_without_the_warm_up(settings, synapses):
    values = settings()
    values["synapses"] |= synapses
    batch, differences, root, program = setting(parse_config(values))
    given = batch, differences, root, program
    sent = gradient.forward(*given)
    found = jax.jit(gradient.spikes, static_argnums=(3, 5))(
        *given, jnp.full((2, 1, 1), 0.3), 100, sent
    )
    counts, _ = engine.run(*given)
    assert np.asarray(counts).sum() > 20
    np.testing.assert_array_equal(np.asarray(found), np.asarray(counts)[100:])


@pytest.mark.parametrize("synapses", SYNAPSES.values(), ids=SYNAPSES)
def test_the_spikes_of_the_engine_drive_the_voltage_that_made_them(settings, synapses):
    values = settings()
    values["synapses"] |= synapses
    batch, differences, root, program = setting(parse_config(values))
    sent = gradient.forward(batch, differences, root, program)

    def last_voltage(parts, given):
        start, one_bin = engine.loop(batch, differences, root, program, parts)
        every = engine.bins(differences, 0, program.n_ms, given)
        (((v, *_), _), _) = jax.lax.scan(one_bin, start, every)
        return np.asarray(v)

    held: Any = gradient.hold
    driven = engine.Parts(held, lambda spiked, v: spiked.astype(v.dtype))
    own = last_voltage(engine.Parts(), None)
    np.testing.assert_allclose(last_voltage(driven, sent), own, atol=0.05)
    nothing = last_voltage(driven, jnp.zeros_like(sent))
    assert not np.allclose(nothing, own, atol=0.05)


def test_sensitivities_are_exact_while_gates_are_held(cfg):
    """The replay differentiates the steps of the engine with gates as they were."""
    batch, _, _, program = setting(cfg, conditions=(Condition(),))
    cells = equations.Cells.of(program, batch)
    v, states = equations.initial_state(program, batch, 1)
    rng = np.random.default_rng(1)
    v = jnp.asarray(rng.uniform(-75, -30, v.shape), jnp.float32)
    states |= {r: jnp.asarray(rng.uniform(0, 0.02, v.shape)) for r in cells.kept}
    current_nA = jnp.asarray(rng.uniform(-0.2, 0.6, v.shape), jnp.float32)
    scaled = dict(cells.channels)
    at = {
        "v": v,
        "current": current_nA,
        **{receptor: states[receptor] for receptor in cells.kept},
        "Km_gKm": jnp.broadcast_to(scaled["Km_gKm"], v.shape),
    }

    def replay(values, gates):
        own = cells._replace(channels=scaled | {"Km_gKm": values["Km_gKm"]})
        v, now = values["v"], states | {r: values[r] for r in cells.kept}
        used = []
        for step in range(5):
            now = gates[step] | {r: now[r] for r in cells.kept} if gates else now
            if not gates:
                v, now = equations.gated(program, own, v, now)
            used.append(now)
            v, now = equations.advance(program, own, v, now, values["current"])
        return v, used

    _, gates = replay(at, None)
    *_, to = gradient.held(program, cells, v, states, current_nA)
    assert set(to) == set(at)
    for name, value in at.items():
        one = jnp.ones_like(value)
        exact = jax.jvp(
            lambda x, name=name: replay(at | {name: x}, gates)[0], (value,), (one,)
        )[1]
        np.testing.assert_allclose(to[name], exact, rtol=2e-4, atol=1e-5, err_msg=name)
    for receptor, share in gradient.left_after(program, cells).items():
        expected = np.broadcast_to(cells.kept[receptor] ** 5, v.shape)
        share = np.broadcast_to(share, v.shape)
        np.testing.assert_allclose(share, expected, rtol=1e-5)


def test_a_spike_has_the_slope_of_its_probability(cfg):
    _, _, _, program = setting(cfg)
    n, escape = sum(program.padding), DYNAMICS.escape
    v = jnp.full((1, 1, n), -44.0)
    slope = jax.grad(
        lambda x: gradient.sent(program, jnp.zeros(v.shape, bool), x)[0, 0, 0]
    )
    p = 1 / (1 + np.exp(-(-44.0 - escape.threshold_mV["exc"]) / escape.width_mV))
    assert float(slope(v)[0, 0, 0]) == pytest.approx(p * (1 - p) / escape.width_mV)
    assert not np.asarray(slope(jnp.full(v.shape, -20.0))).any()


def test_a_family_without_escape_is_refused(cfg):
    _, _, _, program = setting(cfg)
    without = replace(program, dynamics=replace(DYNAMICS, escape=None))
    with pytest.raises(ConfigError, match="cannot be fitted by gradients"):
        gradient.sent(without, jnp.zeros((1, 1, 4), bool), jnp.zeros((1, 1, 4)))
