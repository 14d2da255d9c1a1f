"""How the highway looks: roads and traffic as in every world that has them, patrols and section posts beside them."""

from typing import Any

from worlds.kit.drawing import Canvas
from worlds.kit.road.motorways import TOP
from worlds.kit.road.picture import draw_roads
from worlds.traffic.highway.constants import LIMIT, METRES, SECTIONS, TOLERANCE

CLOSEUP = 130.0  # m across: four seconds of the way at the limit
KMH = 3.6  # km/h in m/s
POST = 4.0  # m from the road to what stands beside it
ENDS = ("", "arrived", "crashed", "left the road", "")  # by fate
PATROL = 5.2, 2.1  # m, of its car


def draw(w: Any, canvas: Canvas) -> None:
    """Everything, back to front; patrols only where the hidden task is shown, or where the viewer was fined."""
    draw_roads(w, canvas)
    viewer = canvas.viewer
    for section in range(SECTIONS):
        if canvas.shows("labels"):
            canvas.badge((section * METRES, TOP - POST), "ABCDEFGH"[section], "muted", away=(0.0, -1.0))
        caught = viewer is not None and int(w.fined[viewer]) >> section & 1
        if w.patrol[section] and (canvas.shows("hidden") or caught):
            draw_patrol(canvas, (section + 0.5) * METRES)


def draw_patrol(canvas: Canvas, x: float) -> None:
    """A patrol car on the verge, its light bar lit."""
    long, wide = PATROL
    y = TOP - POST
    canvas.box((x, y), long, wide, "ink")
    canvas.box((x + 0.1 * long, y), 0.5 * long, 0.86 * wide, "windscreen")
    canvas.box((x, y - 0.22 * wide), 0.12 * long, 0.4 * wide, "ray")
    canvas.box((x, y + 0.22 * wide), 0.12 * long, 0.4 * wide, "bad")
    canvas.badge((x, y - 0.5 * wide), "patrol", "bad", away=(0.0, -1.0))


def status(w: Any, seat: int) -> str:
    """Speed beside the limit, and fines; or how the drive ended."""
    car = int(w.ride[seat])
    if car < 0:
        return ENDS[int(w.fate[seat])]
    speed = float(w.car_speed[car])
    fast = ", patrols would fine" if speed > TOLERANCE * LIMIT else ""
    fines = f" · {int(w.fines[seat])} fined" if int(w.fines[seat]) else ""
    return f"{KMH * speed:.0f} km/h, limit {KMH * LIMIT:.0f}{fast}{fines}"
