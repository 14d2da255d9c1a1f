"""What the things in pictures of roads stand for, in every world that has them."""

from functools import partial
from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.world import Sign

SPAN = 8.0  # m
MIDDLE = (4.0, 4.0)


def vehicle(canvas: Canvas, **facts: Any) -> None:
    """A vehicle that goes to the right, on asphalt."""
    canvas.box(MIDDLE, SPAN, 3.6, "asphalt")
    canvas.vehicle(MIDDLE, 0.0, 4.6, 1.85, facts.pop("style", "car_0"), **facts)


def light(canvas: Canvas, *, state: str) -> None:
    """A light across a lane that goes to the right."""
    canvas.box(MIDDLE, SPAN, 3.6, "asphalt")
    canvas.light(MIDDLE, 0.0, 3.2, state)


def flow(canvas: Canvas) -> None:
    """Slow traffic above, free traffic below."""
    canvas.ribbon(np.array([(0.5, 2.5), (7.5, 2.5)]), 2.6, "flow_0")
    canvas.ribbon(np.array([(0.5, 5.5), (7.5, 5.5)]), 2.6, "flow_4")


OWN = Sign("a seat's own car, in its colour", partial(vehicle, seat=0), SPAN)
OTHERS = Sign("somebody else; the paint means nothing", partial(vehicle, style="car_1"), SPAN)
BRAKES = Sign("it brakes", partial(vehicle, style="car_1", brakes=True), SPAN)
BLINKS = Sign("it wants to the left", partial(vehicle, style="car_1", blink=1), SPAN)
RED = Sign("red for this lane", partial(light, state="red"), SPAN)
GREEN = Sign("green for one of its ways at least", partial(light, state="green"), SPAN)
ON_ROADS = (OWN, OTHERS, BRAKES, BLINKS)
"""What every world has in which seats drive."""
FLOW = Sign("where roads are coloured: slow traffic, and free", flow, SPAN)
