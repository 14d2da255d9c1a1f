"""One junction without lights: crossings, side roads, roundabouts; and the custom by which its traffic gives way.

Crossings are plans of a town of one junction (see `plan.py`), so that links and conflicts come from `junctions.py`.
Arms are numbered as the destinations are: against the clock at roundabouts, clockwise at crossings.
"""

from worlds.kit.chance import between, integer, uniform
from worlds.kit.kernel import kernel
from worlds.kit.maths import PI, cos, sin
from worlds.road.fields import AT_STOP, EXIT, FIRST_COME, FROM_RIGHT, LINK, ROAD, RoadCapacity
from worlds.road.lanes.crossings import all_reachable
from worlds.road.lanes.junctions import build_network
from worlds.road.lanes.network import wrap
from worlds.road.lanes.plan import LANE, SHARPEST, add_node, add_road, clear_plan, is_open, place_stop_lines
from worlds.road.lanes.plan import MOST_ARMS as CROSSING_ARMS
from worlds.road.layouts.roundabouts import AROUND, IN, MOST_ARMS, OUT, draw_roundabout
from worlds.road.layouts.towns import town_fields
from worlds.road.layouts.wide_roundabouts import draw_wide_roundabout
from worlds.world import Field

CROSSING, SIDE_ROAD, ROUNDABOUT, WIDE_ROUNDABOUT, SKEWED = range(5)  # layouts
MAIN_ROAD, RIGHT_FIRST, FIRST_FIRST = range(3)  # customs: of a main road (at roundabouts the ring), or of none
RING = MOST_ARMS  # the arm of lanes that are part of a roundabout
ARMS = MOST_ARMS + 1  # places in a table by arm
MIDDLE = 68.0  # m from the edges of the map to the middle of the junction
SHORTEST, LONGEST = 42.0, 54.0  # m from the middle of the junction to the gates
SLOWEST, FASTEST = 9.72, 13.89  # m/s: 35 to 50 km/h
TURN = 0.65  # rad that a way through a junction may bend and still not be a turn
MAIN_RANK = 3  # more than any turn has (see RANK in `junctions.py`)
FOOTWAY = 1.0  # m that the stop lines of towns keep free for those on foot; here nobody walks
TRIES = 8  # drawings before the plain crossing stands


def crossroad_capacity(vehicles: int, seats: int) -> RoadCapacity:
    """Room for any of the layouts."""
    return RoadCapacity(
        lanes=80, points=660, conflicts=320, destinations=MOST_ARMS, sources=2 * MOST_ARMS, junctions=1, groups=1,
        phases=1, vehicles=vehicles, seats=seats,
    )  # fmt: skip


def crossroad_fields(capacity: RoadCapacity) -> dict[str, Field]:
    """What a junction adds to the road fields."""
    return {
        **town_fields(1, capacity.lanes),
        "arm_count": Field("i8", (), 0, MOST_ARMS),
        "lane_arm": Field(
            "i4",
            (capacity.lanes,),
            -1,
            RING,
            doc="the arm it belongs to, of a link the one it comes from; RING, −1 none",
        ),
        "source_arm": Field("i4", (capacity.sources,), -1, MOST_ARMS - 1, doc="−1 none"),
        "custom": Field("i8", (), MAIN_ROAD, FIRST_FIRST, doc="MAIN_ROAD … FIRST_FIRST"),
        "main_arms": Field("i8", (), 0, 2**ARMS - 1, doc="bit a: arm a is part of the main road"),
        "stop_arms": Field(
            "i8", (), 0, 2**MOST_ARMS - 1, doc="bit a: who comes by arm a stands at its line before he goes"
        ),
    }


def crossroad_extent() -> tuple[float, float]:
    """Width and height of the map."""
    return 2.0 * MIDDLE, 2.0 * MIDDLE


@kernel
def build_crossroad(w, layout):  # type: ignore[no-untyped-def]
    """Draw a junction from the open stream and build it; whether it holds. Demand is open between all arms."""
    for turn in range(TRIES + 1):
        if is_round(layout):
            holds = lay_ring(w, layout)
        else:
            holds = lay_crossing(w, layout, turn == TRIES)
        name_arms(w)
        if holds and all_reachable(w) and int(w.arm_count) >= 3:
            return True
    return False


