"""How the junction looks: roads and traffic as in every world that has them; who goes first only if asked."""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.kit.road.crossroads import FIRST_FIRST, MAIN_ROAD, RIGHT_FIRST, RING
from worlds.kit.road.fields import LINK, ROAD
from worlds.kit.road.picture import draw_roads
from worlds.kit.road.yielding import FROM_RIGHT

ARM_NAMES = "ABCDEF"
KMH = 3.6  # km/h in m/s
ABOVE_ALL = 200  # a rank that gives way to nobody
NAMES = {MAIN_ROAD: "main road first", RIGHT_FIRST: "right before left", FIRST_FIRST: "first come, first served"}


def draw(w: Any, canvas: Canvas) -> None:
    """Everything, back to front. Everyone who comes in has a line; only the hidden layer shows who gives way."""
    shown = w
    if not canvas.shows("hidden"):
        shown = w.copy()
        enters = (w["lane_kind"] == LINK) & (w["lane_arm"] != RING)
        shown["lane_rank"] = np.where(enters, FROM_RIGHT, ABOVE_ALL)
    draw_roads(shown, canvas)
    for arm in range(int(w["arm_count"])):
        lanes = np.flatnonzero((w["lane_kind"] == ROAD) & (w["lane_arm"] == arm))
        draw_arm(w, canvas, int(lanes[0]))
    if canvas.shows("hidden"):
        x, y = float(w["point_x"][: int(w["points"])].mean()), float(w["point_y"][: int(w["points"])].min())
        canvas.text((x, y + 2.0), NAMES[int(w["custom"])], size=3.0, style="goal")


def draw_arm(w: Any, canvas: Canvas, lane: int) -> None:
    """The letter of an arm at its gate, and whether it belongs to the main road where that is shown."""
    arm = int(w["lane_arm"][lane])
    first = int(w["lane_first"][lane])
    place = np.array((float(w["point_x"][first]), float(w["point_y"][first])))
    along = np.array((np.cos(w["point_heading"][first]), np.sin(w["point_heading"][first])))
    corner = place + 4.0 * along + 4.5 * np.array((-along[1], along[0]))
    main = canvas.shows("hidden") and int(w["main_arms"]) >> arm & 1
    canvas.text(corner, ARM_NAMES[arm], size=3.2, style="goal" if main else "muted")


def status(w: Any, seat: int) -> str:
    """Speed, and from which arm to which; or how long until the next trip."""
    car = int(w.ride[seat])
    if car < 0:
        return f"out after a crash: sets out again in {float(w.rest[seat]):.0f} s"
    start = ARM_NAMES[int(w.source_arm[int(w.car_from[car])])]
    return f"from {start} to {ARM_NAMES[int(w.car_goal[car])]} · {KMH * float(w.car_speed[car]):.0f} km/h"
