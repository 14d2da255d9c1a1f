"""Signals that ask this process to end: SIGTERM, as schedulers and containers send it, means what Ctrl-C means.

Python raises KeyboardInterrupt wherever it happens to be. If that is inside a function that C code called back, as
compilers and windows do, the exception is printed and lost. So every signal also sets `asked`, and whoever works in
rounds looks at it in each.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from simulator.engine.overdue import watched

SIGNALS = (signal.SIGINT, signal.SIGTERM)
Handler = Callable[[int, Any], None]
asked = threading.Event()
"""Whether this process was asked to end; cleared when the outermost listener leaves."""
_listeners: list[tuple[Handler, Callable[[], bool]]] = []
"""Each with whether it interrupts at once."""


def raise_if_asked() -> None:
    """Interrupt now if a signal came and its exception was lost.

    Raises:
        KeyboardInterrupt: this process was asked to end.
    """
    if asked.is_set():
        raise KeyboardInterrupt


@contextmanager
def listening(overdue: Callable[[], None] | None = None) -> Iterator[None]:
    """Within, SIGTERM interrupts as Ctrl-C does, and `asked` remembers both.

    ``overdue`` ends the process: it is called, in another thread, where the main one compiles and does not come to it.
    """

    def interrupt(_number: int, _frame: Any) -> None:
        asked.set()
        raise KeyboardInterrupt

    in_main = threading.current_thread() is threading.main_thread()
    watch = nullcontext() if overdue is None or not in_main else watched(SIGNALS, _at_once, overdue)
    with watch, _handled_by(interrupt, lambda: True):
        yield


def _at_once() -> bool:
    """Whether a signal ends what runs now, and nothing is to be saved first."""
    return bool(_listeners) and _listeners[-1][1]()


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

    with _handled_by(ask, lambda: not worth_it()):
        yield asked


@contextmanager
def _handled_by(handler: Handler, at_once: Callable[[], bool]) -> Iterator[None]:
    """Signals reach the main thread alone; elsewhere nothing is changed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    _listeners.append((handler, at_once))
    try:
        yield
    finally:
        _listeners.pop()
        for number, old in before.items():
            signal.signal(number, signal.SIG_DFL if old is None else old)  # None: it was not set by Python
        if not _listeners:
            asked.clear()
