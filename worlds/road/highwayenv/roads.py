"""The roads of HighwayEnv's tasks, laid with our lanes.

Arms are numbered east, south, west, north; lane 2 a comes in by arm a and lane 2 a + 1 goes out. Lanes beside each
other are numbered from the left.
"""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.kit.maths import PI
from worlds.road.fields import EXIT, LINK, RAMP, ROAD
from worlds.road.highwayenv.numbers import (
    AFTER,
    BEFORE,
    CONVERGING,
    GATE,
    HIGHWAY,
    INTERSECTION,
    LANE,
    LANES,
    LIMITS,
    LINE,
    LONG,
    MERGE,
    MERGING,
    MIDDLE,
    MOUTH,
    RAMP_ASIDE,
    RING,
    RING_GATE,
    RING_LINE,
    TOP,
)
from worlds.road.lanes.crossings import connect_conflicts, find_routes
from worlds.road.lanes.network import (
    add_arc,
    add_destination,
    add_link,
    add_spline,
    add_straight,
    clear_network,
    join,
    join_sides,
    overfull,
)

ARMS = 4
COSINE, SINE = np.array([1.0, 0.0, -1.0, 0.0]), np.array([0.0, 1.0, 0.0, -1.0])  # of the arms' bearings
EAST, SOUTH, WEST, NORTH = range(ARMS)
ON_RAMP, RAMP_BEFORE = 4, 7  # lanes of merge: beside the main road, and where the ramp begins
ARC = 2 * ARMS  # the first lane of the ring: ARC + 2 a + l leads on from arm a, l 0 outside and 1 inside
AROUND, OUT, IN = 3, 2, 1  # right of way at the ring
PRIORITY = np.array([3, 1, 3, 1])  # of an arm's ways at the intersection; of a left turn one less


@kernel
def lay_scene(w):  # type: ignore[no-untyped-def]
    """Build the road; whether the tables had room."""
    clear_network(w)
    if w.scene < MERGE:
        lay_highway(w)
    elif w.scene == MERGE:
        lay_merge(w)
    else:
        lay_arms(w)
        if w.scene == INTERSECTION:
            lay_crossing(w)
        else:
            lay_ring(w)
    if overfull(w):
        return False
    for lane in range(int(w.lanes)):  # nobody slows down for bends there
        w.lane_limit[lane] = LIMITS[w.scene]
    connect_conflicts(w)
    find_routes(w)
    return not overfull(w)


@kernel
def lay_highway(w):  # type: ignore[no-untyped-def]
    """Straight lanes beside each other."""
    before = -1
    for lane in range(LANES[w.scene]):
        y = TOP + lane * LANE
        here = add_straight(w, EXIT, 0.0, y, LONG, y, LIMITS[HIGHWAY], LANE)
        join_sides(w, before, here)
        before = here
    add_destination(w, before)


@kernel
def lay_merge(w):  # type: ignore[no-untyped-def]
    """Two lanes, beside them a third that ends, and the ramp that leads to it."""
    limit, start, end = LIMITS[MERGE], BEFORE + CONVERGING, BEFORE + CONVERGING + MERGING
    add_pair(w, ROAD, 0.0, start)
    add_pair(w, ROAD, start, end)
    y = TOP + 2.0 * LANE
    ramp = add_straight(w, RAMP, start, y, end, y, limit, LANE)
    add_pair(w, EXIT, end, end + AFTER)
    coming = add_straight(w, ROAD, 0.0, y + RAMP_ASIDE, BEFORE, y + RAMP_ASIDE, limit, LANE)
    over = add_spline(w, ROAD, coming, ramp, limit, LANE)
    join_sides(w, 3, ramp)
    for lane in range(2):
        join(w, lane, 2 + lane)
        join(w, 2 + lane, 5 + lane)
    join(w, coming, over)
    join(w, over, ramp)
    add_destination(w, 6)


@kernel
def add_pair(w, kind, start, end):  # type: ignore[no-untyped-def]
    """Both lanes of a stretch of the main road."""
    left = add_straight(w, kind, start, TOP, end, TOP, LIMITS[MERGE], LANE)
    right = add_straight(w, kind, start, TOP + LANE, end, TOP + LANE, LIMITS[MERGE], LANE)
    join_sides(w, left, right)


@kernel
def lay_arms(w):  # type: ignore[no-untyped-def]
    """One lane in and one out by each arm."""
    middle, limit = MIDDLE[w.scene], LIMITS[w.scene]
    line, gate = (LINE, GATE) if w.scene == INTERSECTION else (RING_LINE, RING_GATE)
    for arm in range(ARMS):
        c, s = COSINE[arm], SINE[arm]
        dx, dy = 0.5 * LANE * s, -0.5 * LANE * c  # inwards the right side is to the left of the outward direction
        x0, y0, x1, y1 = middle + gate * c, middle + gate * s, middle + line * c, middle + line * s
        inwards = add_straight(w, ROAD, x0 + dx, y0 + dy, x1 + dx, y1 + dy, limit, LANE)
        outwards = add_straight(w, EXIT, x1 - dx, y1 - dy, x0 - dx, y0 - dy, limit, LANE)
        w.lane_junction[inwards] = 0
        add_destination(w, outwards)


@kernel
def lay_crossing(w):  # type: ignore[no-untyped-def]
    """Every way from arm to arm; the road from west to east goes first, left turns of either road after all others."""
    for arm in range(ARMS):
        for other in range(ARMS):
            if other != arm:
                turns_left = (other - arm + ARMS) % ARMS == 1
                add_link(w, 2 * arm, 2 * other + 1, 0, -1, 1 + PRIORITY[arm] - (1 if turns_left else 0))


@kernel
def lay_ring(w):  # type: ignore[no-untyped-def]
    """Two lanes around, against the clock; between the mouths of arms one may change them, and leave from either."""
    middle, limit, sweep = MIDDLE[w.scene], LIMITS[w.scene], 2.0 * MOUTH - 0.5 * PI
    for arm in range(ARMS):
        for lane in range(2):
            arc = add_arc(w, ROAD, middle, middle, RING[lane], bearing(arm) - MOUTH, sweep, limit, LANE)
            w.lane_junction[arc] = 0
        join_sides(w, ARC + 2 * arm + 1, ARC + 2 * arm)
    for arm in range(ARMS):
        before = (arm + 1) % ARMS
        for lane in range(2):
            passing = add_arc(w, LINK, middle, middle, RING[lane], bearing(arm) + MOUTH, -2.0 * MOUTH, limit, LANE)
            w.lane_junction[passing] = 0
            w.lane_rank[passing] = AROUND
            join(w, ARC + 2 * before + lane, passing)
            join(w, passing, ARC + 2 * arm + lane)
            add_link(w, ARC + 2 * before + lane, 2 * arm + 1, 0, -1, OUT)
        add_link(w, 2 * arm, ARC + 2 * arm, 0, -1, IN)


@kernel
def bearing(arm):  # type: ignore[no-untyped-def]
    """Of an arm from the middle, rad clockwise from east."""
    return 0.5 * PI * arm
