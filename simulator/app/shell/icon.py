"""The program's own icon: two players whose ways cross."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from typing import Any

import numpy as np
import pygame

from simulator.canvas import DARK, shapes
from simulator.canvas.theme import mix

SIDE = 512  # px at which it is drawn
PIXELS = 64  # px at which it is shown
NAME = "crossplay.crossplay"  # by which Windows tells its windows from those of other Python programs


def icon(pixels: int = PIXELS) -> pygame.Surface:
    """The icon in this size: a plate with two crossing ways, a triangle at the head of one and a disc at the other's.

    The two differ in shape and in lightness, so that they can be told apart in any colours.
    """
    plate = pygame.Surface((SIDE, SIDE), pygame.SRCALPHA, 32)
    pygame.draw.rect(plate, DARK.panel, plate.get_rect(), border_radius=SIDE // 5)
    first, second = DARK.colour("goal"), DARK.colour("ray")
    low, high, wide = 0.2 * SIDE, 0.8 * SIDE, SIDE // 12
    for ends, colour in ((((low, high), (high, low)), second), (((low, low), (high, high)), first)):
        pygame.draw.line(plate, mix(DARK.panel, colour, 0.55), *ends, width=wide)
        pygame.draw.circle(plate, mix(DARK.panel, colour, 0.55), ends[0], wide // 2)
    pygame.draw.circle(plate, second, (0.74 * SIDE, 0.26 * SIDE), 0.17 * SIDE)
    outline = shapes.turned(shapes.OUTLINES["triangle"], np.pi / 4) * 0.19 * SIDE
    pygame.draw.polygon(plate, first, (outline + np.array((0.71 * SIDE, 0.71 * SIDE))).tolist())
    return pygame.transform.smoothscale(plate, (pixels, pixels))


def show_icon() -> None:
    """Give the window that is opened next this icon, in its bar and on the desktop's."""
    if sys.platform == "win32":
        with contextlib.suppress(OSError, AttributeError):
            shell: Any = ctypes.WinDLL("shell32")
            shell.SetCurrentProcessExplicitAppUserModelID(ctypes.c_wchar_p(NAME))
    pygame.display.set_icon(icon())
