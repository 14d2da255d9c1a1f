"""More junctions of the laboratory: a minor street with stop lines, left turns and two lanes at a light.

They stand in the record of `tracks`, whose drivers all have the city values.
"""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.road.drivers.traffic import start_traffic, step_traffic
from worlds.road.fields import EXIT, ROAD
from worlds.road.lab.tracks import ALL_RED, APPROACH, YELLOW
from worlds.road.lanes.crossings import connect_conflicts, find_routes
from worlds.road.lanes.network import add_destination, add_link, add_source, add_straight, clear_network, join_sides
from worlds.road.lights.signalling import ask_phase

MIDDLE, LINE, LIMIT, WIDTH = 1.75, 8.0, 13.89, 3.5  # m from a road's middle to its lanes, and to the lines; m/s; m
BEHIND = 200.0  # m from the middle to where the roads leave the map
RIGHT, THROUGH, LEFT = range(3)  # turns out of the minor street


@kernel
def lay_stop(worlds, turn, rank):  # type: ignore[no-untyped-def]
    """A street with one lane each way, and one that comes to it from the south and ends at a line.

    ``rank``: AT_STOP, or 1 where the line asks to give way only. Sources: the minor street, whose drivers all make the
    same turn, the major from the west, and from the east.
    Destinations: east, west, north.
    """
    w = worlds[0]
    clear_network(w)
    minor = add_straight(w, ROAD, MIDDLE, APPROACH, MIDDLE, LINE, LIMIT, WIDTH)
    from_west = add_straight(w, ROAD, -APPROACH, MIDDLE, -LINE, MIDDLE, LIMIT, WIDTH)
    from_east = add_straight(w, ROAD, APPROACH, -MIDDLE, LINE, -MIDDLE, LIMIT, WIDTH)
    east = add_straight(w, EXIT, LINE, MIDDLE, BEHIND, MIDDLE, LIMIT, WIDTH)
    west = add_straight(w, EXIT, -LINE, -MIDDLE, -BEHIND, -MIDDLE, LIMIT, WIDTH)
    north = add_straight(w, EXIT, MIDDLE, -LINE, MIDDLE, -BEHIND, LIMIT, WIDTH)
    add_link(w, from_west, east, 0, -1, 3)
    add_link(w, from_east, west, 0, -1, 3)
    add_link(w, minor, east if turn == RIGHT else north if turn == THROUGH else west, 0, -1, rank)
    add_source(w, minor)
    add_source(w, from_west)
    add_source(w, from_east)
    add_destination(w, east)
    add_destination(w, west)
    add_destination(w, north)
    connect_conflicts(w)
    find_routes(w)
    w.phases[0] = 0


@kernel
def lay_left_at_light(worlds, approach):  # type: ignore[no-untyped-def]
    """As `lay_left_turn` of tracks, at a light whose first phase is green for both, its second for neither.

    The first source turns left, the second comes towards it.
    """
    w = worlds[0]
    clear_network(w)
    turning = add_straight(w, ROAD, -approach, MIDDLE, -LINE, MIDDLE, LIMIT, WIDTH)
    ahead = add_straight(w, ROAD, approach, -MIDDLE, LINE, -MIDDLE, LIMIT, WIDTH)
    north = add_straight(w, EXIT, MIDDLE, -LINE, MIDDLE, -BEHIND, LIMIT, WIDTH)
    west = add_straight(w, EXIT, -LINE, -MIDDLE, -BEHIND, -MIDDLE, LIMIT, WIDTH)
    add_link(w, turning, north, 0, 0, 1)
    add_link(w, ahead, west, 0, 1, 3)
    add_source(w, turning)
    add_source(w, ahead)
    add_destination(w, north)
    add_destination(w, west)
    connect_conflicts(w)
    find_routes(w)
    w.phases[0] = 2
    w.phase_groups[0, 0], w.phase_groups[0, 1] = 3, 4


@kernel
def lay_wide_light(worlds, behind):  # type: ignore[no-untyped-def]
    """Two lanes with a light, side by side before it and for ``behind`` m after it: its first phase is green."""
    w = worlds[0]
    clear_network(w)
    near = add_straight(w, ROAD, 0.0, 0.0, APPROACH, 0.0, LIMIT, WIDTH)
    beside = add_straight(w, ROAD, 0.0, WIDTH, APPROACH, WIDTH, LIMIT, WIDTH)
    far = add_straight(w, EXIT, APPROACH + 10.0, 0.0, APPROACH + 10.0 + behind, 0.0, LIMIT, WIDTH)
    away = add_straight(w, EXIT, APPROACH + 10.0, WIDTH, APPROACH + 10.0 + behind, WIDTH, LIMIT, WIDTH)
    join_sides(w, near, beside)
    join_sides(w, far, away)
    add_link(w, near, far, 0, 0, 1)
    add_link(w, beside, away, 0, 1, 1)
    add_source(w, near)
    add_source(w, beside)
    add_destination(w, far)
    connect_conflicts(w)
    find_routes(w)
    w.phases[0] = 2
    w.phase_groups[0, 0], w.phase_groups[0, 1] = 3, 4


@kernel
def run_profiles(worlds, seconds, dt, cycle, green, places, profiles, sums):  # type: ignore[no-untyped-def]
    """Run from empty roads under a fixed plan and count who passes two places (m along the exits) in each second.

    ``profiles`` (2, cycle): vehicles; ``sums`` (2,): the times at which they passed, added up.
    """
    w = worlds[0]
    start_traffic(w, YELLOW, ALL_RED)
    w.drawn = np.uint64(0)
    for tick in range(int(seconds / dt)):
        now = tick * dt
        place = now - cycle * np.floor(now / cycle)
        ask_phase(w, 0, 0 if place < green or place >= cycle - YELLOW - ALL_RED else 1)
        step_traffic(w, now, dt)
        for car in range(len(w.car_lane)):
            if w.car_lane[car] < 0 or int(w.lane_kind[w.car_lane[car]]) != EXIT:
                continue
            for index in range(2):
                if w.car_pos[car] >= places[index] and w.car_pos[car] - w.car_far[car] < places[index]:
                    profiles[index, int(place)] += 1.0
                    sums[index] += now
