"""Which runs are integrated together."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import jax

from minicolumn.simulation.packing import Padding, padding_of
from minicolumn.simulation.runs import Run

# On CPU eight circuits at 11 levels keep their state in the level-2 cache.
ON_CPU = 88
# On a GPU the raster is what takes memory (1 byte per neuron and ms); half of the free
# memory leaves room for the compiler's own copies.
SHARE_OF_FREE_MEMORY = 0.5
STATE_BYTES_PER_NEURON = 400


def chunk_size(runs: Sequence[Run], n_ms: int, device: Any = None) -> int:
    """Return how many runs to integrate together on ``device``; by default, JAX's.

    Chunks are as large as the device likes, and as even as can be. All runs have the
    same number of conditions.
    """
    largest = _largest(runs, n_ms, device or jax.devices()[0])
    return math.ceil(len(runs) / math.ceil(len(runs) / largest))


def _largest(runs: Sequence[Run], n_ms: int, device: Any) -> int:
    n_conditions = len(runs[0].conditions)
    if device.platform == "cpu":
        return max(1, ON_CPU // n_conditions)
    memory = device.memory_stats()
    free = memory["bytes_limit"] - memory["bytes_in_use"]
    n_neurons = max(sum(padding_of(run.circuit)) for run in runs)
    per_run = n_conditions * n_neurons * (n_ms + STATE_BYTES_PER_NEURON)
    return max(1, int(SHARE_OF_FREE_MEMORY * free / per_run))


def chunks(runs: Sequence[Run], size: int) -> Iterator[tuple[list[Run], Padding]]:
    """Yield the runs in chunks of at most ``size``, each with a padding that holds it.

    What is left over at one padding joins the next larger one, which changes no spike.
    Only the very last chunk may be smaller; fill it up to compile each padding once.
    """
    by_padding: dict[Padding, list[Run]] = {}
    for run in runs:
        by_padding.setdefault(padding_of(run.circuit), []).append(run)
    waiting: list[Run] = []
    for padding in sorted(by_padding):
        waiting += by_padding[padding]
        while len(waiting) >= size:
            yield waiting[:size], padding
            waiting = waiting[size:]
    if waiting:
        yield waiting, max(by_padding)
