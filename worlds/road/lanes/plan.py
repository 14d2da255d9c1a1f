"""The plan of a town before it has lanes: crossings and gates as points, roads between them, arms around each crossing.

Nodes 0 … J − 1 are junctions, the others are gates, where traffic enters and leaves the map. A road joins two nodes and
has a number of lanes each way; none one way makes it a one-way street. The arms of a junction are its roads in
clockwise order as seen on the map (y grows southwards), so arm 0 is the first from due east on.
"""

from worlds.kit.kernel import kernel
from worlds.kit.maths import PI, atan2, cos, sin
from worlds.world import Field

MOST_ARMS = 5
MOST_LANES = 2  # each way
LANE = 3.25  # m wide; RASt 06 gives city lanes 3.00 to 3.50 m
SHARPEST = 0.78  # rad between two arms; AASHTO's Green Book asks for 60° at least, 75° where there is room; 45° here
GAP = 4.0  # m between the stop line and the nearest crossing lane: room for a footway and a corner's radius
FARTHEST_STOP = 30.0  # m from the middle of a junction


@kernel
def columns_of(junctions):  # type: ignore[no-untyped-def]
    """Junctions side by side in the squarest grid."""
    columns = 1
    while columns * columns < junctions:
        columns += 1
    return columns


def gates_of(junctions: int) -> int:
    """The most gates a town of this size may have; one crossing alone takes as many as it has arms."""
    return MOST_ARMS if junctions == 1 else 4 * int(columns_of(junctions)) + 4


def roads_of(junctions: int) -> int:
    """The most roads a town of this size may have."""
    return MOST_ARMS if junctions == 1 else (4 * junctions + gates_of(junctions)) // 2


def plan_fields(junctions: int, extent: tuple[float, float]) -> dict[str, Field]:
    """What a town's plan adds to a record, on a map of this extent (m)."""
    nodes, roads = junctions + gates_of(junctions), roads_of(junctions)
    return {
        "nodes": Field("i8", (), 0, nodes),
        "roads": Field("i8", (), 0, roads),
        "node_x": Field("f8", (nodes,), -1.0, extent[0] + 1.0, unit="m"),
        "node_y": Field("f8", (nodes,), -1.0, extent[1] + 1.0),
        "road_a": Field("i4", (roads,), 0, nodes - 1, doc="nodes at its ends"),
        "road_b": Field("i4", (roads,), 0, nodes - 1),
        "road_ab": Field("u1", (roads,), 0, MOST_LANES, doc="lanes from a to b"),
        "road_ba": Field("u1", (roads,), 0, MOST_LANES),
        "road_limit": Field("f8", (roads,), 0.0, 40.0, unit="m/s"),
        "arms": Field("u1", (junctions,), 0, MOST_ARMS),
        "arm_road": Field("i4", (junctions, MOST_ARMS), -1, roads - 1, doc="−1 none"),
        "arm_bearing": Field(
            "f8", (junctions, MOST_ARMS), -0.5 * SHARPEST, 2.0 * PI, unit="rad", doc="outwards, clockwise from east"
        ),
        "stop_distance": Field(
            "f8", (junctions,), 0.0, FARTHEST_STOP, unit="m", doc="from the middle to the stop lines"
        ),
    }


@kernel
def clear_plan(w):  # type: ignore[no-untyped-def]
    """An empty map."""
    w.nodes = w.roads = 0
    for node in range(len(w.node_x)):
        w.node_x[node] = w.node_y[node] = 0.0
    for road in range(len(w.road_a)):
        w.road_a[road] = w.road_b[road] = 0
        w.road_ab[road] = w.road_ba[road] = 0
        w.road_limit[road] = 0.0
    for junction in range(len(w.arms)):
        w.arms[junction] = 0
        w.stop_distance[junction] = 0.0
        for arm in range(MOST_ARMS):
            w.arm_road[junction, arm] = -1
            w.arm_bearing[junction, arm] = 0.0


