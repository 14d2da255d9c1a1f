"""From a plan to a network: lanes along the roads, links through the junctions, signal groups and phases.

A lane serves the turns that its place allows: the left lane of two is for those who turn left where anybody may, the
right lane for all others. Phases are the usual ones: two opposite arms with left lanes of their own get one phase
for the left turns and one for the rest; opposite single lanes are green together and whoever turns left gives way; an
arm without an opposite has a phase of its own.
"""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.kit.maths import PI
from worlds.road.fields import EXIT, ROAD
from worlds.road.lanes.crossings import all_reachable, connect_conflicts, find_routes
from worlds.road.lanes.network import add_destination, add_link, add_source, add_straight, clear_network, join_sides
from worlds.road.lanes.plan import LANE, MOST_ARMS, MOST_LANES, lanes_in, lanes_out

STRAIGHT = 0.65  # rad that a way through a junction may bend and still not be a turn
LEFT_TURN, AHEAD, RIGHT_TURN = range(3)
GROUPS = MOST_ARMS * MOST_LANES  # signal groups of a junction: one for each lane that comes in
MOST_PHASES = 5
RANK = np.array([1, 3, 2])  # right of way by turn: ahead before right before left (StVO § 9, Vienna Convention art. 16)


@kernel
def build_network(w, signalised):  # type: ignore[no-untyped-def]
    """Lanes, links, conflicts, lights, gates and routes of the plan."""
    clear_network(w)
    lay_lanes(w)
    for junction in range(len(w.arms)):
        link_junction(w, junction, signalised)
        w.phases[junction] = set_phases(w, junction) if signalised else 0
    open_gates(w)
    connect_conflicts(w)
    find_routes(w)


@kernel
def is_sound(w, signalised):  # type: ignore[no-untyped-def]
    """Whether everybody gets everywhere, nobody is led into a dead end, and every signal has something to decide."""
    for junction in range(len(w.arms)):
        if signalised and w.phases[junction] < 2:
            return False
    for lane in range(int(w.lanes)):
        if int(w.lane_kind[lane]) != EXIT and w.lane_next[lane, 0] < 0:
            return False
    return all_reachable(w)


@kernel
def open_gates(w):  # type: ignore[no-untyped-def]
    """Every lane from a gate is a source, every way to one a destination; nobody leaves where he came in."""
    for road in range(int(w.roads)):
        if w.road_b[road] >= len(w.arms) and w.road_lane[road, 0, 0] >= 0:
            add_destination(w, w.road_lane[road, 0, 0])
    for road in range(int(w.roads)):
        for lane in range(MOST_LANES):
            if w.road_b[road] >= len(w.arms) and w.road_lane[road, 1, lane] >= 0:
                add_source(w, w.road_lane[road, 1, lane])
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            apart = gate_behind(w, w.source_lane[source]) != gate_behind(w, w.sink_lane[goal])
            w.demand[source, goal] = 1.0 if apart else 0.0


@kernel
def gate_behind(w, lane):  # type: ignore[no-untyped-def]
    """The gate whose road a lane belongs to; −1 none."""
    for road in range(int(w.roads)):
        for way in range(2):
            for index in range(MOST_LANES):
                if w.road_lane[road, way, index] == lane:
                    return int(w.road_b[road])
    return -1


# --- lanes along the roads ---------------------------------------------------------------------------------------


@kernel
def lay_lanes(w):  # type: ignore[no-untyped-def]
    """Both ways of every road, from stop line to stop line, or from or to the edge of the map."""
    for road in range(len(w.road_a)):
        for way in range(2):
            for lane in range(MOST_LANES):
                w.road_lane[road, way, lane] = -1
    for road in range(int(w.roads)):
        a, b = int(w.road_a[road]), int(w.road_b[road])
        lay_way(w, road, 0, a, b, int(w.road_ab[road]))
        lay_way(w, road, 1, b, a, int(w.road_ba[road]))