@kernel
def is_round(layout):  # type: ignore[no-untyped-def]
    """Whether a layout is a roundabout."""
    return layout in (ROUNDABOUT, WIDE_ROUNDABOUT)


@kernel
def lay_ring(w, layout):  # type: ignore[no-untyped-def]
    """A roundabout of one lane or of two."""
    clear_plan(w)
    gate = between(w, SHORTEST + 10.0, LONGEST + 10.0)  # its lines lie farther out than those of crossings
    if layout == ROUNDABOUT:
        draw_roundabout(w, MIDDLE, MIDDLE, gate)
    else:
        draw_wide_roundabout(w, MIDDLE, MIDDLE, gate)
    return True


@kernel
def lay_crossing(w, layout, plain):  # type: ignore[no-untyped-def]
    """Three to five arms at odd bearings, or a road with a side road, or two roads that meet at a sharp angle; whether
    the arms lie far enough apart.
    """
    clear_plan(w)
    add_node(w, MIDDLE, MIDDLE)
    limit, start = between(w, SLOWEST, FASTEST), between(w, 0.0, 2.0 * PI)
    if layout == SIDE_ROAD and not plain:
        side = between(w, 0.9, 2.2)  # 50° to 126° from the road
        bend = between(w, -0.25, 0.25)
        place_arm(w, start, limit)
        first, second = (side, PI + bend) if uniform(w) < 0.5 else (PI + bend, 2.0 * PI - side)
        place_arm(w, start + first, limit)
        place_arm(w, start + second, limit)
    elif layout == SKEWED and not plain:
        place_skewed(w, start, limit)
    else:
        arms = 4 if plain else 3 + integer(w, CROSSING_ARMS - 2)
        spare = 2.0 * PI - arms * (SHARPEST + 0.05)
        for _ in range(arms):
            place_arm(w, start, limit)
            share = 1.0 if plain else between(w, 0.7, 1.3)
            start += SHARPEST + 0.05 + share * spare / arms
    place_stop_lines(w, LANE)
    w.stop_distance[0] -= FOOTWAY
    build_network(w, False)
    return is_open(w, 0)


@kernel
def place_skewed(w, start, limit):  # type: ignore[no-untyped-def]
    """A road that forks, or two straight roads that cross like open scissors; nowhere else do arms lie so unevenly."""
    sharp, bend = between(w, SHARPEST + 0.05, 1.05), between(w, -0.1, 0.1)  # rad: 48° to 60°
    place_arm(w, start, limit)
    place_arm(w, start + sharp, limit)
    if uniform(w) < 0.4:
        place_arm(w, start + PI + 0.5 * sharp + bend, limit)
    else:
        place_arm(w, start + PI + bend, limit)
        place_arm(w, start + PI + sharp + bend, limit)


@kernel
def place_arm(w, bearing, limit):  # type: ignore[no-untyped-def]
    """A road of one lane each way from the junction to a gate."""
    length = between(w, SHORTEST, LONGEST)
    gate = add_node(w, MIDDLE + length * cos(bearing), MIDDLE + length * sin(bearing))
    add_road(w, 0, gate, 1, 1, limit)


@kernel
def name_arms(w):  # type: ignore[no-untyped-def]
    """Which arm every lane and every source belongs to: that of the nearest way out of the map."""
    w.arm_count = min(int(w.destinations), MOST_ARMS)
    for lane in range(len(w.lane_arm)):
        w.lane_arm[lane] = -1
    for source in range(len(w.source_arm)):
        w.source_arm[source] = -1
    for lane in range(min(int(w.lanes), len(w.lane_arm))):
        kind = int(w.lane_kind[lane])
        if kind == EXIT:
            last = w.lane_first[lane] + w.lane_points[lane] - 1
            w.lane_arm[lane] = nearest_gate(w, w.point_x[last], w.point_y[last])
        elif kind == ROAD and w.lane_before[lane, 0] >= 0:
            w.lane_arm[lane] = RING
        elif kind == ROAD:
            first = w.lane_first[lane]
            w.lane_arm[lane] = nearest_gate(w, w.point_x[first], w.point_y[first])
    for lane in range(min(int(w.lanes), len(w.lane_arm))):
        if int(w.lane_kind[lane]) == LINK:
            w.lane_arm[lane] = w.lane_arm[w.lane_before[lane, 0]]
    for source in range(min(int(w.sources), len(w.source_arm))):
        w.source_arm[source] = w.lane_arm[w.source_lane[source]]


