"""A pool of threads that outlives a fork and can be sent to another process: it is made anew where it is needed."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from simulator.engine import stopping

Item = TypeVar("Item")
Result = TypeVar("Result")


class Threads:
    """``count`` threads that begin when there is work; ``prepare`` runs first in each.

    A child that a fork made has none of its parent's threads: who waits for them there waits for ever. So the pool
    belongs to the process that made it.
    """

    def __init__(self, count: int, prepare: Callable[[], object] | None = None) -> None:
        self.count, self._prepare = count, prepare
        self._pool: ThreadPoolExecutor | None = None
        self._process = 0

    def _own(self) -> ThreadPoolExecutor:
        if self._pool is None or self._process != os.getpid():
            self._pool = ThreadPoolExecutor(self.count, initializer=self._prepare)
            self._process = os.getpid()
        return self._pool

    def submit(self, work: Callable[[Item], Result], item: Item) -> "Future[Result]":
        """Begin ``work`` on one item."""
        return self._own().submit(work, item)

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """``work`` on every item, the results in the order of the items."""
        return self._own().map(work, items)

    def close(self) -> None:
        """Wait for what was begun, unless this process was asked to end; the threads end."""
        if self._pool is not None and self._process == os.getpid():
            self._pool.shutdown(wait=not stopping.asked.is_set(), cancel_futures=True)
        self._pool = None

    def __getstate__(self) -> dict[str, Any]:
        """What a copy needs: it begins without threads."""
        return {"count": self.count, "_prepare": self._prepare, "_pool": None, "_process": 0}


@contextmanager
def team(count: int | None, prepare: Callable[[], object] | None = None) -> Iterator[ThreadPoolExecutor]:
    """``count`` threads for a block of work. Where the block is interrupted, nothing that waits is begun any more, and
    nobody waits for what was.
    """
    pool = ThreadPoolExecutor(count, initializer=prepare)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
