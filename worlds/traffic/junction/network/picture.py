"""How a given junction looks: roads, traffic and lights, the letters of its arms, stop signs."""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.road.fields import LINK
from worlds.road.layouts.crossroads import is_stop
from worlds.road.picture import draw_roads
from worlds.traffic.junction.picture import ARM_NAMES, CORNERS, SIGN, VERGE, status

INSIDE = 6.0  # m from the edge of the map to a letter
OFF = 3.5  # m from the outer lane to it

__all__ = ["draw", "status"]


def draw(w: Any, canvas: Canvas) -> None:
    """Everything, back to front."""
    draw_roads(w, canvas)
    for arm in range(int(w["arm_count"])):
        lanes = np.flatnonzero((w["lane_arm"] == arm) & (w["lane_kind"] != LINK))
        coming = [int(lane) for lane in lanes if lane in w["source_lane"][: int(w["sources"])]]
        draw_letter(w, canvas, arm, coming or [int(lane) for lane in lanes], bool(coming))
        if coming and is_stop(w, arm):
            draw_stop(w, canvas, coming)


def draw_letter(w: Any, canvas: Canvas, arm: int, lanes: list[int], comes: bool) -> None:
    """The letter of an arm, where its road leaves the map."""
    if not lanes:
        return
    place, along = _end(w, _outermost(w, lanes), not comes)
    inwards = along if comes else -along
    side = np.array((-along[1], along[0]))
    canvas.text(place + INSIDE * inwards + OFF * side, ARM_NAMES[arm], size=3.6, style="muted")


def draw_stop(w: Any, canvas: Canvas, lanes: list[int]) -> None:
    """The stop sign beside an approach's line."""
    place, along = _end(w, _outermost(w, lanes), True)
    place = place + VERGE * np.array((-along[1], along[0]))
    canvas.polygon(place + (SIGN + 0.25) * CORNERS, "ink")
    canvas.polygon(place + SIGN * CORNERS, "bad")
    canvas.badge(place, "stop", "bad", away=(0.0, -1.0))


def _outermost(w: Any, lanes: list[int]) -> int:
    """The rightmost of lanes beside each other."""
    return next((lane for lane in lanes if int(w["lane_right"][lane]) < 0), lanes[0])


def _end(w: Any, lane: int, at_end: bool) -> tuple[np.ndarray, np.ndarray]:
    """A lane's end, or its beginning, and its direction there."""
    point = int(w["lane_first"][lane]) + (int(w["lane_points"][lane]) - 1 if at_end else 0)
    heading = float(w["point_heading"][point])
    place = np.array((float(w["point_x"][point]), float(w["point_y"][point])))
    return place, np.array((np.cos(heading), np.sin(heading)))
