"""How routes looks: the town and its traffic, every seat's goal with a flag, its other stops, crawling streets."""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.kit.road.picture import draw_roads
from worlds.kit.road.places import cars_of, line_of
from worlds.traffic.routes.constants import STOPS

POLE, CLOTH = 14.0, 9.0  # m
RING = 7.0  # m around a guided car
APART = 9.0  # m between the flags of two seats on one street


def draw(w: Any, canvas: Canvas) -> None:
    """Roads, lights and vehicles; over them who is guided, and where to."""
    draw_roads(w, canvas)
    if canvas.shows("hidden"):
        for street in w["slow_street"]:
            if street >= 0:
                draw_slow(w, canvas, int(street))
    cars = cars_of(w)
    places = dict(zip(cars.slot.tolist(), zip(cars.middle.tolist(), cars.heading.tolist())))
    for seat in range(len(w["ride"])):
        for stop in range(STOPS):
            draw_stop(w, canvas, seat, stop)
        place = places.get(int(w["ride"][seat]))
        if place is not None:
            canvas.seat(seat, (place[0][0], place[0][1] - RING), place[1], 0.6 * RING)


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
        canvas.disc((x, y), 2.0, "goal", outline=True)
        return
    top = y - POLE
    canvas.line(np.array(((x, y), (x, top))), "ink", width=0.8)
    canvas.polygon(np.array(((x, top), (x + CLOTH, top + 0.32 * POLE), (x, top + 0.64 * POLE))), "goal")
    canvas.text((x + 0.33 * CLOTH, top + 0.32 * POLE), str(seat + 1), size=5.0, style="outline")
