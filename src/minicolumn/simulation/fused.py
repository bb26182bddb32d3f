"""The engine for CUDA GPUs: one program integrates one circuit under one condition.

From first step to last, state stays in registers; the equations of a step, of release
and of the background are those of `engine` and `noise`, traced into the kernel by
Pallas. Spikes are events: each adds one row of the weights to its targets and writes
one word, so no raster exists. Arrays are as in `packing`, padded to a power of two.

Programs share nothing, so a circuit's spikes on one kind of GPU are the same alone and
in any company. They differ from those of `engine` by rounding only.
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.experimental import pallas as pl
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.dynamics import Pathway
from minicolumn.simulation import engine, noise
from minicolumn.simulation.engine import Cells, Program, States
from minicolumn.simulation.packing import Background, Batch, Differences, Padding

LARGEST = 256  # neurons that a word of an event can name
NEURON_BITS = 8
EVENTS_TOGETHER = 2**20


class Inputs(NamedTuple):
    """What the kernel reads; arrays are (C or 1, L or 1, N or 1) unless stated."""

    cells: Cells
    background: Background
    shift_nA: Array
    keys: tuple[Array, Array]
    common_keys: tuple[Array, Array]
    weights: dict[str, Array]  # by receptor, (C, N, N)
    currents_nA: tuple[Array, ...]
    waveforms: tuple[Array, ...]  # (C, L, ms)


def padding_of(circuit: Circuit) -> Padding:
    """Return the smallest padding of a power of two that holds the circuit."""
    total = max(16, 2 ** int(np.ceil(np.log2(circuit.n))))
    n_inh = -(-total // 5)
    while circuit.n_exc > total - n_inh or circuit.n_inh > n_inh:
        total *= 2
        n_inh = -(-total // 5)
    return Padding(total - n_inh, n_inh)


def run(
    batch: Batch,
    differences: Differences,
    root: Array,
    program: Program,
    *,
    from_ms: int,
    capacity: int,
    warps: int | None = None,
    interpret: bool = False,
) -> tuple[Array, Array, Array]:
    """Simulate every circuit under every condition.

    Parameters
    ----------
    batch, differences, root, program
        As `engine.run` takes them.
    from_ms
        Spikes before this millisecond are no events; those after it count from there.
    capacity
        Events per simulation that there is room for; what comes later is counted only.
    warps
        Groups of 32 threads per simulation; a default by size. It changes no spike.
    interpret
        Whether to interpret the kernel, on any device and very slowly.

    Returns
    -------
    events
        One word per spike in order of time, (C, L, capacity): its millisecond and
        neuron, for `decoded`.
    counts
        Spikes of each simulation, (C, L).
    v
        Final voltage in mV, (C, L, N): not finite where a simulation failed.
    """
    inputs = _inputs(batch, differences, root, program)
    how = _How(
        from_ms, capacity, warps or max(1, sum(program.padding) // 64), interpret
    )
    return _launch(inputs, program, how)


def lowered_for_cuda(
    batch: Batch, differences: Differences, root: Array, program: Program
) -> str:
    """Return the kernel's StableHLO for CUDA; needs no GPU.

    Fails where the channels or synapses of a family use what Triton cannot express.
    """
    inputs = _inputs(batch, differences, root, program)
    how = _How(from_ms=0, capacity=1024, warps=1, interpret=False)
    return (
        _launch.trace(inputs, program, how)
        .lower(lowering_platforms=("cuda",))
        .as_text()
    )


def decoded(events: NDArray[np.int32]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return millisecond and position of the neuron of each event, in order."""
    return events >> NEURON_BITS, events & (2**NEURON_BITS - 1)


