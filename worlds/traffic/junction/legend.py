"""What the things in the picture of junction stand for."""

from functools import partial

from worlds.kit.drawing import Canvas
from worlds.road.legend import GREEN, ON_ROADS, RED
from worlds.traffic.junction.picture import CORNERS
from worlds.world import Sign

MIDDLE = (2.0, 2.0)


def sign(canvas: Canvas, *, style: str) -> None:
    """A sign of eight corners."""
    canvas.polygon(1.75 * CORNERS + MIDDLE, "ink")
    canvas.polygon(1.45 * CORNERS + MIDDLE, style)


GATE = Sign("the name of a gate", lambda canvas: canvas.text(MIDDLE, "A", size=3.2, style="muted"), 4.0)
LEGEND = (
    *ON_ROADS,
    Sign("a sign under snow: nobody is told what it says", partial(sign, style="muted"), 4.0),
    Sign("a stop sign, once you have met it", partial(sign, style="bad"), 4.0),
    Sign("no stop sign, as you have found out", partial(sign, style="good"), 4.0),
    GATE,
)
ON_NETWORKS = (*ON_ROADS, RED, GREEN, Sign("a stop sign", partial(sign, style="bad"), 4.0), GATE)
