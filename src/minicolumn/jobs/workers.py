"""The work of a job, spread over the cores that it has."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import TypeVar

from loky import ProcessPoolExecutor

T = TypeVar("T")
Result = TypeVar("Result")

PER_PROCESS = 2
"""Items that wait for each process: enough that none is idle, and few in memory."""
# Processes already use all cores of the job.
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def in_order(
    work: Callable[[T], Result], items: Iterable[T], n_processes: int
) -> Iterator[Result]:
    """Yield ``work(item)`` of each item, in order.

    Items are drawn one by one, in this process, while others do the work; what makes
    them may use a GPU. With one process, everything is done in this one. Processes
    start afresh (loky), because a copy of one that uses JAX may hang.
    """
    if n_processes == 1:
        yield from map(work, items)
        return
    waiting: deque[Future[Result]] = deque()
    with ProcessPoolExecutor(n_processes, env=_ONE_THREAD) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > PER_PROCESS * n_processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException:
            pool.shutdown(kill_workers=True)
            raise
