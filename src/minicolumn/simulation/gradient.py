"""The engine, differentiable: how the spikes of `engine.run` depend on it all.

Spikes are those of the engine, found first. Exact derivatives of a spiking network are
of no use: a spike that is transmitted on a grid passes none. So a spike has the
derivative of the probability that there is one (`Escape`, as in Neftci et al. 2019), at
the voltage that the network has when these spikes drive it, and the derivative that
passes through synapses is damped by a gain, without which it grows exponentially with
time. Within a millisecond gates are held: voltage then depends on its start, on
currents and on conductances as a linear recursion says, whose coefficients are carried
along with the steps.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from minicolumn.errors import ConfigError
from minicolumn.simulation import engine, equations, noise
from minicolumn.simulation.engine import Parts, State
from minicolumn.simulation.equations import Cells, Program, States
from minicolumn.simulation.packing import Batch, Differences

_V, _CURRENT = "v", "current"


def forward(
    batch: Batch, differences: Differences, root: Array, program: Program
) -> Array:
    """Return the spikes of `engine.run` as `spikes` takes them.

    By the interval of transmission, (n_ms, intervals, C, L, N). It is not to be
    compiled with anything else: another program rounds in another way, and a network
    makes other spikes of that within seconds.
    """
    if round(noise.BIN_MS / program.transmission_ms) == 1:
        return engine.run(batch, differences, root, program)[0][:, None]
    return engine.run(batch, differences, root, program, summed=False)[0]


def spikes(
    batch: Batch,
    differences: Differences,
    root: Array,
    program: Program,
    gain: Array,
    warmup_ms: int,
    given: Array,
) -> Array:
    """Return the spikes after the warm-up, 0.0 or 1.0 in each ms, (ms, C, L, N).

    They are those ``given``, with derivatives with respect to weights, background and
    the M conductance in ``batch``.

    Parameters
    ----------
    batch, differences, root, program
        As `engine.run` takes them.
    gain
        Factor on the derivative that passes through synapses, (C, 1, 1).
    warmup_ms
        Milliseconds through which no derivative passes.
    given
        What `forward` returns of the same.

    Raises
    ------
    ConfigError
        If the family of the circuits has no `Escape`.
    """
    held: Any = hold
    parts = Parts(held, partial(sent, program), partial(_transmit, gain))
    steady = lax.stop_gradient(batch)
    before = engine.loop(steady, differences, root, program, parts)
    warmup = engine.bins(differences, 0, warmup_ms, given)
    state, _ = lax.scan(
        lambda carry, at: (before.one_bin(carry, at)[0], None), before.start, warmup
    )
    one_bin = engine.loop(batch, differences, root, program, parts).one_bin
    rest = engine.bins(differences, warmup_ms, program.n_ms, given)
    _, every = lax.scan(one_bin, lax.stop_gradient(state), rest)
    return every.sum(axis=1)


def sent(program: Program, spiked: Array, v: Array) -> Array:
    """Return spikes as floats, whose derivative is that of their probability."""
    escape, padding = program.dynamics.escape, program.padding
    if escape is None:
        raise ConfigError(
            "circuits of this family cannot be fitted by gradients: their dynamics "
            "have no `escape`. Choose another circuits.family"
        )
    by_kind, kinds = escape.threshold_mV, program.dynamics.kinds.items()
    thresholds = [
        jnp.full(n, by_kind[kind] if kind in by_kind else by_kind[of])
        for (kind, of), n in zip(kinds, padding, strict=True)
    ]
    p = jax.nn.sigmoid((v - jnp.concatenate(thresholds)) / escape.width_mV)
    slope = jnp.where(v < escape.below_mV, p * (1 - p) / escape.width_mV, 0.0)
    # The value of the last term is 0, and its derivative the slope.
    return spiked.astype(v.dtype) + lax.stop_gradient(slope) * (
        v - lax.stop_gradient(v)
    )


def _transmit(
    gain: Array, program: Program, batch: Batch, states: States, spikes: Array
) -> States:
    held = lax.stop_gradient(spikes)
    damped = held + gain * (spikes - held)
    return equations.transmit(program, batch, states, damped)


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def hold(program: Program, cells: Cells, state: State, current_nA: Array) -> State:
    """Do what `engine.hold` does, but for noting who spikes."""
    v, states, spiked = state
    v, states, _ = held(program, cells, v, states, current_nA)
    return v, states, spiked


def _hold_forward(
    program: Program, cells: Cells, state: State, current_nA: Array
) -> tuple[State, Any]:
    v, states, spiked = state
    v, states, to = held(program, cells, v, states, current_nA)
    return (v, states, spiked), (cells, to)


def _hold_backward(program: Program, kept: Any, cotangents: Any) -> Any:
    cells, to = kept
    to_v, to_states, _ = cotangents
    left = left_after(program, cells)
    gates = set(to_states) - set(_synaptic(program, cells))
    passed = {
        name: to[name] * to_v + left[name] * value
        if name in left
        else jnp.zeros_like(value)
        if name in gates
        else value
        for name, value in to_states.items()
    }
    channels = dict.fromkeys(cells.channels) | {
        name: _summed(to[name] * to_v, cells.channels[name])
        for name in program.dynamics.g_M_parameters
    }
    return (
        Cells(channels, None, None, None),  # pyright: ignore[reportArgumentType]
        (to[_V] * to_v, passed, None),
        to[_CURRENT] * to_v,
    )


hold.defvjp(_hold_forward, _hold_backward)


def held(
    program: Program, cells: Cells, v: Array, states: States, current_nA: Array
) -> tuple[Array, States, dict[str, Array]]:
    """Return voltage and states after a draw, and derivatives of that voltage.

    They are those with respect to voltage, current, receptors' conductances and
    parameters of channels at its start, by name, with gates held.
    """
    channels = program.dynamics.g_M_parameters
    spread = {
        name: jnp.broadcast_to(cells.channels[name], v.shape) for name in channels
    }
    one, zero = jnp.ones_like(v), jnp.zeros_like(v)

    def one_step(step, carry):
        v, states, to = carry
        v, states = equations.gated(program, cells, v, states)
        at = {_V: v, _CURRENT: current_nA, **{r: states[r] for r in cells.kept}}
        at |= spread

        def advanced(name: str, value: Array) -> Array:
            new = at | {name: value}
            own = cells._replace(
                channels=cells.channels | {name: new[name] for name in channels}
            )
            conductances = {receptor: new[receptor] for receptor in cells.kept}
            return equations.advance(
                program, own, new[_V], states | conductances, new[_CURRENT]
            )[0]

        slopes = {
            name: jax.jvp(partial(advanced, name), (value,), (one,))[1]
            for name, value in at.items()
        }
        v, states = equations.advance(program, cells, v, states, current_nA)
        to = {
            name: slopes[_V] * before
            + (0.0 if name == _V else slopes[name] * left(name, step))
            for name, before in to.items()
        }
        return v, states, to

    def left(name: str, steps: Any) -> Any:
        return cells.kept[name] ** steps if name in cells.kept else 1.0

    to = {_V: one, _CURRENT: zero, **dict.fromkeys((*cells.kept, *channels), zero)}
    n = engine.steps_per_draw(program)
    return lax.fori_loop(0, n, one_step, (v, states, to), unroll=n)


def left_after(program: Program, cells: Cells) -> dict[str, Array]:
    """Return what is left of each receptor's conductance after a draw."""
    n = engine.steps_per_draw(program)
    return {receptor: kept**n for receptor, kept in cells.kept.items()}


def _synaptic(program: Program, cells: Cells) -> Iterator[str]:
    """Yield the names of states that are conductances, or belong to release."""
    for receptor in cells.kept:
        yield receptor
        for pathway in program.dynamics.receptors[receptor]:
            yield from (f"{pathway.name}_{key}" for key in ("u", "x"))


def _summed(values: Array, like: Array) -> Array:
    """Return values summed over the conditions that share one of ``like``."""
    return values.sum(axis=1, keepdims=True) if like.shape[1] == 1 else values
