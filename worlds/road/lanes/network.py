"""Building a network inside a record: lanes as straight lines, arcs and splines, who follows whom, who is beside whom.

Every builder returns the new lane, or −1 where a table is full; `overfull(w)` then holds, and the network is no good.
"""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.kit.maths import PI, atan2, cos, sin
from worlds.road.fields import LINK

CURVE_POINTS = 9  # of an arc or a spline
CHORD = 10.0  # m; the longest stretch of an arc between two points
SIDEWAYS = 3.0  # m/s²; lateral acceleration of drivers who turn in town (Bosetti et al. 2014: 2 to 4)
SLOWEST = 4.0  # m/s; no curve asks for less


@kernel
def clear_network(w):  # type: ignore[no-untyped-def]
    """No lane, no light, no route; the tables are wiped, so that equal networks are equal bytes."""
    w.lanes = w.points = w.conflicts = w.destinations = w.sources = 0
    for lane in range(len(w.lane_length)):
        w.lane_length[lane] = w.lane_limit[lane] = w.lane_width[lane] = w.way_cost[lane] = 0.0
        w.lane_parting[lane] = 0.0
        w.lane_kind[lane] = w.lane_first[lane] = w.lane_points[lane] = w.lane_rank[lane] = 0
        w.lane_conflict[lane] = w.lane_conflicts[lane] = 0
        w.lane_left[lane] = w.lane_right[lane] = w.lane_junction[lane] = w.lane_group[lane] = -1
        for index in range(w.lane_next.shape[1]):
            w.lane_next[lane, index] = w.lane_before[lane, index] = -1
        for goal in range(len(w.sink_lane)):
            w.way[lane, goal] = -1
            w.steer[lane, goal] = 0
    for point in range(len(w.point_x)):
        w.point_x[point] = w.point_y[point] = w.point_s[point] = w.point_heading[point] = 0.0
    for side in range(len(w.conflict_lane)):
        w.conflict_lane[side] = 0
        w.conflict_here[side] = w.conflict_there[side] = w.conflict_from[side] = w.conflict_to[side] = 0.0
        w.conflict_back[side] = 0
    for source in range(len(w.source_lane)):
        w.source_lane[source] = -1
        for goal in range(len(w.sink_lane)):
            w.demand[source, goal] = w.free_seconds[source, goal] = 0.0
    for goal in range(len(w.sink_lane)):
        w.sink_lane[goal] = -1


@kernel
def overfull(w):  # type: ignore[no-untyped-def]
    """Whether some table had no room: then one of the counts stands beyond it."""
    full = w.lanes > len(w.lane_length) or w.points > len(w.point_x) or w.conflicts > len(w.conflict_lane)
    return full or w.destinations > len(w.sink_lane) or w.sources > len(w.source_lane)


# --- lanes -------------------------------------------------------------------------------------------------------


@kernel
def open_lane(w, kind, limit, width):  # type: ignore[no-untyped-def]
    """A lane without points yet."""
    lane = int(w.lanes)
    w.lanes += 1
    if lane >= len(w.lane_length):
        w.lanes = len(w.lane_length) + 1
        return -1
    w.lane_kind[lane] = kind
    w.lane_limit[lane], w.lane_width[lane] = limit, width
    w.lane_first[lane] = min(int(w.points), len(w.point_x))
    return lane


@kernel
def add_point(w, lane, x, y, heading):  # type: ignore[no-untyped-def]
    """The next point of the lane that was opened last."""
    point = int(w.points)
    if lane < 0 or point >= len(w.point_x):
        w.points = len(w.point_x) + 1
        return
    w.points += 1
    w.point_x[point], w.point_y[point], w.point_heading[point] = x, y, heading
    far = 0.0
    if int(w.lane_points[lane]) > 0:
        dx, dy = x - w.point_x[point - 1], y - w.point_y[point - 1]
        far = w.point_s[point - 1] + np.sqrt(dx * dx + dy * dy)
    w.point_s[point] = far
    w.lane_points[lane] += 1
    w.lane_length[lane] = far


@kernel
def add_straight(w, kind, x0, y0, x1, y1, limit, width):  # type: ignore[no-untyped-def]
    """A straight lane from one point to another."""
    lane = open_lane(w, kind, limit, width)
    heading = atan2(y1 - y0, x1 - x0)
    add_point(w, lane, x0, y0, heading)
    add_point(w, lane, x1, y1, heading)
    return lane


