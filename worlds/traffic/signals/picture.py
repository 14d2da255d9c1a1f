"""How signals looks: back to front, in metres."""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.kit.road.fields import LINK

LIGHTS = {0: "bad", 1: "goal", 2: "good"}
CARS = {0: "ink", 1: "muted", 2: "den"}


def draw(w: Any, canvas: Canvas) -> None:
    """Lanes, lights at the stop lines, vehicles."""
    for lane in range(int(w.lanes)):
        points = line_of(w, lane)
        canvas.line(points, "floor", width=float(w.lane_width[lane]))
    for lane in range(int(w.lanes)):
        if w.lane_kind[lane] == LINK and w.lane_group[lane] >= 0:
            x, y = line_of(w, lane)[0]
            canvas.disc((x, y), 1.4, LIGHTS[int(w.group_state[w.lane_group[lane]])])
    for car in np.flatnonzero(w.car_lane >= 0):
        x, y, heading = place_of(w, int(car))
        canvas.box((x, y), float(w.car_length[car]), 1.9, CARS[int(w.car_kind[car])], angle=heading)
    for seat in range(len(w.arms)):
        canvas.text((w.node_x[seat], w.node_y[seat]), str(seat), size=6.0, style="ink")


def line_of(w: Any, lane: int) -> np.ndarray:
    """(n, 2) points of a lane's centre-line."""
    part = slice(int(w.lane_first[lane]), int(w.lane_first[lane]) + int(w.lane_points[lane]))
    return np.stack([w.point_x[part], w.point_y[part]], axis=1)


def place_of(w: Any, car: int) -> tuple[float, float, float]:
    """Where the middle of a vehicle is and where it points."""
    lane = int(w.car_lane[car])
    part = slice(int(w.lane_first[lane]), int(w.lane_first[lane]) + int(w.lane_points[lane]))
    along = float(w.car_pos[car]) - 0.5 * float(w.car_length[car])
    s, heading = w.point_s[part], np.unwrap(w.point_heading[part])
    angle = float(np.interp(along, s, heading))
    x, y = float(np.interp(along, s, w.point_x[part])), float(np.interp(along, s, w.point_y[part]))
    if along < 0.0:
        x, y = x + along * np.cos(angle), y + along * np.sin(angle)
    side = float(w.car_side[car])
    return x - side * np.sin(angle), y + side * np.cos(angle), angle
