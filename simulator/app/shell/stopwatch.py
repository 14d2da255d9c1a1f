"""Where the processor's time of a frame goes: rules, agents, drawing, panels, and the rest."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

PARTS = ("rules", "agents", "recording", "drawing", "panels", "rest")
"""`rest` is what no other part asked for: input, and handing the picture to the system."""
KEPT = 600  # frames: ten seconds at full rate


class FrameTimes(NamedTuple):
    """What some frames took, in milliseconds of processor time."""

    frames: int
    median: float
    p95: float
    """95 of 100 frames took less."""
    parts: dict[str, float]
    """The mean of each of `PARTS`."""


class Stopwatch:
    """Counts processor time of the whole process, each moment in one part: a part inside another is not counted twice.

    What runs in the background counts too: it shares the cores with the frames.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept: deque[list[float]] = deque(maxlen=kept)
        self._now = [0.0] * len(PARTS)
        self._part = len(PARTS) - 1
        self._since = time.process_time()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time inside a `with` belongs to this part."""
        before = self._turn(PARTS.index(name))
        try:
            yield
        finally:
            self._turn(before)

    def begin(self) -> None:
        """A frame begins; what was before it, such as waiting, is no frame's."""
        self._now = [0.0] * len(PARTS)
        self._since = time.process_time()

    def end(self) -> None:
        """The frame is over."""
        self._turn(self._part)
        self._kept.append(self._now)

    def clear(self) -> None:
        """Forget all frames."""
        self._kept.clear()

    def times(self, last: int = KEPT) -> FrameTimes | None:
        """Of the last frames, at most so many; None before the first."""
        rows = 1000.0 * np.array(list(self._kept)[-last:])
        if not len(rows):
            return None
        whole = rows.sum(axis=1)
        means = dict(zip(PARTS, rows.mean(axis=0).tolist(), strict=True))
        return FrameTimes(len(rows), float(np.median(whole)), float(np.percentile(whole, 95)), means)

    def _turn(self, part: int) -> int:
        """Count up to now, and what follows to another part; gives the part before."""
        now = time.process_time()
        self._now[self._part] += now - self._since
        before, self._part, self._since = self._part, part, now
        return before


class TimedCalls:
    """Hands on whatever is asked of somebody, and counts the time of it to one part."""

    def __init__(self, whom: Any, stopwatch: Stopwatch, part: str) -> None:
        self._whom, self._stopwatch, self._part = whom, stopwatch, part

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._whom, name)

        def counted(*told: Any, **named: Any) -> Any:
            with self._stopwatch.part(self._part):
                return method(*told, **named)

        return counted
