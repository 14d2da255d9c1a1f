"""The words a world draws with: metres, style names and seats; whoever shows the world supplies the canvas."""

from collections.abc import Mapping
from typing import Any, Protocol

Point = Any  # two numbers, x and y in metres; y grows downwards


class Canvas(Protocol):
    """What ``draw(w, canvas)`` may call. Styles are words such as floor, wall, den, refuge, goal, good, bad, ink."""

    viewer: int | None
    """The seat whose view fog and rays show."""

    def shows(self, layer: str) -> bool:
        """Whether a layer (rays, fog, hidden, labels) is wanted."""

    def tiles(self, grid: Any, styles: Mapping[int, str], *, size: float = 1.0) -> None:
        """A grid (H, W) of square tiles."""

    def disc(self, centre: Point, radius: float, style: str, *, label: str = "", outline: bool = False) -> None:
        """A filled circle."""

    def ring(self, centre: Point, radius: float, style: str, *, part: float = 1.0) -> None:
        """A circle's line, or the first ``part`` of it."""

    def box(
        self, centre: Point, width: float, height: float, style: str, *, angle: float = 0.0, label: str = ""
    ) -> None:
        """A filled rectangle, turned by ``angle`` radians."""

    def polygon(self, points: Any, style: str, *, alpha: int = 255) -> None:
        """A filled polygon (n, 2)."""

    def line(self, points: Any, style: str, *, width: float = 0.05) -> None:
        """A line through points (n, 2)."""

    def arrow(self, start: Point, end: Point, style: str) -> None:
        """An arrow."""

    def text(self, position: Point, text: str, *, size: float = 0.5, style: str = "ink") -> None:
        """Text centred on a point, ``size`` metres high."""

    def seat(
        self, index: int, position: Point, heading: float, radius: float, *, dim: bool = False, mark: str = ""
    ) -> None:
        """A seat's own shape and colour; heading in radians, clockwise from east."""

    def fog(self, outline: Any) -> None:
        """Dim everything outside the polygon (n, 2) that the viewer sees."""