def compacted(events: Array, counts: Array, total: int) -> NDArray[np.int32]:
    """Return the ``total`` events of all simulations without the empty room.

    Packed on the device, so that little travels; in few sizes, since each compiles.
    """
    size = -(-max(total, 1) // EVENTS_TOGETHER) * EVENTS_TOGETHER
    return np.asarray(_compacted(events, counts.ravel(), size))[:total]


@partial(jax.jit, static_argnames=("size",))
def _compacted(events: Array, counts: Array, size: int) -> Array:
    row = jnp.repeat(jnp.arange(counts.size), counts, total_repeat_length=size)
    first = jnp.cumsum(counts) - counts
    return events.reshape(counts.size, -1)[row, jnp.arange(size) - first[row]]


def _inputs(
    batch: Batch, differences: Differences, root: Array, program: Program
) -> Inputs:
    batch = engine.with_release(program, batch, differences)
    keys = noise.keys_of(batch, differences.own_noise, root, program.padding)
    cells = Cells.of(program, batch)
    # What is left are decay times of connections, which `kept` replaces, and numbers.
    numbers = {
        name: jnp.reshape(value, value.shape if value.ndim else (1, 1, 1))
        for name, value in batch.synapses.items()
        if not name.endswith("_decay")
    }
    return Inputs(
        cells._replace(synapses=numbers),
        batch.background,
        engine.shift(batch, differences),
        (keys[0, ..., :-1], keys[1, ..., :-1]),
        (keys[0, ..., -1:], keys[1, ..., -1:]),
        {
            receptor: _square(batch, program, pathways)
            for receptor, pathways in program.receptors(batch)
        },
        differences.currents_nA,
        tuple(jnp.moveaxis(w[..., 0], 0, -1) for w in differences.waveforms),
    )


def _square(batch: Batch, program: Program, pathways: tuple[Pathway, ...]) -> Array:
    """Return the weights of a receptor between all neurons, (C, pre, post)."""
    n, padding = sum(program.padding), program.padding
    weights = jnp.zeros((len(batch.circuit_id), n, n), batch.per_area.dtype)
    for pathway in pathways:
        pre, post = padding.block(pathway.pre), padding.cover(pathway.post)
        weights = weights.at[:, pre, post].set(batch.weights[pathway.name])
    return weights


class _How(NamedTuple):
    from_ms: int
    capacity: int
    warps: int
    interpret: bool


@partial(jax.jit, static_argnames=("program", "how"))
def _launch(inputs: Inputs, program: Program, how: _How) -> tuple[Array, Array, Array]:
    n_circuits, n_conditions, n = inputs.shift_nA.shape
    shapes = ((how.capacity, jnp.int32), (1, jnp.int32), (n, jnp.float32))
    inputs = inputs._replace(waveforms=tuple(map(_to_power_of_two, inputs.waveforms)))
    events, counts, v = pl.pallas_call(
        partial(_kernel, program=program, how=how),
        grid=(n_circuits, n_conditions),
        in_specs=[_own_parts(inputs)],
        out_specs=[
            pl.BlockSpec((None, None, size), lambda c, at: (c, at, 0))
            for size, _ in shapes
        ],
        out_shape=[
            jax.ShapeDtypeStruct((n_circuits, n_conditions, size), dtype)
            for size, dtype in shapes
        ],
        interpret=how.interpret,
        compiler_params=None if how.interpret else _compiler_params(how.warps),
    )(inputs)
    return events, counts[..., 0], v


def _compiler_params(warps: int) -> Any:
    from jax.experimental.pallas import triton  # only where there is a CUDA GPU

    return triton.CompilerParams(num_warps=warps, num_stages=1)


def _to_power_of_two(waveform: Array) -> Array:
    missing = 2 ** int(np.ceil(np.log2(waveform.shape[-1]))) - waveform.shape[-1]
    return jnp.pad(waveform, ((0, 0), (0, 0), (0, missing)))


def _own_parts(inputs: Inputs) -> Inputs:
    """Return which part of each input a program reads: of its circuit and condition."""

    def own(array: Array) -> pl.BlockSpec:
        per_circuit, per_condition = (size > 1 for size in array.shape[:2])
        return pl.BlockSpec(
            (None, None, array.shape[2]),
            lambda c, at: (c * per_circuit, at * per_condition, 0),
        )

    def of_circuit(array: Array) -> pl.BlockSpec:
        return pl.BlockSpec((None, *array.shape[1:]), lambda c, at: (c, 0, 0))

    parts = jax.tree.map(own, inputs._replace(weights={}))
    return parts._replace(weights=jax.tree.map(of_circuit, inputs.weights))


class _Targets(NamedTuple):
    """What spikes act on and where they are written."""

    program: Program
    weights: dict[str, Any]
    events: Any
    lane: Array
    excitatory: Array
    how: _How

    def of(self, kinds: tuple[str, ...]) -> Array:
        """Return which neurons are of these types."""
        every = {"exc": self.excitatory, "inh": ~self.excitatory}
        found = jnp.zeros_like(self.excitatory)
        for kind in kinds:
            found = found | every[kind]
        return found


def _kernel(inputs, events, counts, final_v, *, program: Program, how: _How):
    """Integrate one circuit under one condition; arguments are references."""
    read = jax.tree.map(
        lambda ref: ref[0] if ref.shape[0] == 1 else ref[:],
        inputs._replace(weights={}, waveforms=()),
    )
    n = inputs.shift_nA.shape[0]
    lane = jnp.arange(n, dtype=jnp.int32)
    targets = _Targets(
        program,
        inputs.weights,
        events,
        lane,
        lane < program.padding.n_exc,
        how,
    )
    transmissions = round(noise.BIN_MS / program.transmission_ms)
    steps_per_draw = round(noise.DRAW_MS / program.dt_ms)
    draws_per_transmission = noise.DRAWS // transmissions
    threshold_mV = program.dynamics.v_spike_mV
    none = jnp.zeros((n,), jnp.int32)

    keys, common_keys = read.keys, read.common_keys

    def deviates(ms):
        *private, slow, burst = noise.normals(keys[0], keys[1], ms)
        *common, _, _ = noise.normals(common_keys[0], common_keys[1], ms)
        share = read.background.common_fraction
        pairs = zip(private, common, strict=True)
        return noise.Deviates([noise.mixed(a, b, share) for a, b in pairs], slow, burst)

    def one_step(_, carry, current_nA):
        v, states, spiked = carry
        advanced, states = engine.step(program, read.cells, v, states, current_nA)
        crossed = (v < threshold_mV) & (advanced >= threshold_mV)
        return advanced, states, spiked | crossed.astype(jnp.int32)

    def one_ms(ms, carry):
        v, states, spiked, background, n_events = carry
        drawn = deviates((ms + 1).astype(jnp.uint32))
        background, slow_nA = noise.slow_current(read.background, background, drawn)
        slow_nA = slow_nA + read.shift_nA
        for amplitude_nA, waveform in zip(
            read.currents_nA, inputs.waveforms, strict=True
        ):
            slow_nA = slow_nA + amplitude_nA * waveform[ms]
        fast, each = background.fast, iter(drawn.fast)
        for part in range(transmissions):
            # Spikes before the first transmission of a millisecond are of the last one.
            at = ms - 1 if part == 0 else ms
            states, n_events = _transmit(
                targets, read.cells, states, spiked, at, n_events
            )
            spiked = none
            for _ in range(draws_per_transmission):
                fast, fast_nA = noise.fast_current(read.background, fast, next(each))
                v, states, spiked = lax.fori_loop(
                    0,
                    steps_per_draw,
                    partial(one_step, current_nA=slow_nA + fast_nA),
                    (v, states, spiked),
                )
        return v, states, spiked, background._replace(fast=fast), n_events

    v, states = _initial(program, read.cells, n)
    carry = v, states, none, noise.initial(deviates(jnp.uint32(0))), jnp.int32(0)
    carry = lax.fori_loop(0, program.n_ms, one_ms, carry)
    v, states, spiked, _, n_events = carry
    last = jnp.int32(program.n_ms - 1)
    _, n_events = _transmit(targets, read.cells, states, spiked, last, n_events)
    counts[0] = n_events
    final_v[:] = v


def _initial(program: Program, cells: Cells, n: int) -> tuple[Array, States]:
    """Return voltage (N,), and gates and synapses at rest."""
    v = jnp.full((n,), program.dynamics.v_init_mV, jnp.float32)
    states: States = {}
    for channel in program.dynamics.channels:
        states.update(channel.init_state(states, v, cells.channels, 0.0))
    for receptor in cells.kept:
        states[receptor] = jnp.zeros_like(v)
        for pathway in program.dynamics.receptors[receptor]:
            for key in ("u", "x"):
                name = f"{pathway.name}_{key}"
                states[name] = jnp.full_like(v, pathway.synapse.synapse_states[name])
    return v, {name: jnp.broadcast_to(state, v.shape) for name, state in states.items()}


def _transmit(
    targets: _Targets,
    cells: Cells,
    states: States,
    spiked: Array,
    ms: Array,
    n_events: Array,
) -> tuple[States, Array]:
    """Let the neurons that spiked act on their targets, one after the other."""
    states, lane, n = dict(states), targets.lane, targets.lane.size
    spiked = spiked > 0
    receptors = targets.program.dynamics.receptors
    amplitudes = {}
    for receptor in cells.kept:
        for pathway in receptors[receptor]:
            u, x = (f"{pathway.name}_{key}" for key in ("u", "x"))
            acting = spiked & targets.of((pathway.pre,))
            states[u], states[x], amplitudes[pathway.name] = pathway.synapse.transmit(
                states[u], states[x], acting, cells.synapses
            )

    def next_after(neuron):
        return jnp.min(jnp.where(spiked & (lane > neuron), lane, n))

    def act(carry):
        neuron, conductances, n_events = carry
        here = lane == neuron
        raised = {}
        for receptor, conductance in conductances.items():
            arriving = jnp.zeros_like(conductance)
            for pathway in receptors[receptor]:
                amplitude = jnp.sum(jnp.where(here, amplitudes[pathway.name], 0.0))
                arriving = jnp.where(targets.of(pathway.post), amplitude, arriving)
            row = targets.weights[receptor][neuron, :]
            raised[receptor] = conductance + arriving * row

        @pl.when(recorded & (n_events < targets.how.capacity))
        def _():
            targets.events[n_events] = (since << NEURON_BITS) | neuron

        return next_after(neuron), raised, n_events + recorded.astype(jnp.int32)

    since = ms - targets.how.from_ms
    recorded = since >= 0
    conductances = {receptor: states[receptor] for receptor in cells.kept}
    _, conductances, n_events = lax.while_loop(
        lambda carry: carry[0] < n,
        act,
        (next_after(jnp.int32(-1)), conductances, n_events),
    )
    return states | conductances, n_events