@kernel
def lay_way(w, road, way, start, end, lanes):  # type: ignore[no-untyped-def]
    """The lanes of one way of a road, from left to right."""
    junctions = len(w.arms)
    dx, dy = w.node_x[end] - w.node_x[start], w.node_y[end] - w.node_y[start]
    length = max(np.sqrt(dx * dx + dy * dy), 1.0)
    dx, dy = dx / length, dy / length
    first = w.stop_distance[start] if start < junctions else 0.0
    last = length - (w.stop_distance[end] if end < junctions else 0.0)
    kind = EXIT if end >= junctions else ROAD
    for lane in range(lanes):
        side = (lane + 0.5) * LANE  # right of the middle line; y grows southwards, so right of (dx, dy) is (−dy, dx)
        x, y = w.node_x[start] - side * dy, w.node_y[start] + side * dx
        w.road_lane[road, way, lane] = add_straight(
            w, kind, x + first * dx, y + first * dy, x + last * dx, y + last * dy, w.road_limit[road], LANE
        )
        if end < junctions:
            w.lane_junction[w.road_lane[road, way, lane]] = end
        if lane > 0:
            join_sides(w, w.road_lane[road, way, lane - 1], w.road_lane[road, way, lane])


@kernel
def lane_in(w, junction, arm, lane):  # type: ignore[no-untyped-def]
    """The lane that comes in by an arm, counted from its left; −1 none."""
    road = w.arm_road[junction, arm]
    if road < 0:
        return -1
    return int(w.road_lane[road, 0 if w.road_b[road] == junction else 1, lane])


@kernel
def lane_out(w, junction, arm, lane):  # type: ignore[no-untyped-def]
    """The lane that goes out by an arm, counted from its left; −1 none."""
    road = w.arm_road[junction, arm]
    if road < 0:
        return -1
    return int(w.road_lane[road, 1 if w.road_b[road] == junction else 0, lane])


# --- links through the junctions ---------------------------------------------------------------------------------


@kernel
def bend(w, junction, arm, other):  # type: ignore[no-untyped-def]
    """Radians that the way from one arm to another turns: below 0 to the left, above 0 to the right."""
    angle = w.arm_bearing[junction, other] - w.arm_bearing[junction, arm] - PI
    if angle <= -PI:
        angle += 2.0 * PI
    return angle if angle <= PI else angle - 2.0 * PI


@kernel
def turn_of(w, junction, arm, other):  # type: ignore[no-untyped-def]
    """LEFT_TURN, AHEAD or RIGHT_TURN."""
    angle = bend(w, junction, arm, other)
    return LEFT_TURN if angle < -STRAIGHT else RIGHT_TURN if angle > STRAIGHT else AHEAD


@kernel
def exits(w, junction, arm, turn):  # type: ignore[no-untyped-def]
    """How many ways out of a junction are such a turn for those who come by an arm."""
    count = 0
    for other in range(int(w.arms[junction])):
        if other != arm and lanes_out(w, junction, other) > 0 and turn_of(w, junction, arm, other) == turn:
            count += 1
    return count


@kernel
def has_left_lane(w, junction, arm):  # type: ignore[no-untyped-def]
    """Whether an arm has a lane for left turns alone."""
    others = exits(w, junction, arm, AHEAD) + exits(w, junction, arm, RIGHT_TURN)
    return lanes_in(w, junction, arm) == 2 and others > 0 and exits(w, junction, arm, LEFT_TURN) > 0


@kernel
def serves(w, junction, arm, lane, turn, is_first, is_last):  # type: ignore[no-untyped-def]
    """Whether a lane of an arm leads to an exit; ``is_first`` and ``is_last``: the leftmost and rightmost of all."""
    if lanes_in(w, junction, arm) == 1:
        return True
    lefts, ahead = exits(w, junction, arm, LEFT_TURN), exits(w, junction, arm, AHEAD)
    if lane == 0:
        return turn == LEFT_TURN or (lefts == 0 and (turn == AHEAD or (ahead == 0 and is_first)))
    rights = exits(w, junction, arm, RIGHT_TURN)
    return turn != LEFT_TURN or (ahead == 0 and rights == 0 and is_last)


