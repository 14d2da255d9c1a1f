"""When the X server goes away: Xlib then ends the process at once, so what is open is finished first, and one sentence
said. Other window systems report an end as the user's own.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Callable

import pygame

from simulator.app.play.texts import text

EXIT = 2  # as for every system that cannot do what is asked
_Handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_kept: list[object] = []
"""Functions that Xlib may call must not be collected."""


def watch_display(finish: Callable[[], None]) -> bool:
    """Let ``finish`` be called, once and as the last thing, when the X server of the open display goes away. Nothing of
    pygame's display may be called in it. Whether there is an X server to watch.
    """
    if not pygame.display.get_init() or pygame.display.get_driver() != "x11":
        return False
    try:
        install = ctypes.CDLL("libX11.so.6").XSetIOErrorHandler
    except (OSError, AttributeError):
        return False

    def lost(_: int) -> int:
        _kept.clear()
        with contextlib.suppress(Exception):
            finish()
        with contextlib.suppress(OSError, ValueError):
            print(f"crossplay: {text('display.gone', name=os.environ.get('DISPLAY', ''))}", file=sys.stderr, flush=True)
        os._exit(EXIT)  # Xlib would end it, too, without a word that anybody understands

    handler = _Handler(lost)
    _kept[:] = [handler]
    install.argtypes, install.restype = [_Handler], ctypes.c_void_p
    install(handler)
    return True
