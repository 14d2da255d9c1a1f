"""How the junction looks: roads and traffic as in every world that has them, signs under snow, the custom if asked."""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.road.drivers.yielding import STAND
from worlds.road.fields import FROM_RIGHT, LINK, ROAD
from worlds.road.layouts.crossroads import FIRST_FIRST, MAIN_ROAD, RIGHT_FIRST, RING, is_stop
from worlds.road.picture import draw_roads

ARM_NAMES = "ABCDEF"
KMH = 3.6  # km/h in m/s
VERGE = 3.4  # m from the middle of a lane to what stands beside it
SIGN = 1.3  # m, radius of a sign
ANGLES = np.pi * (0.125 + 0.25 * np.arange(8))
CORNERS = np.stack((np.cos(ANGLES), np.sin(ANGLES)), axis=1)  # of an octagon
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
        draw_sign(w, canvas, int(lanes[0]))
    if canvas.shows("hidden"):
        x, y = float(w["point_x"][: int(w["points"])].mean()), float(w["point_y"][: int(w["points"])].min())
        canvas.badge((x, y + 2.0), NAMES[int(w["custom"])], "goal")


def draw_arm(w: Any, canvas: Canvas, lane: int) -> None:
    """The letter of an arm at its gate, and whether it belongs to the main road where that is shown."""
    arm = int(w["lane_arm"][lane])
    first = int(w["lane_first"][lane])
    place = np.array((float(w["point_x"][first]), float(w["point_y"][first])))
    along = np.array((np.cos(w["point_heading"][first]), np.sin(w["point_heading"][first])))
    corner = place + 4.0 * along + 4.5 * np.array((-along[1], along[0]))
    main = canvas.shows("hidden") and int(w["main_arms"]) >> arm & 1
    canvas.text(corner, ARM_NAMES[arm], size=3.2, style="goal" if main else "muted")


def draw_sign(w: Any, canvas: Canvas, lane: int) -> None:
    """The sign at an arm's line: under snow, unless the hidden task is shown or the viewer has learned what it says."""
    arm, last = int(w["lane_arm"][lane]), int(w["lane_first"][lane]) + int(w["lane_points"][lane]) - 1
    heading = float(w["point_heading"][last])
    along = np.array((np.cos(heading), np.sin(heading)))
    place = np.array((float(w["point_x"][last]), float(w["point_y"][last]))) + VERGE * np.array((-along[1], along[0]))
    viewer = canvas.viewer
    met = viewer is not None and bool(w["fined"][viewer, arm] or w["spared"][viewer, arm])
    stop = bool(is_stop(w, arm)) if canvas.shows("hidden") or met else None
    canvas.polygon(place + (SIGN + 0.25) * CORNERS, "ink")
    canvas.polygon(place + SIGN * CORNERS, "muted" if stop is None else "bad" if stop else "good")
    if stop is not None:
        canvas.badge(place, "stop" if stop else "no stop", "bad" if stop else "good", away=(0.0, -1.0))


def status(w: Any, seat: int) -> str:
    """From which arm to which, speed, how long it has stood, fines; or how long until the next trip."""
    car = int(w.ride[seat])
    if car < 0:
        return f"sets out again in {float(w.rest[seat]):.0f} s"
    start = ARM_NAMES[int(w.source_arm[int(w.car_from[car])])]
    halted = float(w.halted[seat])
    stands = f" · stood {min(halted, STAND):.1f} of {STAND:.0f} s" if halted > 0.0 and not int(w.passed[seat]) else ""
    fines = f" · fined {int(w.fines[seat])}×" if int(w.fines[seat]) else ""
    return (
        f"from {start} to {ARM_NAMES[int(w.car_goal[car])]} · {KMH * float(w.car_speed[car]):.0f} km/h{stands}{fines}"
    )
