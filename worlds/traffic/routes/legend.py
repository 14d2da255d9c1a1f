"""What the things in the picture of routes stand for."""

from functools import partial

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.road.legend import FLOW, OTHERS, OWN
from worlds.traffic.routes.picture import DOT, WAY_STYLES, draw_way
from worlds.world import Sign

SPAN = 24.0  # m


def flag(canvas: Canvas) -> None:
    """A flag with a seat's number."""
    canvas.line([(5.0, 23.0), (5.0, 2.0)], "ink", width=1.2)
    canvas.polygon(np.array([(5.0, 2.0), (20.0, 8.5), (5.0, 15.0)]), "seat_0")
    canvas.text((9.5, 8.5), "1", size=8.0, style="outline")


def way(canvas: Canvas, *, turn: int) -> None:
    """A line with a tip."""
    draw_way(canvas, np.array([(2.0, 12.0), (14.0, 12.0)]), WAY_STYLES[turn])


CRAWLS = Sign(
    "hidden things shown: a street that crawls", lambda canvas: canvas.box((12.0, 12.0), 22.0, 5.0, "bad"), SPAN
)
LEGEND = (
    OWN,
    OTHERS,
    Sign("the stop that a seat is on its way to", flag, SPAN),
    Sign("another stop of that seat", lambda canvas: canvas.disc((6.0, 6.0), DOT, "seat_0", outline=True), 12.0),
    Sign("the way on, if it turns left at the next fork", partial(way, turn=0), SPAN),
    Sign("the way on, if it goes ahead", partial(way, turn=1), SPAN),
    Sign("the way on, if it turns right", partial(way, turn=2), SPAN),
    CRAWLS,
    FLOW,
)
ON_NETWORKS = (
    OWN,
    OTHERS,
    Sign("where a seat sets out", lambda canvas: canvas.disc((6.0, 6.0), DOT, "seat_0", outline=True), 12.0),
    Sign("where it is going", flag, SPAN),
    Sign("one of its ways; the wide one is chosen", partial(way, turn=1), SPAN),
    CRAWLS,
    FLOW,
)
