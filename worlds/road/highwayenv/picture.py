"""How HighwayEnv's tasks look: roads and traffic as in every world that has them."""

from typing import Any

from worlds.kit.drawing import Canvas
from worlds.road.highwayenv.numbers import FASTER, LEFT, RIGHT, SLOWER, TARGETS
from worlds.road.picture import draw_roads

KMH = 3.6  # km/h in m/s
ENDS = ("", "crashed", "arrived", "")  # by fate
LONG_KEYS: dict[str, Any] = {"keys": {"up": 2, "w": 2, "down": 0, "s": 0}, "rest": 1, "once": True}
KEYS: dict[str, Any] = {
    "keys": {
        "up": FASTER, "w": FASTER, "down": SLOWER, "s": SLOWER, "left": LEFT, "a": LEFT, "right": RIGHT, "d": RIGHT,
    },
    "rest": 1, "once": True, "about": "one step of speed, or one lane, a press",
}  # fmt: skip


def draw(w: Any, canvas: Canvas) -> None:
    """Everything, back to front."""
    draw_roads(w, canvas)


def status(w: Any, seat: int) -> str:
    """Speed, and the target that it comes to; or how the drive ended."""
    if int(w.fate[seat]):
        return ENDS[int(w.fate[seat])]
    speed, target = float(w.car_speed[int(w.ride[seat])]), float(TARGETS[int(w.scene), int(w.target[seat])])
    return f"{KMH * speed:.0f} km/h, target {KMH * target:.0f}"
