"""Whether the main thread is busy compiling, for those who wait for it. No rules import this file."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba.core import event


class MainCompiles(event.Listener):  # type: ignore[misc]
    """Since when the main thread has been compiling."""

    def __init__(self) -> None:
        self.since: float | None = None
        self._depth = 0

    def on_start(self, _: Any) -> None:
        """A kernel is compiled, perhaps for one that calls it."""
        if threading.current_thread() is threading.main_thread():
            self.since = time.monotonic() if self._depth == 0 else self.since
            self._depth += 1

    def on_end(self, _: Any) -> None:
        """It is, or has failed."""
        if self._depth and threading.current_thread() is threading.main_thread():
            self._depth -= 1
            self.since = self.since if self._depth else None

    def still_busy(self, since: float) -> bool:
        """Whether it has been so from before ``since`` until now, in one go."""
        began = self.since
        return began is not None and began <= since

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Within, it is told of what is compiled."""
        event.register("numba:compile", self)
        try:
            yield
        finally:
            event.unregister("numba:compile", self)
