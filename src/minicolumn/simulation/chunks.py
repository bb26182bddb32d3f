"""Which runs are integrated together."""

from collections.abc import Callable, Iterator, Sequence

from minicolumn.circuits.circuit import Circuit
from minicolumn.simulation.packing import Padding
from minicolumn.simulation.runs import Run


def chunks(
    runs: Sequence[Run], size: int, padding_of: Callable[[Circuit], Padding]
) -> Iterator[tuple[list[Run], Padding]]:
    """Yield the runs in chunks of at most ``size``, each with a padding that holds it.

    What is left over at one padding joins the next larger one, which changes no spike.
    Only the very last chunk may be smaller; fill it up to compile each padding once.
    """
    by_padding: dict[Padding, list[Run]] = {}
    for run in runs:
        by_padding.setdefault(padding_of(run.circuit), []).append(run)
    waiting: list[Run] = []
    padding = min(by_padding, default=Padding())
    for own in sorted(by_padding):
        padding = Padding(*map(max, padding, own)) if waiting else own
        waiting += by_padding[own]
        while len(waiting) >= size:
            yield waiting[:size], padding
            waiting, padding = waiting[size:], own
    if waiting:
        yield waiting, padding
