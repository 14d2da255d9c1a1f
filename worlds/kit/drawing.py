"""The words a world draws with: metres, style names and seats; whoever shows the world supplies the canvas."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Protocol

Point = Any  # two numbers, x and y in metres; y grows downwards


class Canvas(Protocol):
    """What ``draw(w, canvas)`` may call. Styles are words such as floor, wall, den, refuge, goal, good, bad, ink."""

    viewer: int | None
    """The seat whose view fog and rays show."""
    pointer: Point | None
    """What is pointed at, if anything is."""

    def shows(self, layer: str) -> bool:
        """Whether a layer (rays, fog, hidden, labels, congestion, clock, route) is wanted."""

    def frame(self, left: float, top: float, width: float, height: float) -> None:
        """Say, before anything is drawn, what part of the world matters: shown whole instead of the whole extent."""

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

    def polygon(self, points: Any, style: str, *, alpha: int = 255, about: Point | None = None) -> None:
        """A filled polygon (n, 2); where widths are drawn larger, one ``about`` a place keeps its shape."""

    def line(self, points: Any, style: str, *, width: float = 0.05) -> None:
        """A line through points (n, 2)."""

    def arrow(self, start: Point, end: Point, style: str, *, width: float = 0.07, alpha: int = 255) -> None:
        """An arrow."""

    def text(self, position: Point, text: str, *, size: float = 0.5, style: str = "ink") -> None:
        """Text centred on a point, ``size`` metres high."""

    def seat(
        self, index: int, position: Point, heading: float, radius: float, *, dim: bool = False, mark: str = ""
    ) -> None:
        """A seat's own shape and colour; heading in radians, clockwise from east."""

    def fog(self, outline: Any) -> None:
        """Dim everything outside the polygon (n, 2) that the viewer sees."""

    def still(self, key: Hashable, paint: "Callable[[Canvas], None]") -> None:
        """What stands still for a while and lies beneath all else, painted once for a key."""

    def scenery(self, key: Hashable, paint: "Callable[[Canvas], None]", *, ground: str = "floor") -> None:
        """What never moves and lies beneath all else: ``paint`` is called once for a key, its picture then only copied.

        It is given something that knows ``polygon`` and ``ribbon``.
        """

    def ribbon(
        self, points: Any, width: float, style: str, *, dash: tuple[float, float] | None = None, alpha: int = 255
    ) -> None:
        """A band along points (n, 2), never thinner than a pixel; ``dash``: metres drawn, metres left out."""

    def vehicle(
        self,
        middle: Point,
        heading: float,
        length: float,
        width: float,
        style: str,
        *,
        kind: str = "car",
        brakes: bool = False,
        blink: int = 0,
        seat: int | None = None,
    ) -> None:
        """A car, truck or bus from above; ``blink``: indicators that shine now, 0 none, 1 left, 2 right."""

    def light(self, middle: Point, heading: float, width: float, state: str) -> None:
        """A traffic light (red, yellow, green) across a lane of traffic that goes along the heading."""

    def spot(self, index: int, position: Point, radius: float) -> None:
        """Where a seat without a body of its own is: ringed when it is followed."""

    def badge(self, position: Point, text: str, style: str = "ink", *, away: Point = (0.0, 0.0)) -> None:
        """A word on a plate that is readable at every distance, moved along ``away`` so that the point stays free."""

    def stamp(self, words: str) -> None:
        """Words in a corner of the picture."""

    def button(self, line: Any, width: float, seat: int, factor: int, choice: int) -> None:
        """A band along points (n, 2) that asks, when it is clicked, for a choice of one of a seat's actions."""
