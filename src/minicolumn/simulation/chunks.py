"""Which circuits are integrated together."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import jax

from minicolumn.circuits.ei.wiring import Circuit
from minicolumn.simulation.packing import Padding, padding_of

# On CPU eight circuits at 11 levels keep their state in the level-2 cache.
ON_CPU = 8
# On a GPU the raster is what takes memory (1 byte per neuron and ms); half of the free
# memory leaves room for the compiler's own copies.
SHARE_OF_FREE_MEMORY = 0.5
STATE_BYTES_PER_NEURON = 400


class Run(NamedTuple):
    """One circuit in one trial; not ``wanted`` where it only fills up a chunk."""

    circuit: Circuit
    trial: int
    wanted: bool = True


def chunk_size(
    runs: Sequence[Run], n_levels: int, n_ms: int, device: Any = None
) -> int:
    """Return how many runs to integrate together on ``device``; by default, JAX's."""
    device = device or jax.devices()[0]
    if device.platform == "cpu":
        return min(ON_CPU, len(runs))
    memory = device.memory_stats()
    free = memory["bytes_limit"] - memory["bytes_in_use"]
    n_neurons = max(sum(padding_of(run.circuit)) for run in runs)
    per_run = n_levels * n_neurons * (n_ms + STATE_BYTES_PER_NEURON)
    return max(1, min(int(SHARE_OF_FREE_MEMORY * free / per_run), len(runs)))


def chunks(runs: Sequence[Run], size: int) -> Iterator[tuple[list[Run], Padding]]:
    """Yield chunks of exactly ``size`` runs, so that a padding compiles once.

    What is left over at one padding joins the next larger one, which changes no spike;
    only the very last chunk is filled up with a run that nobody wants.
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
        filler = waiting[0]._replace(wanted=False)
        yield waiting + [filler] * (size - len(waiting)), max(by_padding)
