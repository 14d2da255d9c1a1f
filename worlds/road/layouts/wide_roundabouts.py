"""Roundabouts of two lanes with three to six arms of two lanes each.

Nobody changes lanes on the ring: the right lane of an arm leads to the outer lane of the ring, the left one to the
inner lane, from which one leaves by the left lane of an arm, across the outer ring. Those who leave early keep to the
right, those who leave late to the left, as the arrows before such roundabouts ask (FHWA, Roundabouts: An Informational
Guide, 2nd ed., section 7.4).
"""

from worlds.kit.chance import between, integer
from worlds.kit.kernel import kernel
from worlds.kit.maths import PI, cos, sin
from worlds.road.fields import EXIT, LINK, ROAD
from worlds.road.lanes.crossings import connect_conflicts, find_routes
from worlds.road.lanes.network import (
    add_arc,
    add_destination,
    add_link,
    add_source,
    add_straight,
    clear_network,
    curve_speed,
    join,
    join_sides,
)
from worlds.road.layouts.roundabouts import AROUND, IN, LIMIT, MOST_ARMS, OUT

LANES = 2  # 0 is the right lane of an arm and the outer one of the ring
LANE = 3.5  # m wide on the arms
RING_LANE = 4.5  # m wide on the ring; FHWA gives circulating lanes 4.3 to 4.9 m
MOUTH = 7.0  # m along the ring from the middle of an arm to where traffic leaves, and to where it enters
APPROACH = 11.0  # m from the outer ring to the line where drivers give way
SMALLEST, LARGEST = 22.0, 27.0  # m, radius of the outer lane: FHWA's two-lane roundabouts are 46 to 67 m across


@kernel
def build_wide_roundabout(w, arms, radius, x, y, turn, gate):  # type: ignore[no-untyped-def]
    """Lay it around (x, y) with its first arm at the bearing ``turn``; source 2 a + l is lane l of arm a."""
    clear_network(w)
    for arm in range(arms):
        add_wide_arm(w, x, y, radius, turn - 2.0 * PI * arm / arms, gate)
    arcs = int(w.lanes)  # before them 4 lanes an arm; arc 2 a + l leads from arm a to the next
    gap, mouth = 2.0 * PI / arms, MOUTH / radius
    for arm in range(arms):
        for lane in range(LANES):
            inside = radius - lane * RING_LANE
            arc = add_arc(w, ROAD, x, y, inside, turn - gap * arm - mouth, 2.0 * mouth - gap, LIMIT, RING_LANE)
            w.lane_limit[arc] = curve_speed(w, arc)
            w.lane_junction[arc] = 0
    for arm in range(arms):
        for lane in range(LANES):
            before, after = arcs + LANES * ((arm + arms - 1) % arms) + lane, arcs + LANES * arm + lane
            inside, bearing = radius - lane * RING_LANE, turn - gap * arm
            passing = add_arc(w, LINK, x, y, inside, bearing + mouth, -2.0 * mouth, w.lane_limit[after], RING_LANE)
            w.lane_junction[passing] = 0
            w.lane_rank[passing] = AROUND
            join(w, before, passing)
            join(w, passing, after)
            add_link(w, before, 2 * LANES * arm + LANES + lane, 0, -1, OUT)
            add_link(w, 2 * LANES * arm + lane, after, 0, -1, IN)
    connect_conflicts(w)
    open_wide(w, arms)
    find_routes(w)


@kernel
def add_wide_arm(w, x, y, radius, bearing, gate):  # type: ignore[no-untyped-def]
    """Two lanes in and two out, right lanes first."""
    c, s = cos(bearing), sin(bearing)
    near = radius + APPROACH
    for lane in range(LANES):
        side = (1.5 - lane) * LANE  # inwards the right side is to the left of the outward direction: at (s, −c)
        inwards = add_straight(
            w, ROAD, x + gate * c + side * s, y + gate * s - side * c, x + near * c + side * s,
            y + near * s - side * c, LIMIT, LANE,
        )  # fmt: skip
        w.lane_junction[inwards] = 0
        add_source(w, inwards)
    for lane in range(LANES):
        side = (1.5 - lane) * LANE
        add_straight(
            w, EXIT, x + near * c - side * s, y + near * s + side * c, x + gate * c - side * s,
            y + gate * s + side * c, LIMIT, LANE,
        )  # fmt: skip
    out = int(w.lanes) - LANES
    join_sides(w, out + 1, out)
    add_destination(w, out)


@kernel
def open_wide(w, arms):  # type: ignore[no-untyped-def]
    """Demand from the right lanes to the first half of the ways out, from the left lanes to the second half."""
    for arm in range(arms):
        for onwards in range(1, arms):
            goal = (arm + onwards) % arms
            w.demand[LANES * arm, goal] = 1.0 if 2 * onwards <= arms else 0.0
            w.demand[LANES * arm + 1, goal] = 1.0 if 2 * onwards >= arms else 0.0


@kernel
def draw_wide_roundabout(w, x, y, gate):  # type: ignore[no-untyped-def]
    """A roundabout of the open stream: three to six arms, a radius that gives them room, any bearing."""
    arms = 3 + integer(w, MOST_ARMS - 2)
    radius = between(w, max(SMALLEST, 4.6 * arms), LARGEST + 2.0 * (arms // 6))
    build_wide_roundabout(w, arms, radius, x, y, between(w, 0.0, 2.0 * PI), gate)