@kernel
def nearest_gate(w, x, y):  # type: ignore[no-untyped-def]
    """The destination whose way out lies nearest to a point."""
    best, found = 1e12, -1
    for goal in range(int(w.arm_count)):
        lane = w.sink_lane[goal]
        last = w.lane_first[lane] + w.lane_points[lane] - 1
        dx, dy = w.point_x[last] - x, w.point_y[last] - y
        if dx * dx + dy * dy < best:
            best, found = dx * dx + dy * dy, goal
    return found


@kernel
def bearing_to(w, arm):  # type: ignore[no-untyped-def]
    """Heading of those who leave by an arm."""
    lane = w.sink_lane[arm]
    return w.point_heading[w.lane_first[lane] + w.lane_points[lane] - 1]


# --- customs -----------------------------------------------------------------------------------------------------


@kernel
def draw_custom(w, layout, custom):  # type: ignore[no-untyped-def]
    """Let a custom hold; the main road of a crossing runs between any two of its arms, straight on or not."""
    w.custom, w.main_arms, w.stop_arms = custom, 0, 0
    arms = int(w.arm_count)
    first = integer(w, arms)
    second = (first + 1 + integer(w, arms - 1)) % arms
    luck = uniform(w)
    if layout == SIDE_ROAD and luck < 0.5:
        first, second = straightest(w)
    if custom == MAIN_ROAD:
        w.main_arms = 1 << RING if is_round(layout) else (1 << first) | (1 << second)
    set_ranks(w)


@kernel
def draw_stops(w):  # type: ignore[no-untyped-def]
    """Stop lines at some of the arms that are not part of the main road: at one at least, and not at all arms."""
    free = 0
    for arm in range(int(w.arm_count)):
        free += 1 - ((int(w.main_arms) >> arm) & 1)
    most = free if free < int(w.arm_count) else free - 1
    left = 1 + integer(w, most)
    for arm in range(int(w.arm_count)):  # each as likely as any other (Knuth's selection sampling, TAOCP 3.4.2 S)
        if (int(w.main_arms) >> arm) & 1 == 0:
            if uniform(w) * free < left:
                w.stop_arms |= 1 << arm
                left -= 1
            free -= 1
    set_ranks(w)


@kernel
def is_stop(w, arm):  # type: ignore[no-untyped-def]
    """Whether there is a stop line where an arm comes to the junction."""
    return 0 <= arm < RING and (int(w.stop_arms) >> arm) & 1 == 1


@kernel
def set_ranks(w):  # type: ignore[no-untyped-def]
    """The right of way of every link."""
    for lane in range(int(w.lanes)):
        if int(w.lane_kind[lane]) == LINK:
            w.lane_rank[lane] = rank_of(w, lane)


@kernel
def straightest(w):  # type: ignore[no-untyped-def]
    """The two arms that lie most nearly opposite each other."""
    best, first, second = -1.0, 0, 1
    for arm in range(int(w.arm_count)):
        for other in range(arm + 1, int(w.arm_count)):
            apart = abs(wrap(bearing_to(w, arm) - bearing_to(w, other)))
            if apart > best:
                best, first, second = apart, arm, other
    return first, second


@kernel
def rank_of(w, link):  # type: ignore[no-untyped-def]
    """The right of way of a link under the custom. Who leaves a ring has left those behind him already."""
    if is_stop(w, int(w.lane_arm[link])):
        return AT_STOP
    arm, after = int(w.lane_arm[link]), int(w.lane_arm[w.lane_next[link, 0]])
    leaves = arm == RING and after != RING
    if w.custom != MAIN_ROAD and not leaves:
        return FROM_RIGHT if w.custom == RIGHT_FIRST else FIRST_COME
    if arm == RING:
        return OUT if leaves else AROUND
    if after == RING:
        return IN
    main = (int(w.main_arms) >> arm) & 1
    return 1 + turn_rank(w, link) + MAIN_RANK * main


@kernel
def turn_rank(w, link):  # type: ignore[no-untyped-def]
    """2 ahead, 1 to the right, 0 to the left (StVO § 9)."""
    first = int(w.lane_first[link])
    last = first + int(w.lane_points[link]) - 1
    turned = wrap(w.point_heading[last] - w.point_heading[first])
    return 0 if turned < -TURN else 1 if turned > TURN else 2
