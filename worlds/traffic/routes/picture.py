"""How routes looks: the town and its traffic, every seat's goal with a flag, its other stops, crawling streets.

Of the followed seat it shows the ways that its observation names: a line for each turn of the next fork, along the
first streets of the quickest way on empty roads from there, and the turn's arrow where it begins.
"""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.road.lanes.places import line_of
from worlds.road.picture import draw_roads
from worlds.traffic.routes.constants import STOPS, TURNS
from worlds.traffic.routes.senses import DEPTH, lost_so_far, street_of_turn
from worlds.traffic.routes.ways import fork_of, lane_in, option, trip_at

POLE, CLOTH = 22.0, 15.0  # m
DOT = 3.5  # m
APART = 9.0  # m between the flags of two seats on one street
WAY_STYLES = ("accent_3", "accent_0", "accent_4")  # of the ways that begin with left, ahead, right
WAY_WIDTH, WAY_APART = 2.2, 3.0  # m; lines that share a street lie beside each other
TIP = 9.0  # m, of the arrows at their ends


def draw(w: Any, canvas: Canvas) -> None:
    """Roads and vehicles; over them where those who are guided want to go, in their colours."""
    draw_roads(w, canvas)
    if canvas.shows("hidden"):
        for street in w["slow_street"]:
            if street >= 0:
                draw_slow(w, canvas, int(street))
    if canvas.viewer is not None:
        draw_ways(w, canvas, canvas.viewer)
    for seat in range(len(w["ride"])):
        for stop in range(STOPS):
            draw_stop(w, canvas, seat, stop)


def draw_slow(w: Any, canvas: Canvas, street: int) -> None:
    """A street that crawls."""
    for lane in w["road_lane"][street // 2, street % 2]:
        if lane >= 0:
            canvas.ribbon(line_of(w, int(lane)), 2.0, "bad", alpha=150)


def draw_ways(w: Any, canvas: Canvas, seat: int) -> None:
    """The ways that begin with the turns of a seat's next fork, as far as their streets are named to it."""
    car = int(w["ride"][seat])
    fork = fork_of(w, w["car_lane"][car]) if car >= 0 else -1
    if fork < 0:
        return
    trip = trip_at(w, seat, fork)
    for turn in range(TURNS):
        link = option(w, fork, turn, trip)
        if link >= 0:
            lines = [line_of(w, int(link)), *street_lines(w, street_of_turn(w, fork, turn, trip), trip)]
            aside = (turn - 1) * WAY_APART
            draw_way(canvas, np.concatenate([moved(line, aside) for line in lines]), WAY_STYLES[turn])


def street_lines(w: Any, street: int, trip: int) -> list[np.ndarray]:
    """The streets of a way that are named, each along a lane of it; the last one to the stop if that lies in it."""
    found: list[np.ndarray] = []
    while street >= 0 and len(found) < DEPTH:
        line = line_of(w, lane_in(w, street))
        if street // 2 == int(w["stop_road"][trip]):
            line = np.stack((line[0], 0.5 * (line[0] + line[-1])))  # to the middle, where the stop is
        found.append(line)
        street = int(w["street_after"][street, trip])
    return found


def moved(line: np.ndarray, aside: float) -> np.ndarray:
    """A line some metres to the right of itself."""
    way = np.gradient(line, axis=0)
    across = np.stack((-way[:, 1], way[:, 0]), axis=1)
    return line + aside * across / np.maximum(np.hypot(*way.T), 1e-9)[:, None]


def draw_way(canvas: Canvas, line: np.ndarray, style: str, width: float = WAY_WIDTH) -> None:
    """A thin line with a tip."""
    canvas.ribbon(line, width, style, alpha=200)
    along = line[-1] - line[-2]
    along = along / max(float(np.hypot(*along)), 1e-9) * TIP * width / WAY_WIDTH
    side = 0.5 * np.array((-along[1], along[0]))
    canvas.polygon(np.array((line[-1] + along, line[-1] + side, line[-1] - side)), style)


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
    """Its stop, how long that takes on empty roads, how many it has reached, what it lost here and just before."""
    car = int(w.ride[seat])
    if car < 0:
        return "left the town, comes back by the same gate"
    trips = int(w.trips[seat])
    reached = f"{trips} {'stop' if trips == 1 else 'stops'} reached"
    before = int(w.street_before[seat])
    lost = f"{lost_so_far(w, seat, car):.0f} s lost in this street"
    lost += f", {float(w.met[seat, before]):.0f} s in the one before" if before >= 0 else ""
    return f"to stop {int(w.stop[seat]) + 1}, {float(w.remaining[seat]):.0f} s on empty roads · {lost} · {reached}"
