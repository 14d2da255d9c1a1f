"""An answer to Ctrl-C while the main thread compiles.

Python runs the handler of a signal between two steps of its main thread, and a compiler can be busy in C code for most
of a minute. Then another thread ends the process. What was being compiled is lost; it is written whole or not at all.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from worlds.kit.busy import MainCompiles

PATIENCE = 0.7  # s that the main thread has to come back by itself
_bell: socket.socket | None = None


@contextmanager
def watched(numbers: tuple[int, ...], may_end: Callable[[], bool], end: Callable[[], None]) -> Iterator[None]:
    """Within, call ``end`` from another thread when one of these signals comes, the main thread goes on compiling, and
    ``may_end`` allows it. For the main thread, and not one in the other.
    """
    global _bell
    compiles = MainCompiles()
    heard, _bell = socket.socketpair()
    _bell.setblocking(False)

    def wait() -> None:
        with heard, suppress(OSError):
            while said := heard.recv(1):
                now = time.monotonic()
                time.sleep(PATIENCE if said[0] in numbers else 0.0)
                if said[0] in numbers and compiles.still_busy(now) and may_end():
                    end()

    before = signal.set_wakeup_fd(_bell.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=wait, name="crossplay: signals", daemon=True).start()
    try:
        with compiles.listening():
            yield
    finally:
        signal.set_wakeup_fd(before)
        bell, _bell = _bell, None
        bell.close()  # which ends the thread


def _forget() -> None:
    """A child that a fork made rings for itself alone."""
    if _bell is not None:
        signal.set_wakeup_fd(-1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
