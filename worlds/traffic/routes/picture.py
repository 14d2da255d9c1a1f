"""How routes looks: the town and its traffic, every seat's goal with a flag, its other stops, crawling streets."""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.road.lanes.places import line_of
from worlds.road.picture import draw_roads
from worlds.traffic.routes.constants import STOPS

POLE, CLOTH = 22.0, 15.0  # m
DOT = 3.5  # m
APART = 9.0  # m between the flags of two seats on one street


def draw(w: Any, canvas: Canvas) -> None:
    """Roads and vehicles; over them where those who are guided want to go, in their colours."""
    draw_roads(w, canvas)
    if canvas.shows("hidden"):
        for street in w["slow_street"]:
            if street >= 0:
                draw_slow(w, canvas, int(street))
    for seat in range(len(w["ride"])):
        for stop in range(STOPS):
            draw_stop(w, canvas, seat, stop)


def draw_slow(w: Any, canvas: Canvas, street: int) -> None:
    """A street that crawls."""
    for lane in w["road_lane"][street // 2, street % 2]:
        if lane >= 0:
            canvas.ribbon(line_of(w, int(lane)), 2.0, "bad", alpha=150)


def middle_of(w: Any, road: int, aside: float) -> tuple[float, float]:
    """The middle of a road, moved along it."""
    a, b = int(w["road_a"][road]), int(w["road_b"][road])
    start = np.array((w["node_x"][a], w["node_y"][a]))
    way = np.array((w["node_x"][b], w["node_y"][b])) - start
    x, y = start + way * (0.5 + aside / max(float(np.hypot(*way)), 1.0))
    return float(x), float(y)


def draw_stop(w: Any, canvas: Canvas, seat: int, stop: int) -> None:
    """A flag on the stop that the seat is on its way to, a dot on the others."""
    x, y = middle_of(w, int(w["stop_road"][seat * STOPS + stop]), APART * seat)
    if int(w["stop"][seat]) != stop:
        canvas.disc((x, y), DOT, f"seat_{seat}", outline=True)
        return
    top = y - POLE
    canvas.line(np.array(((x, y), (x, top))), "ink", width=0.8)
    canvas.polygon(np.array(((x, top), (x + CLOTH, top + 0.32 * POLE), (x, top + 0.64 * POLE))), f"seat_{seat}")
    canvas.text((x + 0.33 * CLOTH, top + 0.32 * POLE), str(seat + 1), size=0.4 * POLE, style="outline")


def status(w: Any, seat: int) -> str:
    """Which stop it is on its way to, how long that takes on empty roads, and how many it has reached."""
    car = int(w.ride[seat])
    if car < 0:
        return "left the town, comes back by the same gate"
    trips = int(w.trips[seat])
    reached = f"{trips} {'stop' if trips == 1 else 'stops'} reached"
    return f"to stop {int(w.stop[seat]) + 1}, {float(w.remaining[seat]):.0f} s on empty roads · {reached}"
