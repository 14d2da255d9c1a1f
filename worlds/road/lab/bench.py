"""Test tracks of the laboratory: a ring, and a straight road with a light at its end, in records of their own."""

from typing import Any

import numpy as np

from worlds.kit.kernel import kernel
from worlds.kit.maths import PI
from worlds.kit.record import record
from worlds.road.drivers.driving import accelerate_all, move_all
from worlds.road.drivers.order import clear_cars, enter
from worlds.road.drivers.traffic import pass_ends
from worlds.road.fields import EXIT, GREEN, RED, ROAD, RoadCapacity, road_fields
from worlds.road.lanes.crossings import connect_conflicts, find_routes
from worlds.road.lanes.network import add_arc, add_destination, add_link, add_straight, clear_network, join, join_sides

CITY = (13.89, 1.0, 1.4, 2.0)
"""Wanted speed m/s, headway s, acceleration and comfortable braking m/s²: city values of Treiber and Kesting 2013."""
MOTORWAY = (33.3, 1.2, 1.0, 1.5)
CAR_LENGTH = 5.0  # m
WIDTH = 3.5  # m


def track(cars: int) -> Any:
    """An empty record (1,) with room for some cars on a few lanes."""
    capacity = RoadCapacity(
        lanes=8, points=1024, conflicts=8, destinations=1, sources=1, junctions=1, groups=10, phases=1, vehicles=cars
    )
    return np.zeros(1, record(road_fields(capacity)))


def ring_road(cars: int, length: float, driver: tuple[float, float, float, float] = CITY, *, push: float = 0.0) -> Any:
    """A record (1,) with cars evenly spaced on a one-lane ring, at rest; the first one is ``push`` m too far on."""
    worlds = track(cars)
    lay_ring(worlds, length, driver[0])
    for car in range(cars):
        place(worlds, car, 0, (car + 0.5) * length / cars + (push if car == 0 else 0.0), np.array(driver))
    return worlds


def straight_road(cars: int, driver: tuple[float, float, float, float] = CITY, *, before: float = 400.0) -> Any:
    """A record (1,) with a queue of standing cars before a red light ``before`` m along a straight road."""
    worlds = track(cars)
    lay_straight(worlds, before, driver[0])
    for car in range(cars):
        place(worlds, car, 0, before - 1.0 - 7.0 * car, np.array(driver))
    return worlds


@kernel
def lay_ring(worlds, length, limit):  # type: ignore[no-untyped-def]
    """One lane that leads into itself."""
    w = worlds[0]
    clear_network(w)
    clear_cars(w)
    lane = add_arc(w, ROAD, 0.0, 0.0, length / (2.0 * PI), 0.0, 2.0 * PI, limit, WIDTH)
    w.lane_length[lane] = length  # its points are the corners of a polygon, a little shorter
    join(w, lane, lane)
    add_destination(w, lane)
    w.way[lane, 0] = lane


@kernel
def lay_rings(worlds, lanes, length, limit):  # type: ignore[no-untyped-def]
    """Lanes side by side, each of which leads into itself; cars may change between them."""
    w = worlds[0]
    clear_network(w)
    clear_cars(w)
    for index in range(lanes):
        lane = add_arc(w, ROAD, 0.0, 0.0, length / (2.0 * PI) - index * WIDTH, 0.0, 2.0 * PI, limit, WIDTH)
        w.lane_length[lane] = length  # as if the road were straight: a place on one lane is the same on the next
        join(w, lane, lane)
        w.way[lane, 0] = lane
        if index > 0:
            join_sides(w, lane - 1, lane)
    add_destination(w, 0)


@kernel
def lay_straight(worlds, before, limit):  # type: ignore[no-untyped-def]
    """A road, a short junction with a light, and a road off the map."""
    w = worlds[0]
    clear_network(w)
    clear_cars(w)
    near = add_straight(w, ROAD, 0.0, 0.0, before, 0.0, limit, WIDTH)
    far = add_straight(w, EXIT, before + 10.0, 0.0, before + 1500.0, 0.0, limit, WIDTH)
    add_link(w, near, far, 0, 0, 1)
    add_destination(w, far)
    connect_conflicts(w)
    find_routes(w)
    w.group_state[0] = RED


@kernel
def place(worlds, car, lane, pos, driver):  # type: ignore[no-untyped-def]
    """Put a standing car somewhere; ``driver`` (4,): wanted speed, headway, acceleration, braking."""
    w = worlds[0]
    w.car_pos[car], w.car_length[car], w.car_speed[car] = pos, CAR_LENGTH, 0.0
    w.car_desire[car] = driver[0] / w.lane_limit[lane]
    w.car_headway[car], w.car_brisk[car], w.car_comfort[car], w.car_gap[car] = driver[1], driver[2], driver[3], 5.0
    w.car_seat[car] = -1
    enter(w, car, lane)


@kernel
def drive(worlds, ticks, dt):  # type: ignore[no-untyped-def]
    """Some ticks of driving without lights, arrivals or lane changes; the smallest gap in m that any car ever had."""
    w = worlds[0]
    least = 1e6
    for _ in range(ticks):
        accelerate_all(w, len(w.car_lane))
        move_all(w, dt, len(w.car_lane))
        pass_ends(w, 0.0)
        for car in range(len(w.car_lane)):
            if w.car_lane[car] >= 0 and w.car_ahead[car] >= 0:
                ahead = w.car_ahead[car]
                least = min(least, w.car_pos[ahead] - w.car_length[ahead] - w.car_pos[car])
    return least


@kernel
def show_green(worlds):  # type: ignore[no-untyped-def]
    """The light of the straight road turns green."""
    worlds[0].group_state[0] = GREEN
