"""How signals looks: the town and its traffic, and which seat decides where."""

from typing import Any

from worlds.kit.drawing import Canvas
from worlds.kit.road.picture import draw_roads


def draw(w: Any, canvas: Canvas) -> None:
    """Roads, lights and vehicles; a seat is its junction."""
    draw_roads(w, canvas)
    for seat in range(len(w.arms)):
        place = float(w.node_x[seat]), float(w.node_y[seat])
        canvas.spot(seat, place, float(w.stop_distance[seat]))
