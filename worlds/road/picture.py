"""How roads and traffic look, for every world that has them: back to front, in metres."""

from typing import Any

import numpy as np

from worlds.kit.drawing import Canvas
from worlds.road.fields import BUS, GREEN, LINK, RED, TRUCK, YELLOW
from worlds.road.lanes.places import Cars, cars_of, points_at
from worlds.road.lanes.surface import name_of, paint_surface
from worlds.road.ways_shown import draw_demand, draw_route

STATES = {RED: "red", YELLOW: "yellow", GREEN: "green"}
KINDS = {TRUCK: "truck", BUS: "bus"}
WIDTHS = {TRUCK: 2.5, BUS: 2.55}  # m; the widest that EU Directive 96/53 allows
CAR_WIDTH = 1.85  # m
PAINTS = 5  # colours of cars that are nobody's
BEHIND_LINE = 1.3  # m from the end of a lane to its light
BLINKS = 1.5  # a second (UN Regulation 48: 60 to 120 a minute)
STRETCH = 20.0  # m of lane that share a colour of congestion
BENDS = 4  # points of such a stretch
FLOWS = 5  # colours of congestion, slowest first
ROOM, LEAST_ROOM, MOST_ROOM = 0.02, 6.0, 16.0  # of the longer side, and m, around the network


def draw_roads(w: Any, canvas: Canvas, paints: np.ndarray | None = None) -> None:
    """The network, what flows on it, and its lights. ``w`` holds the road fields, ``paints`` (V,) who has which."""
    canvas.frame(*frame_of(w))
    canvas.scenery(name_of(w), lambda painter: paint_surface(w, painter), ground="land")
    cars = cars_of(w, back_of(w))
    if canvas.shows("congestion"):
        draw_congestion(w, canvas)
    if canvas.shows("route") and canvas.viewer is not None:
        draw_route(w, canvas, canvas.viewer)
    draw_lights(w, canvas)
    draw_cars(w, canvas, cars, paints_of(w) if paints is None else paints)
    if canvas.shows("hidden"):
        draw_demand(w, canvas)
    if canvas.shows("clock"):
        canvas.stamp(clock_of(w))


def clock_of(w: Any) -> str:
    """Minutes and seconds of the episode at the drawn moment."""
    seconds = int(float(w["beat"]) * float(w["beat_seconds"]) + 1e-6)
    return f"{seconds // 60}:{seconds % 60:02d}"


def frame_of(w: Any) -> tuple[float, float, float, float]:
    """Left, top, width and height of what the network covers, with some ground around it."""
    x, y = w["point_x"][: max(int(w["points"]), 1)], w["point_y"][: max(int(w["points"]), 1)]
    left, top, right, bottom = (float(side) for side in (x.min(), y.min(), x.max(), y.max()))
    room = min(max(ROOM * max(right - left, bottom - top), LEAST_ROOM), MOST_ROOM)
    return left - room, top - room, right - left + 2.0 * room, bottom - top + 2.0 * room


def back_of(w: Any) -> float:
    """Ticks that the drawn moment lies before the state: the window blends the beat of two states."""
    return min(max(int(w["beats"]) - float(w["beat"]), 0.0), 1.0)


def paints_of(w: Any) -> np.ndarray:
    """Paints (V,) that stay with a vehicle and mean nothing."""
    return (np.arange(len(w["car_from"])) * 7 + w["car_from"]) % PAINTS


def draw_cars(w: Any, canvas: Canvas, cars: Cars, paints: np.ndarray) -> None:
    """Every vehicle; those with a seat in its colour, the others in their paints."""
    lit = int(2.0 * BLINKS * float(w["beat"]) * float(w["beat_seconds"])) % 2 == 0
    columns = ("car_kind", "car_seat", "car_brakes", "car_blink")
    facts = zip(*(w[name][cars.slot].tolist() for name in columns), paints[cars.slot].tolist())
    places = zip(cars.middle.tolist(), cars.heading.tolist(), cars.length.tolist())
    for (middle, heading, length), (kind, seat, brakes, blink, paint) in zip(places, facts):
        canvas.vehicle(
            middle,
            heading,
            length,
            WIDTHS.get(kind, CAR_WIDTH),
            "bus" if kind == BUS else f"car_{paint}",
            kind=KINDS.get(kind, "car"),
            brakes=bool(brakes),
            blink=blink if lit else 0,
            seat=seat if seat >= 0 else None,
        )


def draw_lights(w: Any, canvas: Canvas) -> None:
    """A light across every lane that has one, just behind its stop line."""
    lanes = int(w["lanes"])
    lit = np.flatnonzero((w["lane_kind"][:lanes] == LINK) & (w["lane_group"][:lanes] >= 0))
    held = w["lane_before"][lit, 0]
    states = np.zeros(lanes, np.int64)  # of a lane: green as soon as one of its ways is
    np.maximum.at(states, held, w["group_state"][w["lane_group"][lit]].astype(np.int64))
    for lane in np.unique(held[held >= 0]):
        end = int(w["lane_first"][lane]) + int(w["lane_points"][lane]) - 1
        heading = float(w["point_heading"][end])
        place = (
            float(w["point_x"][end]) + BEHIND_LINE * np.cos(heading),
            float(w["point_y"][end]) + BEHIND_LINE * np.sin(heading),
        )
        canvas.light(place, heading, float(w["lane_width"][lane]), STATES[int(states[lane])])


def draw_congestion(w: Any, canvas: Canvas) -> None:
    """Stretches of road with traffic, coloured by its speed as a share of the limit."""
    used = np.flatnonzero(w["car_lane"] >= 0)
    lane = w["car_lane"][used].astype(np.int64)
    place = np.clip(w["car_pos"][used] - 0.5 * w["car_length"][used], 0.0, w["lane_length"][lane])
    stretch, order = np.unique(lane * 100000 + (place / STRETCH).astype(np.int64), return_inverse=True)
    share = np.minimum(w["car_speed"][used] / np.maximum(w["lane_limit"][lane], 1.0), 1.0)
    mean = np.bincount(order, share) / np.maximum(np.bincount(order), 1)
    on, start = stretch // 100000, stretch % 100000 * STRETCH
    end = np.minimum(start + STRETCH, w["lane_length"][on])
    along = np.linspace(0.0, 1.0, BENDS)
    metres = start[:, None] + (end - start)[:, None] * along
    lines, _ = points_at(w, np.repeat(on, BENDS), metres.ravel(), np.full(metres.size, -1))
    widths = 0.86 * w["lane_width"][on]
    for line, width, flow in zip(lines.reshape(-1, BENDS, 2), widths.tolist(), (mean * FLOWS).astype(int).tolist()):
        canvas.ribbon(line, width, f"flow_{min(flow, FLOWS - 1)}", alpha=160)
