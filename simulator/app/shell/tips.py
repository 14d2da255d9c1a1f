"""What places of the window mean: panels note it while a frame is said, and the one under the mouse is explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Pixel = tuple[float, float]
Words = str | Callable[[Pixel], str]
"""An explanation, or what makes the one of a pixel: only the pixel under the mouse is asked for."""


class TipBox(NamedTuple):
    """A place that explains itself."""

    left: float
    top: float
    right: float
    bottom: float
    words: Words

    def holds(self, pixel: Pixel) -> bool:
        """Whether a pixel lies in it."""
        return self.left <= pixel[0] < self.right and self.top <= pixel[1] < self.bottom


class Tips:
    """The places of one frame; of those that lie one above the other the later one counts."""

    def __init__(self) -> None:
        self.boxes: list[TipBox] = []

    def begin(self) -> None:
        """A frame is said from now on."""
        self.boxes.clear()

    def told(self, pixel: Pixel) -> str:
        """What the place at a pixel means; empty where there is nothing to tell."""
        for box in reversed(self.boxes):
            if box.holds(pixel):
                return box.words if isinstance(box.words, str) else box.words(pixel)
        return ""
