"""Motorways: sections in a row from west to east, with on- and off-ramps and lanes that end and begin again; rings.

All lanes of a section are as long as the section. Beside the main lanes a section may have one more on the right: it
merges from an on-ramp, leads to an off-ramp, or does both. What is open where is drawn by the world and kept in the
record, `lay_motorway` builds it.
"""

import numpy as np

from worlds.kit.chance import child_key
from worlds.kit.kernel import kernel
from worlds.kit.maths import PI
from worlds.road.drivers.demand import LENGTHS, chance, goal_of, kind_of, set_driver
from worlds.road.drivers.driving import GAP, wish_speed
from worlds.road.drivers.order import enter, free_slot
from worlds.road.fields import EXIT, RAMP, ROAD, RoadCapacity
from worlds.road.lanes.crossings import all_reachable, connect_conflicts, find_routes
from worlds.road.lanes.network import (
    add_arc,
    add_destination,
    add_source,
    add_straight,
    clear_network,
    join,
    join_sides,
)
from worlds.world import Field

NO_RAMP, ON_RAMP, OFF_RAMP, WEAVING = range(4)  # what a section has on its right
MAIN = 4  # most main lanes
SIDE = MAIN  # column of the lane beside them
WIDTH = 3.75  # m; RAA 2008 for the lanes of motorways
RAMP_RADIUS = 300.0  # m; RAA 2008 wants 280 m and more at 80 km/h
RAMP_SWEEP = 0.5  # rad
RAMP_LIMIT = 22.2  # m/s: 80 km/h
TOP = 30.0  # m from the map's edge to the leftmost lane: noise barriers and fields
BOTTOM = 50.0  # m below the lanes, for the ramps


def motorway_fields(sections: int, lanes: int) -> dict[str, Field]:
    """The plan of a motorway, on so many ``lanes`` of the road fields."""
    return {
        "section_metres": Field("f8", (), 10.0, 5000.0, doc="of each"),
        "main_lanes": Field("i8", (), 1, MAIN),
        "section_lane": Field(
            "i4",
            (sections, MAIN + 1),
            -1,
            lanes - 1,
            doc="lanes from left to right, −1 closed; last: beside the others",
        ),
        "section_open": Field("u1", (sections,), 0, 2**MAIN - 1, doc="bit i: main lane i (0 is the leftmost) is open"),
        "section_ramp": Field("u1", (sections,), NO_RAMP, WEAVING, doc="NO_RAMP … WEAVING"),
    }


def motorway_capacity(sections: int, vehicles: int, seats: int = 1) -> RoadCapacity:
    """Room for any motorway of this many sections with at most two ramps of either direction."""
    return RoadCapacity(
        lanes=sections * (MAIN + 1) + 4, points=2 * sections * (MAIN + 1) + 4 * 20, conflicts=1, destinations=3,
        sources=MAIN + 2, junctions=1, groups=1, phases=1, vehicles=vehicles, seats=seats,
    )  # fmt: skip


def motorway_extent(sections: int, metres: float) -> tuple[float, float]:
    """Width and height of the map."""
    return sections * metres, TOP + BOTTOM + (MAIN + 1) * WIDTH


@kernel
def is_open(w, section, index):  # type: ignore[no-untyped-def]
    """Whether a main lane is open in a section; beyond the last section none is."""
    if section < 0 or section >= len(w.section_open):
        return False
    return index < w.main_lanes and (int(w.section_open[section]) >> index) & 1 == 1


@kernel
def lay_motorway(w, limit):  # type: ignore[no-untyped-def]
    """Build the motorway that the plan describes; whether everybody gets everywhere (demand decides who that is)."""
    clear_network(w)
    for section in range(len(w.section_open)):
        lay_section(w, section, limit)
    for index in range(int(w.main_lanes)):
        if w.section_lane[0, index] >= 0:
            add_source(w, w.section_lane[0, index])
    last = len(w.section_open) - 1
    for index in range(int(w.main_lanes)):
        if w.section_lane[last, index] >= 0:
            add_destination(w, w.section_lane[last, index])
            break
    for section in range(len(w.section_open)):
        lay_ramps(w, section)
    connect_conflicts(w)
    find_routes(w)
    return all_reachable(w)


@kernel
def lay_section(w, section, limit):  # type: ignore[no-untyped-def]
    """The lanes of one section, joined to those before them and to their neighbours."""
    x0, x1 = section * w.section_metres, (section + 1) * w.section_metres
    last = section == len(w.section_open) - 1
    before = -1
    for index in range(MAIN + 1):
        w.section_lane[section, index] = -1
        ramp = int(w.section_ramp[section])
        if (index < MAIN and not is_open(w, section, index)) or (index == SIDE and ramp == NO_RAMP):
            before = before if index == SIDE or index >= w.main_lanes else -1
            continue
        ends = not is_open(w, section + 1, index) if index < MAIN else ramp == ON_RAMP
        kind = EXIT if last and index < MAIN else RAMP if ends else ROAD
        y = TOP + (min(index, int(w.main_lanes)) + 0.5) * WIDTH
        lane = add_straight(w, kind, x0, y, x1, y, limit, WIDTH)
        w.section_lane[section, index] = lane
        if index < MAIN and is_open(w, section - 1, index):
            join(w, w.section_lane[section - 1, index], lane)
        join_sides(w, before, lane)
        before = lane


