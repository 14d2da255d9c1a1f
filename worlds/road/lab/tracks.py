"""Junctions of the laboratory: a light on one lane, a crossing of four arms, a roundabout; with arrivals and lights."""

from typing import Any

import numpy as np

from worlds.kit.kernel import kernel
from worlds.kit.record import record
from worlds.road.drivers.traffic import start_traffic, step_traffic
from worlds.road.fields import EXIT, ROAD, RoadCapacity, road_fields
from worlds.road.lanes.crossings import connect_conflicts, find_routes
from worlds.road.lanes.network import add_destination, add_link, add_source, add_straight, clear_network
from worlds.road.layouts.roundabouts import build_roundabout
from worlds.road.lights.signalling import ask_phase

CAPACITY = RoadCapacity(
    lanes=40, points=400, conflicts=64, destinations=6, sources=6, junctions=1, groups=10, phases=2, vehicles=160
)
YELLOW, ALL_RED = 3.0, 2.0  # s
APPROACH = 500.0  # m


def site(seed: int) -> Any:
    """An empty record (1,) whose drivers all have the city values (headway 1.0 s, 1.4 m/s², 2.0 m/s²)."""
    worlds = np.zeros(1, record(road_fields(CAPACITY)))
    w = worlds[0]
    w.key = seed
    w.mean_desire, w.mean_headway, w.mean_brisk, w.mean_comfort, w.mean_gap = 1.0, 1.0, 1.4, 2.0, 4.1
    w.course_length = 1e5
    w.surge_from = 1.0
    return worlds


@kernel
def lay_light(worlds):  # type: ignore[no-untyped-def]
    """One lane with a light: its first phase is green for it, its second red."""
    w = worlds[0]
    clear_network(w)
    near = add_straight(w, ROAD, 0.0, 0.0, APPROACH, 0.0, 13.89, 3.5)
    far = add_straight(w, EXIT, APPROACH + 10.0, 0.0, APPROACH + 200.0, 0.0, 13.89, 3.5)
    add_link(w, near, far, 0, 0, 1)
    add_source(w, near)
    add_destination(w, far)
    connect_conflicts(w)
    find_routes(w)
    w.phases[0] = 2
    w.phase_groups[0, 0], w.phase_groups[0, 1] = 1, 2


@kernel
def lay_roundabout(worlds, arms, radius):  # type: ignore[no-untyped-def]
    """A roundabout without lights and without demand."""
    w = worlds[0]
    build_roundabout(w, arms, radius, 150.0, 150.0, 0.0, 0.0, 120.0)
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            w.demand[source, goal] = 0.0
    w.phases[0] = 0


@kernel
def lay_left_turn(worlds, approach):  # type: ignore[no-untyped-def]
    """A road with one lane each way; the first source turns left across the second's way. No light, no demand."""
    w = worlds[0]
    clear_network(w)
    middle, line = 1.75, 8.0  # m from the middle of a road to that of its lanes, and to the lines
    turning = add_straight(w, ROAD, -approach, middle, -line, middle, 13.89, 3.5)
    ahead = add_straight(w, ROAD, approach, -middle, line, -middle, 13.89, 3.5)
    north = add_straight(w, EXIT, middle, -line, middle, -200.0, 13.89, 3.5)
    west = add_straight(w, EXIT, -line, -middle, -200.0, -middle, 13.89, 3.5)
    add_link(w, turning, north, 0, -1, 1)
    add_link(w, ahead, west, 0, -1, 3)
    add_source(w, turning)
    add_source(w, ahead)
    add_destination(w, north)
    add_destination(w, west)
    connect_conflicts(w)
    find_routes(w)
    w.phases[0] = 0


@kernel
def run_plan(worlds, seconds, dt, cycle, green):  # type: ignore[no-untyped-def]
    """Run from empty roads; the first phase is green for ``green`` s of each cycle (0: always)."""
    w = worlds[0]
    start_traffic(w, YELLOW, ALL_RED)
    w.drawn = np.uint64(0)
    for tick in range(int(seconds / dt)):
        now = tick * dt
        if green > 0.0:
            place = now - cycle * np.floor(now / cycle)
            ask_phase(w, 0, 0 if place < green or place >= cycle - YELLOW - ALL_RED else 1)
        step_traffic(w, now, dt)