@kernel
def add_node(w, x, y):  # type: ignore[no-untyped-def]
    """A junction (the first of all) or a gate; −1 where the table is full."""
    if w.nodes >= len(w.node_x):
        return -1
    node = int(w.nodes)
    w.node_x[node], w.node_y[node] = x, y
    w.nodes += 1
    return node


@kernel
def add_road(w, a, b, lanes_ab, lanes_ba, limit):  # type: ignore[no-untyped-def]
    """A road between two nodes; −1 where a table is full."""
    if a < 0 or b < 0 or w.roads >= len(w.road_a) or full(w, a) or full(w, b):
        return -1
    road = int(w.roads)
    w.road_a[road], w.road_b[road] = a, b
    w.road_ab[road], w.road_ba[road] = lanes_ab, lanes_ba
    w.road_limit[road] = limit
    w.roads += 1
    add_arm(w, a, b, road)
    add_arm(w, b, a, road)
    return road


@kernel
def full(w, node):  # type: ignore[no-untyped-def]
    """Whether a junction has no arm left to give."""
    return node < len(w.arms) and int(w.arms[node]) >= MOST_ARMS


@kernel
def add_arm(w, node, other, road):  # type: ignore[no-untyped-def]
    """Put a road among a junction's arms, in the order of their bearings."""
    if node >= len(w.arms):
        return
    bearing = atan2(w.node_y[other] - w.node_y[node], w.node_x[other] - w.node_x[node])
    if bearing < -0.5 * SHARPEST:
        bearing += 2.0 * PI  # the arm nearest to due east comes first, a little north of it too
    place = int(w.arms[node])
    while place > 0 and w.arm_bearing[node, place - 1] > bearing:
        w.arm_bearing[node, place] = w.arm_bearing[node, place - 1]
        w.arm_road[node, place] = w.arm_road[node, place - 1]
        place -= 1
    w.arm_bearing[node, place] = bearing
    w.arm_road[node, place] = road
    w.arms[node] = int(w.arms[node]) + 1


@kernel
def lanes_in(w, junction, arm):  # type: ignore[no-untyped-def]
    """Lanes that come in by an arm."""
    road = w.arm_road[junction, arm]
    if road < 0:
        return 0
    return int(w.road_ab[road]) if w.road_b[road] == junction else int(w.road_ba[road])


@kernel
def lanes_out(w, junction, arm):  # type: ignore[no-untyped-def]
    """Lanes that go out by an arm."""
    road = w.arm_road[junction, arm]
    if road < 0:
        return 0
    return int(w.road_ba[road]) if w.road_b[road] == junction else int(w.road_ab[road])


@kernel
def opening(w, junction, arm):  # type: ignore[no-untyped-def]
    """Radians from an arm clockwise to the next."""
    arms = int(w.arms[junction])
    gap = w.arm_bearing[junction, (arm + 1) % arms] - w.arm_bearing[junction, arm]
    return gap if gap > 0.0 else gap + 2.0 * PI


@kernel
def is_open(w, junction):  # type: ignore[no-untyped-def]
    """Whether no two arms of a junction leave at too sharp an angle."""
    for arm in range(int(w.arms[junction])):
        if opening(w, junction, arm) < SHARPEST:
            return False
    return True


@kernel
def place_stop_lines(w, width):  # type: ignore[no-untyped-def]
    """How far from the middle each junction's lanes end, so that roads of this lane width do not overlap."""
    for junction in range(len(w.arms)):
        far = 2.0 * width
        for arm in range(int(w.arms[junction])):
            following = (arm + 1) % int(w.arms[junction])
            angle = 0.5 * opening(w, junction, arm)
            if angle < 0.5 * PI:
                side = half_width(w, w.arm_road[junction, arm], width)
                side = max(side, half_width(w, w.arm_road[junction, following], width))
                far = max(far, side * cos(angle) / max(sin(angle), 0.1))
        w.stop_distance[junction] = min(far + width + GAP, FARTHEST_STOP)


@kernel
def half_width(w, road, width):  # type: ignore[no-untyped-def]
    """Metres from a road's middle line to its farther edge."""
    return width * max(int(w.road_ab[road]), int(w.road_ba[road]), 1)