@kernel
def lay_ramps(w, section):  # type: ignore[no-untyped-def]
    """The on-ramp before a section's lane on the right, and the off-ramp behind it."""
    side, ramp = w.section_lane[section, SIDE], int(w.section_ramp[section])
    if side < 0:
        return
    first = int(w.lane_first[side])
    y = w.point_y[first] + RAMP_RADIUS
    if ramp in (ON_RAMP, WEAVING):
        bearing = -0.5 * PI - RAMP_SWEEP
        lane = add_arc(w, ROAD, w.point_x[first], y, RAMP_RADIUS, bearing, RAMP_SWEEP, RAMP_LIMIT, WIDTH)
        join(w, lane, side)
        add_source(w, lane)
    if ramp in (OFF_RAMP, WEAVING):
        lane = add_arc(w, EXIT, w.point_x[first + 1], y, RAMP_RADIUS, -0.5 * PI, RAMP_SWEEP, RAMP_LIMIT, WIDTH)
        join(w, side, lane)
        add_destination(w, lane)


# --- a ring ------------------------------------------------------------------------------------------------------


@kernel
def lay_ring(w, lanes, metres, limit):  # type: ignore[no-untyped-def]
    """A ring road whose lanes count as equally long; nobody comes, nobody leaves."""
    clear_network(w)
    radius = metres / (2.0 * PI)
    before = -1
    for index in range(lanes):  # clockwise: the leftmost lane is the outermost
        lane = add_arc(w, ROAD, radius + 20.0, radius + 20.0, radius - index * WIDTH, 0.0, 2.0 * PI, limit, WIDTH)
        stretch(w, lane, metres)
        join(w, lane, lane)
        join_sides(w, before, lane)
        before = lane
    add_destination(w, 0)
    for lane in range(lanes):
        w.way[lane, 0] = lane


@kernel
def stretch(w, lane, metres):  # type: ignore[no-untyped-def]
    """Let a lane count as so many metres long."""
    if lane < 0:
        return
    factor = metres / w.lane_length[lane]
    first = int(w.lane_first[lane])
    for point in range(first, first + int(w.lane_points[lane])):
        w.point_s[point] *= factor
    w.lane_length[lane] = metres


# --- traffic that is there from the start ------------------------------------------------------------------------


@kernel
def fill_section(w, section, density):  # type: ignore[no-untyped-def]
    """Put vehicles on the main lanes of a section, ``density`` a metre and lane."""
    for index in range(MAIN):
        lane = w.section_lane[section, index]
        if lane < 0 or density <= 0.0:
            continue
        key = child_key(np.uint64(w.key), 1000 + section * MAIN + index)
        pos = w.section_metres - chance(key, 100) / density
        for count in range(1, 100):
            apart = (0.5 + chance(key, 100 + count)) / density
            if pos < 20.0:
                break
            put_on_road(w, lane, pos, apart, child_key(key, count))
            pos -= max(apart, 18.0)


@kernel
def put_on_road(w, lane, pos, apart, key):  # type: ignore[no-untyped-def]
    """One driver of the population who is under way already, at the speed that suits the distance."""
    car = free_slot(w)
    if car < 0:
        return
    kind = kind_of(w, chance(key, 0))
    length = LENGTHS[kind] * (0.95 + 0.1 * chance(key, 1))
    goal = goal_of(w, 0, chance(key, 2) * flow_of(w, 0))
    if w.way[lane, goal] < 0 and w.steer[lane, goal] == 0:
        goal = 0
    w.car_length[car], w.car_pos[car] = length, pos
    w.car_kind[car], w.car_goal[car], w.car_from[car] = kind, goal, 0
    set_driver(w, car, key, kind)
    w.car_speed[car] = min(wish_speed(w, car, lane), max(apart - LENGTHS[kind] - GAP, 1.0) / w.car_headway[car])
    w.car_cool[car] = chance(key, 7)
    w.car_free[car] = w.free_seconds[0, goal]
    w.entered += 1
    enter(w, car, lane)


@kernel
def flow_of(w, source):  # type: ignore[no-untyped-def]
    """Vehicles/s that come to a source in the mean."""
    flow = 0.0
    for goal in range(int(w.destinations)):
        flow += w.demand[source, goal]
    return flow
