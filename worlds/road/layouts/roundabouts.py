"""Roundabouts of one lane with three to six arms: who enters gives way to those who go round.

Traffic on the right goes round against the clock as seen on the map, that is with falling bearings. At each arm the
ring first lets traffic out and then takes traffic in; between the two, and from arm to arm, it is made of arcs.
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
)

MOST_ARMS = 6
LANE = 3.5  # m wide
HALF_MOUTH = 5.5  # m along the ring from the middle of an arm to where traffic leaves, and to where it enters
APPROACH = 9.0  # m from the ring to the line where drivers give way, along the arm
SMALLEST, LARGEST = 14.0, 22.0  # m, radius of the ring: FHWA's single-lane roundabouts are 27 to 55 m across
LIMIT = 13.89  # m/s on the arms
AROUND, IN, OUT = 3, 1, 2  # right of way


@kernel
def build_roundabout(w, arms, radius, x, y, turn, unevenness, gate):  # type: ignore[no-untyped-def]
    """Lay a roundabout around (x, y) with its first arm at the bearing ``turn``; arms are sources and destinations.

    ``gate``: m from the middle to the edge of the map. Odd arms are moved by ``unevenness`` of the gap to the next.
    """
    clear_network(w)
    for arm in range(arms):
        add_arms(w, x, y, radius, bearing_of(w, arms, arm, turn, unevenness), gate)
    lanes = int(w.lanes)  # of arms: 2 a piece, in and out
    mouth = HALF_MOUTH / radius
    for arm in range(arms):  # the arcs to the next arm, against the clock
        here = bearing_of(w, arms, arm, turn, unevenness)
        gap = here - bearing_of(w, arms, arm + 1, turn, unevenness)
        lane = add_arc(w, ROAD, x, y, radius, here - mouth, 2.0 * mouth - gap, LIMIT, LANE)
        w.lane_limit[lane] = curve_speed(w, lane)
        w.lane_junction[lane] = 0
    for arm in range(arms):
        before, after = lanes + (arm + arms - 1) % arms, lanes + arm
        here = bearing_of(w, arms, arm, turn, unevenness)
        passing = add_arc(w, LINK, x, y, radius, here + mouth, -2.0 * mouth, w.lane_limit[after], LANE)
        w.lane_junction[passing] = 0
        w.lane_rank[passing] = AROUND
        join(w, before, passing)
        join(w, passing, after)
        add_link(w, before, 2 * arm + 1, 0, -1, OUT)
        add_link(w, 2 * arm, after, 0, -1, IN)
    connect_conflicts(w)
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            w.demand[source, goal] = 1.0 if source != goal else 0.0
    find_routes(w)


@kernel
def bearing_of(w, arms, arm, turn, unevenness):  # type: ignore[no-untyped-def]
    """The bearing of an arm, counted against the clock; odd ones are moved by ``unevenness`` of the gap."""
    shift = unevenness if arm % 2 == 1 and arm < arms else 0.0
    return turn - 2.0 * PI * (arm + shift) / arms


@kernel
def add_arms(w, x, y, radius, bearing, gate):  # type: ignore[no-untyped-def]
    """The lane in and the lane out of one arm."""
    c, s = cos(bearing), sin(bearing)
    near, side = radius + APPROACH, 0.5 * LANE
    # Inwards the right side is to the left of the outward direction (c, s): at (s, −c).
    inwards = add_straight(
        w, ROAD, x + gate * c + side * s, y + gate * s - side * c, x + near * c + side * s, y + near * s - side * c,
        LIMIT, LANE,
    )  # fmt: skip
    outwards = add_straight(
        w, EXIT, x + near * c - side * s, y + near * s + side * c, x + gate * c - side * s, y + gate * s + side * c,
        LIMIT, LANE,
    )  # fmt: skip
    w.lane_junction[inwards] = 0
    add_source(w, inwards)
    add_destination(w, outwards)


@kernel
def draw_roundabout(w, x, y, gate):  # type: ignore[no-untyped-def]
    """A roundabout of the open stream: three to six arms, a radius that gives them room, any bearing."""
    arms = 3 + integer(w, MOST_ARMS - 2)
    radius = between(w, max(SMALLEST, 4.2 * arms), LARGEST + 5.0 * (arms // 5))
    unevenness = between(w, -0.15, 0.15)
    # An odd number of arms has no odd arm beside the first one, so none is moved towards it.
    build_roundabout(w, arms, radius, x, y, between(w, 0.0, 2.0 * PI), unevenness if arms % 2 == 0 else 0.0, gate)
