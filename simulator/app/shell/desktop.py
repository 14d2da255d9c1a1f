"""What the desktop says: how much of it windows may use, and how many pixels it takes for one of old.

pygame 2.6.1 passes on neither, so SDL is asked itself, and X or Windows about its scale. Where nobody answers, a
window may use the whole desktop, and a pixel is a pixel.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import os
import sys
from pathlib import Path
from typing import Any

import pygame

from simulator.app.shell.settings import WindowSettings
from simulator.app.shell.theme import Look
from simulator.canvas import THEMES
from simulator.canvas.display import UNSEEN, open_display

USUAL = 96.0  # pixels an inch where one pixel is one of old
LEAST, MOST = 0.5, 5.0
STEPS = 20  # of a doubling of size: scales are rounded to such a part
SDL_PLACES = ("SDL2.dll", ".dylibs/libSDL2*.dylib", "../pygame.libs/libSDL2-2*.so*")  # where pygame's wheels bring it


def open_desktop() -> None:
    """Open the display so that pixels are those of the screen.

    Raises:
        Refused: there is no display.
    """
    os.environ.setdefault("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2")
    if os.environ.get("DISPLAY") and os.environ.get("SDL_VIDEODRIVER", "x11") == "x11":
        # the finished picture goes to X as it is: by way of OpenGL without a graphics card it took 10 ms a frame
        os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
    open_display()


def look_of(settings: WindowSettings) -> Look:
    """How a window looks by a user's settings on this desktop, which is open."""
    return Look(THEMES[settings.theme], settings.text_scale, density=density(), still=settings.reduced_motion)


def size_of(settings: WindowSettings) -> tuple[int, int]:
    """The pixels that a window of a user's settings has on this desktop, which is open."""
    return round(settings.width * density()), round(settings.height * density())


def fitted(size: tuple[int, int]) -> tuple[int, int]:
    """A size that windows may have on the first screen: what panels and docks leave of it."""
    room = usable()
    return size if room is None else (min(size[0], room[0]), min(size[1], room[1]))


def usable() -> tuple[int, int] | None:
    """Pixels of the first screen that are free for windows; None: there is no screen."""
    if pygame.display.get_driver() in UNSEEN:
        return None
    found = (ctypes.c_int * 4)()
    sdl = _sdl()
    if sdl is not None and sdl.SDL_GetDisplayUsableBounds(0, found) == 0 and found[2] > 0 and found[3] > 0:
        return found[2], found[3]
    return pygame.display.get_desktop_sizes()[0]


def borders() -> tuple[int, int]:
    """Pixels that the frame adds to the width and the height of the window that is open; 0 where nobody knows."""
    sdl, edges = _sdl(), [ctypes.c_int() for _ in range(4)]
    if sdl is None or pygame.display.get_driver() in UNSEEN:
        return 0, 0
    sdl.SDL_GetWindowFromID.restype = ctypes.c_void_p
    window = sdl.SDL_GetWindowFromID(ctypes.c_uint32(1))  # pygame's display is the first window there is
    if not window or sdl.SDL_GetWindowBordersSize(ctypes.c_void_p(window), *map(ctypes.byref, edges)) != 0:
        return 0, 0
    top, left, bottom, right = (edge.value for edge in edges)
    return left + right, top + bottom


def density() -> float:
    """How much larger all must be drawn on this desktop, which is open, to be as large as it was meant."""
    driver, dots = pygame.display.get_driver(), USUAL
    with contextlib.suppress(OSError, AttributeError, ValueError):
        if driver == "windows":
            windows: Any = ctypes.WinDLL("user32")  # type: ignore[attr-defined]
            dots = float(windows.GetDpiForSystem())
        elif driver == "x11":
            dots = _dots_of_x()
    return min(max(round(STEPS * dots / USUAL) / STEPS, LEAST), MOST)


def _dots_of_x() -> float:
    """The scale of an X desktop: the resource Xft.dpi, which its settings write."""
    x = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
    x.XOpenDisplay.restype, x.XGetDefault.restype = ctypes.c_void_p, ctypes.c_char_p
    x.XGetDefault.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
    x.XCloseDisplay.argtypes = [ctypes.c_void_p]
    display = x.XOpenDisplay(None)
    if not display:
        return USUAL
    told = x.XGetDefault(display, b"Xft", b"dpi")
    dots = float(told) if told else USUAL
    x.XCloseDisplay(display)
    return dots


def _sdl() -> Any:
    """The library that pygame uses, to be asked what pygame does not pass on; None if it is not found."""
    home = Path(pygame.__file__).parent
    found = [path for pattern in SDL_PLACES for path in sorted(home.glob(pattern))]
    names = [*map(str, found), ctypes.util.find_library("SDL2-2.0" if sys.platform != "win32" else "SDL2")]
    for name in filter(None, names):
        with contextlib.suppress(OSError):
            return ctypes.CDLL(name)
    return None
