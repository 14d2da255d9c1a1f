"""Whether kernels are being compiled, and for how long, for those who wait for it. No rules import this file."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from numba.core import event
from numba.core.caching import NullCache


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
        with event.install_listener("numba:compile", self):
            yield


class LongCompiles(event.Listener):  # type: ignore[misc]
    """Calls ``tell`` once, from a thread of its own, when compiling has taken ``patience`` seconds together.

    It is given the name of the module whose kernel is compiled just then. What the cache holds is not compiled. Not
    counted are what is compiled in a thread of a name that begins with ``apart``, and kernels that no cache will hold,
    such as a library's, which every start compiles anew.
    """

    def __init__(self, patience: float, tell: Callable[[str], None], apart: str) -> None:
        self._left, self._tell, self._apart = patience, tell, apart
        self._began, self._depth = 0.0, 0
        self._timer: threading.Timer | None = None
        self._lock, self._told = threading.Lock(), False

    def on_start(self, told: Any) -> None:
        """A kernel is compiled, in whatever thread; Numba compiles in one at a time."""
        with self._lock:
            self._depth += 1
            kernel = (told.data or {}).get("dispatcher")
            kept = not isinstance(getattr(kernel, "_cache", None), NullCache)
            counts = kept and not threading.current_thread().name.startswith(self._apart)
            if self._depth == 1 and counts and not self._told:
                module = str(getattr(getattr(kernel, "py_func", None), "__module__", ""))
                self._began = time.monotonic()
                self._timer = threading.Timer(self._left, self._ring, [module])
                self._timer.daemon = True
                self._timer.start()

    def on_end(self, _: Any) -> None:
        """It is, or has failed."""
        with self._lock:
            self._depth -= 1
            if self._depth == 0 and self._timer is not None:
                self._timer.cancel()
                self._timer = None
                self._left = max(self._left - (time.monotonic() - self._began), 0.0)

    def _ring(self, module: str) -> None:
        with self._lock:
            told, self._told = self._told, True
        if not told:
            self._tell(module)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Within, it is told of what is compiled; nothing is said afterwards."""
        try:
            with event.install_listener("numba:compile", self):
                yield
        finally:
            with self._lock:
                self._told = True
                if self._timer is not None:
                    self._timer.cancel()