@kernel
def add_arc(w, kind, x, y, radius, start, sweep, limit, width):  # type: ignore[no-untyped-def]
    """A lane on a circle around (x, y), from the bearing ``start`` on; ``sweep`` > 0 goes clockwise on the map."""
    lane = open_lane(w, kind, limit, width)
    pieces = max(CURVE_POINTS - 1, int(abs(sweep) * radius / CHORD) + 1)
    for piece in range(pieces + 1):
        bearing = start + sweep * piece / pieces
        heading = wrap(bearing + (0.5 * PI if sweep > 0.0 else -0.5 * PI))
        add_point(w, lane, x + radius * cos(bearing), y + radius * sin(bearing), heading)
    return lane


@kernel
def add_spline(w, kind, start, end, limit, width):  # type: ignore[no-untyped-def]
    """A smooth lane from the end of one lane to the beginning of another (a cubic Hermite curve)."""
    lane = open_lane(w, kind, limit, width)
    a = w.lane_first[start] + w.lane_points[start] - 1
    b = int(w.lane_first[end])
    x0, y0, x1, y1 = w.point_x[a], w.point_y[a], w.point_x[b], w.point_y[b]
    reach = np.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0))
    ax, ay = reach * cos(w.point_heading[a]), reach * sin(w.point_heading[a])
    bx, by = reach * cos(w.point_heading[b]), reach * sin(w.point_heading[b])
    for piece in range(CURVE_POINTS):
        t = piece / (CURVE_POINTS - 1)
        h1 = t * t * (3.0 - 2.0 * t)
        ha, hb = t * (1.0 - t) * (1.0 - t), t * t * (t - 1.0)
        g1, ga, gb = 6.0 * t * (1.0 - t), (1.0 - t) * (1.0 - 3.0 * t), t * (3.0 * t - 2.0)
        x = x0 + h1 * (x1 - x0) + ha * ax + hb * bx
        y = y0 + h1 * (y1 - y0) + ha * ay + hb * by
        heading = atan2(g1 * (y1 - y0) + ga * ay + gb * by, g1 * (x1 - x0) + ga * ax + gb * bx)
        add_point(w, lane, x, y, heading)
    return lane


@kernel
def add_link(w, start, end, junction, group, rank):  # type: ignore[no-untyped-def]
    """A smooth way through a junction between two lanes, no faster than its sharpest bend allows; joins them."""
    if start < 0 or end < 0:
        return -1
    lane = add_spline(w, LINK, start, end, min(w.lane_limit[start], w.lane_limit[end]), w.lane_width[start])
    if lane < 0 or overfull(w):
        return -1
    w.lane_junction[lane] = junction
    w.lane_group[lane] = group
    w.lane_rank[lane] = rank
    w.lane_limit[lane] = min(w.lane_limit[lane], max(curve_speed(w, lane), SLOWEST))
    join(w, start, lane)
    join(w, lane, end)
    return lane


@kernel
def curve_speed(w, lane):  # type: ignore[no-untyped-def]
    """The speed at which a lane's mean bend feels as much as SIDEWAYS."""
    first = int(w.lane_first[lane])
    last = first + int(w.lane_points[lane]) - 1
    turned = abs(wrap(w.point_heading[last] - w.point_heading[first]))
    return np.sqrt(SIDEWAYS * w.lane_length[lane] / max(turned, 0.001))


@kernel
def wrap(angle):  # type: ignore[no-untyped-def]
    """The same direction in [−π, π)."""
    return angle - 2.0 * PI * np.floor((angle + PI) / (2.0 * PI))


# --- neighbours --------------------------------------------------------------------------------------------------


@kernel
def join(w, start, end):  # type: ignore[no-untyped-def]
    """Let traffic go on from the end of one lane to the beginning of another; whether both had room for it."""
    forth, back = -1, -1
    for index in range(w.lane_next.shape[1] - 1, -1, -1):
        if w.lane_next[start, index] < 0:
            forth = index
        if w.lane_before[end, index] < 0:
            back = index
    if forth < 0 or back < 0:
        w.lanes = len(w.lane_length) + 1
        return False
    w.lane_next[start, forth] = end
    w.lane_before[end, back] = start
    return True


@kernel
def join_sides(w, left, right):  # type: ignore[no-untyped-def]
    """Two parallel lanes of one way: traffic may change between them."""
    if left >= 0 and right >= 0:
        w.lane_right[left] = right
        w.lane_left[right] = left


@kernel
def add_source(w, lane):  # type: ignore[no-untyped-def]
    """Traffic enters the map at the beginning of a lane; the source's number."""
    source = int(w.sources)
    w.sources += 1
    if source >= len(w.source_lane):
        return -1
    w.source_lane[source] = lane
    return source


@kernel
def add_destination(w, lane):  # type: ignore[no-untyped-def]
    """Traffic leaves the map at the end of a lane; the destination's number."""
    goal = int(w.destinations)
    w.destinations += 1
    if goal >= len(w.sink_lane):
        return -1
    w.sink_lane[goal] = lane
    return goal
