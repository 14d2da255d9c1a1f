"""Signals that ask this process to end: SIGTERM, as schedulers and containers send it, means what Ctrl-C means.

Python raises KeyboardInterrupt wherever it happens to be. If that is inside a function that C code called back, as
compilers and windows do, the exception is printed and lost. So every signal also sets `asked`, and whoever works in
rounds looks at it in each.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)
Handler = Callable[[int, Any], None]
asked = threading.Event()
"""Whether this process was asked to end; cleared when the outermost listener leaves."""
_listeners: list[Handler] = []


def raise_if_asked() -> None:
    """Interrupt now if a signal came and its exception was lost.

    Raises:
        KeyboardInterrupt: this process was asked to end.
    """
    if asked.is_set():
        raise KeyboardInterrupt


@contextmanager
def listening() -> Iterator[None]:
    """Within, SIGTERM interrupts as Ctrl-C does, and `asked` remembers both."""

    def interrupt(_number: int, _frame: Any) -> None:
        asked.set()
        raise KeyboardInterrupt

    with _handled_by(interrupt):
        yield


@contextmanager
def gently(worth_it: Callable[[], bool] = lambda: True) -> Iterator[threading.Event]:
    """Within, the first signal only sets the event that is given, and a second one interrupts at once; so does the
    first while it is not ``worth_it`` to end in order.
    """

    def ask(_number: int, _frame: Any) -> None:
        again = asked.is_set()
        asked.set()
        if again or not worth_it():
            raise KeyboardInterrupt

    with _handled_by(ask):
        yield asked


@contextmanager
def _handled_by(handler: Handler) -> Iterator[None]:
    """Signals reach the main thread alone; elsewhere nothing is changed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    _listeners.append(handler)
    try:
        yield
    finally:
        _listeners.pop()
        for number, old in before.items():
            signal.signal(number, signal.SIG_DFL if old is None else old)  # None: it was not set by Python
        if not _listeners:
            asked.clear()