@kernel
def link_junction(w, junction, signalised):  # type: ignore[no-untyped-def]
    """Links from every lane that comes in to every lane that it may go on to."""
    for arm in range(int(w.arms[junction])):
        open_exits = 0
        for turn in range(3):
            open_exits += exits(w, junction, arm, turn)
        seen = 0
        for step in range(1, int(w.arms[junction])):
            other = (arm + step) % int(w.arms[junction])  # clockwise: from the leftmost exit to the rightmost
            goes = lanes_out(w, junction, other)
            if goes == 0:
                continue
            turn = turn_of(w, junction, arm, other)
            seen += 1
            for lane in range(lanes_in(w, junction, arm)):
                if serves(w, junction, arm, lane, turn, seen == 1, seen == open_exits):
                    leftmost = turn == LEFT_TURN if lanes_in(w, junction, arm) == 1 else lane == 0
                    target = lane_out(w, junction, other, 0 if leftmost else goes - 1)
                    group = group_of(junction, arm, lane) if signalised else -1
                    add_link(w, lane_in(w, junction, arm, lane), target, junction, group, RANK[turn])


# --- signal groups and phases ------------------------------------------------------------------------------------


@kernel
def group_of(junction, arm, lane):  # type: ignore[no-untyped-def]
    """The signal group of a lane that comes in."""
    return junction * GROUPS + arm * MOST_LANES + lane


@kernel
def opposite(w, junction, arm):  # type: ignore[no-untyped-def]
    """The later arm whose traffic comes straight towards this one's; −1 none, or where two arms lie ahead of either."""
    for other in range(arm + 1, int(w.arms[junction])):
        if lanes_in(w, junction, other) > 0 and abs(bend(w, junction, arm, other)) < STRAIGHT:
            alone = arms_ahead(w, junction, arm) == 1 and arms_ahead(w, junction, other) == 1
            return other if alone else -1
    return -1


@kernel
def arms_ahead(w, junction, arm):  # type: ignore[no-untyped-def]
    """How many arms lie more or less straight ahead of those who come by an arm."""
    count = 0
    for other in range(int(w.arms[junction])):
        if other != arm and abs(bend(w, junction, arm, other)) < STRAIGHT:
            count += 1
    return count


@kernel
def set_phases(w, junction):  # type: ignore[no-untyped-def]
    """The phases of a signalised junction; how many."""
    for phase in range(MOST_PHASES):
        w.phase_groups[junction, phase] = 0
    paired = 0  # bit a: arm a has been given its phases
    phases = 0
    for arm in range(int(w.arms[junction])):
        if (paired >> arm) & 1 == 1 or lanes_in(w, junction, arm) == 0:
            continue
        other = opposite(w, junction, arm)
        if other < 0 or (paired >> other) & 1 == 1:
            show_green(w, junction, phases, arm, True, True)
            phases += 1
            continue
        paired |= 1 << other
        protected = has_left_lane(w, junction, arm) or has_left_lane(w, junction, other)
        protected = protected and lanes_in(w, junction, arm) == 2 and lanes_in(w, junction, other) == 2
        show_green(w, junction, phases, arm, not protected, True)
        show_green(w, junction, phases, other, not protected, True)
        phases += 1
        if protected:
            both = has_left_lane(w, junction, arm) and has_left_lane(w, junction, other)
            if has_left_lane(w, junction, arm):
                show_green(w, junction, phases, arm, True, not both)
            if has_left_lane(w, junction, other):
                show_green(w, junction, phases, other, True, not both)
            phases += 1
    return phases


@kernel
def show_green(w, junction, phase, arm, left_lane, right_lane):  # type: ignore[no-untyped-def]
    """Make lanes of an arm green in a phase; a lane that is no left lane counts as a right one."""
    for lane in range(lanes_in(w, junction, arm)):
        is_left = lane == 0 and has_left_lane(w, junction, arm)
        if (is_left and left_lane) or (not is_left and right_lane):
            bit = 1 << (arm * MOST_LANES + lane)
            w.phase_groups[junction, phase] = w.phase_groups[junction, phase] | bit
