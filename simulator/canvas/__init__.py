"""The drawing vocabulary: a world draws itself in metres on a plain `pygame.Surface`.

With `simulator.app` this is the only place that knows pygame. It reads states and never changes them, needs no
window and no audio device, and works the same for a live world, a recording and a picture file.
"""

from __future__ import annotations

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # its greeting would spoil --json on standard output

from simulator.canvas.camera import Camera, fit, follow
from simulator.canvas.render import paint, render
from simulator.canvas.theme import CONTRAST, DARK, LIGHT, THEMES, Theme
from simulator.canvas.vocabulary import LAYERS, Canvas

__all__ = [
    "CONTRAST", "DARK", "LAYERS", "LIGHT", "THEMES", "Camera", "Canvas", "Theme", "fit", "follow", "paint", "render",
]  # fmt: skip
