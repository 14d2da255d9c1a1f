"""A crew of threads that share one job by lanes.

Torch's own threads split every small operation and wait for each other after it; here each thread runs a whole
forward and backward pass over its share of the lanes, single-threaded inside. That is quicker at these sizes, its
results do not depend on how an operation was split, and it never fights with the simulation's threads: the two
alternate.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch

from simulator.engine.threads import Threads

Item = TypeVar("Item")
Result = TypeVar("Result")


class Crew:
    """`size` threads, the caller's own included; sets torch's threads to 1 in each until it is closed."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._threads_before = torch.get_num_threads()
        torch.set_num_threads(1)
        self._pool = Threads(size - 1, lambda: torch.set_num_threads(1)) if size > 1 else None

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """`work` on every item, one thread each, results in the order of the items."""
        if self._pool is None or len(items) < 2:
            return [work(item) for item in items]
        others = [self._pool.submit(work, item) for item in items[1:]]
        first = work(items[0])
        return [first, *(other.result() for other in others)]

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
        torch.set_num_threads(self._threads_before)


def shares(count: int, parts: int) -> list[slice]:
    """Cut `count` lanes into at most `parts` slices of nearly equal size."""
    parts = max(1, min(parts, count))
    edges = [count * part // parts for part in range(parts + 1)]
    return [slice(start, stop) for start, stop in itertools.pairwise(edges)]
