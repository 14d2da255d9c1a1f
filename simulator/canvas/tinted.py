"""A canvas whose vehicles can be painted by a figure of theirs, and whose road can be laid over with something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from simulator.canvas.theme import Colour
from simulator.canvas.vocabulary import Canvas

TINT = "tint"  # the style of a vehicle that has a colour of its own


class TintedCanvas(Canvas):
    """Vehicles get the next of the `tints`, in the order in which they are drawn; those of seats keep their colour."""

    tints: Iterator[Colour] | None = None
    under: Callable[[Canvas], None] | None = None
    """Draws, once, what lies on the road below all vehicles and lights."""
    _tint: Colour = (0, 0, 0)

    def lay(self) -> None:
        """Draw what lies on the road, unless that was done."""
        under, self.under = self.under, None
        if under is not None:
            under(self)

    def light(self, middle: Any, heading: float, width: float, state: str) -> None:
        """As on every canvas."""
        self.lay()
        super().light(middle, heading, width, state)

    def vehicle(self, middle: Any, heading: float, length: float, width: float, style: str, **facts: Any) -> None:
        """As on every canvas, in its tint."""
        self.lay()
        if self.tints is not None and (tint := next(self.tints, None)) is not None:
            self._tint, style = tint, TINT
        super().vehicle(middle, heading, length, width, style, **facts)

    def _colour(self, style: str) -> Colour:
        return self._tint if style == TINT else super()._colour(style)
