"""The engine for CUDA GPUs: one program integrates one circuit under one condition.

From first step to last, state stays in registers; the equations of a step, of release
and of the background are those of `engine` and `noise`, traced into the kernel by
Pallas. Spikes are events: each adds one row of the weights to its targets and writes
one word, so no raster exists. Arrays are as in `packing`, padded to a power of two.

Programs share nothing, so a circuit's spikes on one kind of GPU are the same alone and
in any company. They differ from those of `engine` by rounding only.
"""

import itertools
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.experimental import pallas as pl
from numpy.typing import NDArray

from minicolumn.circuits.circuit import Circuit
from minicolumn.circuits.dynamics import Pathway
from minicolumn.simulation import equations, noise
from minicolumn.simulation.equations import Cells, Program
from minicolumn.simulation.fused_kernel import NEURON_BITS, How, Inputs, integrate
from minicolumn.simulation.packing import Batch, Differences, Padding

LARGEST = 256  # neurons that a word of an event can name
EVENTS_TOGETHER = 2**20


def padding_of(circuit: Circuit) -> Padding:
    """Return the smallest padding of a power of two that holds the circuit."""
    n_types = len(circuit.sizes)
    paddings = (
        Padding.standard(2**k, -(-(2**k) // 5), n_types) for k in itertools.count(4)
    )
    return next(one for one in paddings if one.holds(circuit))


def power_of_two(n: int) -> int:
    """Return the smallest power of two that is not below ``n``."""
    return 1 << (n - 1).bit_length()


def run(
    batch: Batch,
    differences: Differences,
    root: Array,
    program: Program,
    how: How,
) -> tuple[Array, Array, Array]:
    """Simulate every circuit under every condition.

    Parameters
    ----------
    batch, differences, root, program
        As `engine.run` takes them.
    how
        What is written, and how the device works.

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
    warps = how.warps or max(1, sum(program.padding) // 64)
    return _launch(inputs, program, how._replace(warps=warps))


def lowered_for_cuda(
    batch: Batch, differences: Differences, root: Array, program: Program
) -> str:
    """Return the kernel's StableHLO for CUDA; needs no GPU.

    Fails where the channels or synapses of a family use what Triton cannot express.
    """
    inputs = _inputs(batch, differences, root, program)
    how = How(from_ms=0, capacity=1024, warps=1)
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
    batch = equations.with_release(program, batch, differences)
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
        equations.shift(batch, differences),
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
    n = sum(program.padding)
    weights = jnp.zeros((len(batch.circuit_id), n, n), batch.per_area.dtype)
    for pathway in pathways:
        pre, post = program.block(*pathway.pre), program.block(*pathway.post)
        weights = weights.at[:, pre, post].set(batch.weights[pathway.name])
    return weights


@partial(jax.jit, static_argnames=("program", "how"))
def _launch(inputs: Inputs, program: Program, how: How) -> tuple[Array, Array, Array]:
    n_circuits, n_conditions, n = inputs.shift_nA.shape
    shapes = ((how.capacity, jnp.int32), (1, jnp.int32), (n, jnp.float32))
    inputs = inputs._replace(waveforms=tuple(map(_to_power_of_two, inputs.waveforms)))
    events, counts, v = pl.pallas_call(
        partial(integrate, program=program, how=how),
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
    missing = power_of_two(waveform.shape[-1]) - waveform.shape[-1]
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
