"""Work spread over processes is that of one process, and its errors end it."""

import os
from collections.abc import Iterator

import pytest

from minicolumn.jobs.workers import PER_PROCESS, in_order

pytestmark = pytest.mark.slow  # starts processes


# Functions of a test module are unknown to other processes, unless they have no name.
in_process = lambda item: (item, os.getpid())  # noqa: E731
divided = lambda item: 1 / item  # noqa: E731


def drawn_into(log: list[int], n: int) -> Iterator[int]:
    for item in range(n):
        log.append(item)
        yield item


def test_order_is_that_of_the_items_whoever_does_the_work():
    alone, shared = (list(in_order(in_process, range(40), n)) for n in (1, 2))
    assert [item for item, _ in shared] == [item for item, _ in alone] == [*range(40)]
    assert {pid for _, pid in alone} == {os.getpid()}
    assert os.getpid() not in {pid for _, pid in shared}


def test_few_items_wait():
    log: list[int] = []
    results = in_order(in_process, drawn_into(log, 100), 2)
    next(results)
    assert len(log) == 2 * PER_PROCESS + 1
    results.close()  # pyright: ignore[reportAttributeAccessIssue]


def test_an_error_of_the_work_is_that_of_the_caller():
    with pytest.raises(ZeroDivisionError):
        list(in_order(divided, [1, 0, 2], 2))


def test_an_error_of_what_makes_the_items_is_that_of_the_caller():
    with pytest.raises(ZeroDivisionError):
        list(in_order(in_process, (1 // (3 - item) for item in range(9)), 2))
