"""Towns of 1 to 25 junctions as plans: grid, irregular with bent and missing streets, corridor, many one-way streets,
bottlenecks (all ways lead through one junction, or over one bridge, in the largest towns over two).

Every try draws the plan anew; whether traffic can get from every gate to every other is asked of the network built from
it (see `junctions.py`). The last resort is the plain grid without one-way streets, which always holds.
"""

from dataclasses import dataclass

import numpy as np

from worlds.kit.chance import between, integer, uniform
from worlds.kit.kernel import kernel
from worlds.kit.maths import PI, atan2, cos, sin
from worlds.road.fields import RoadCapacity
from worlds.road.lanes.junctions import GROUPS, MOST_PHASES, build_network, is_sound
from worlds.road.lanes.plan import (
    LANE,
    MOST_ARMS,
    MOST_LANES,
    SHARPEST,
    add_node,
    add_road,
    clear_plan,
    columns_of,
    gates_of,
    is_open,
    place_stop_lines,
    plan_fields,
    roads_of,
)
from worlds.world import Field

GRID, IRREGULAR, CORRIDOR, ONE_WAY, BOTTLENECK = range(5)  # layouts
CORRIDOR_LENGTH = 6  # junctions in a row; longer corridors run side by side
NEAREST, FARTHEST = 120.0, 220.0  # m from junction to junction, RESCO's towns have blocks of 100 to 300 m
SHORTEST_GATE, LONGEST_GATE = 110.0, 160.0  # m from the last junction to the edge of the map
JITTER = 0.16  # of the spacing; the farthest an irregular town moves a junction along each axis
MARGIN = 12.0  # m
CITY, STREET, LANE_LIMIT = 13.89, 11.11, 8.33  # m/s: 50, 40 and 30 km/h
EASTWARDS, SOUTHWARDS, WESTWARDS, NORTHWARDS = range(4)
MOST_SPOKES = 4  # of a town with a hub: one of the junctions, around which all others lie
SKEW = 0.55  # rad
ASLANT = 0.9  # rad from the spoke's direction: so the roads to the gates of two spokes do not meet
LONGEST_SPOKE = 145.0  # m; the map of a small town is not wide enough for more
TRIES = 8  # plans drawn before the plain grid stands
LINKS = 18  # of a junction of a town: four arms with two lanes have 16
CROSSINGS = 80  # conflict sides of a junction


@dataclass(frozen=True)
class TownKnobs:
    """What a generator may vary: ranges of shares and metres."""

    wide: tuple[float, float]
    """Share of the lines of the grid with two lanes each way."""
    one_way: tuple[float, float]
    """Share of streets between junctions that are one-way."""
    missing: tuple[float, float]
    """Share of sides of a junction without a street, as long as three are left."""


KNOBS = (
    TownKnobs(wide=(0.0, 1.0), one_way=(0.0, 0.2), missing=(0.0, 0.2)),
    TownKnobs(wide=(0.0, 0.8), one_way=(0.0, 0.25), missing=(0.1, 0.5)),
    TownKnobs(wide=(0.0, 0.2), one_way=(0.0, 0.0), missing=(0.0, 0.3)),
    TownKnobs(wide=(0.0, 0.6), one_way=(0.35, 0.6), missing=(0.0, 0.1)),
    TownKnobs(wide=(0.0, 0.6), one_way=(0.0, 0.0), missing=(0.0, 0.0)),
)
KNOB_TABLE = np.array([[*knobs.wide, *knobs.one_way, *knobs.missing] for knobs in KNOBS])


def extent_of(junctions: int) -> tuple[float, float]:
    """Metres that any town of this size fits into."""
    square = int(columns_of(junctions))
    across = max(square, min(junctions, CORRIDOR_LENGTH))
    down = max(-(-junctions // square), -(-junctions // CORRIDOR_LENGTH))
    edge = 2.0 * (LONGEST_GATE + MARGIN)
    return (across - 1 + 2 * JITTER) * FARTHEST + edge, (down - 1 + 2 * JITTER) * FARTHEST + edge


def town_capacity(junctions: int, vehicles: int) -> RoadCapacity:
    """Room for any town of this size."""
    links = 32 if junctions == 1 else LINKS * junctions
    roads = roads_of(junctions)
    lanes = 2 * MOST_LANES * roads + links
    return RoadCapacity(
        lanes=lanes,
        points=2 * (lanes - links) + 9 * links,
        conflicts=300 if junctions == 1 else CROSSINGS * junctions,
        destinations=gates_of(junctions),
        sources=2 * gates_of(junctions),
        junctions=junctions,
        groups=GROUPS * junctions,
        phases=MOST_PHASES,
        vehicles=vehicles,
        seats=junctions,
    )


def town_fields(junctions: int, lanes: int) -> dict[str, Field]:
    """What a town adds to the road fields, those of so many ``lanes``."""
    shape = (roads_of(junctions), 2, MOST_LANES)
    return {
        **plan_fields(junctions, extent_of(junctions)),
        "road_lane": Field("i4", shape, -1, lanes - 1, doc="by way, from the left; −1 none"),
    }


@kernel
def build_town(w, layout, signalised):  # type: ignore[no-untyped-def]
    """Draw a town from the open stream and build its network; demand is open between all gates."""
    for turn in range(TRIES + 1):
        holds = lay_town(w, layout, turn == TRIES)
        build_network(w, signalised)
        if holds and is_sound(w, signalised):
            return True
    return False


@kernel
def lay_town(w, layout, plain):  # type: ignore[no-untyped-def]
    """Draw a plan of ``layout`` for all junctions of the record; whether it holds. ``plain``: the last resort."""
    clear_plan(w)
    junctions = len(w.arms)
    if junctions == 1 and layout == IRREGULAR and not plain:
        lay_star(w)
    elif junctions <= 1 + MOST_SPOKES and layout == BOTTLENECK and not plain:
        lay_spokes(w)
    else:
        columns = min(junctions, CORRIDOR_LENGTH) if layout == CORRIDOR else columns_of(junctions)
        jitter = 0.0 if layout != IRREGULAR or plain else JITTER
        place_junctions(w, columns, jitter)
        join_junctions(w, layout, columns, plain)
    place_stop_lines(w, LANE)
    holds = True
    for junction in range(junctions):
        holds = holds and int(w.arms[junction]) >= 3 and is_open(w, junction)
    return holds


@kernel
def lay_star(w):  # type: ignore[no-untyped-def]
    """One junction with three to five arms at odd bearings."""
    arms = 3 + integer(w, MOST_ARMS - 2)
    x, y = LONGEST_GATE + MARGIN + JITTER * FARTHEST, LONGEST_GATE + MARGIN + JITTER * FARTHEST
    add_node(w, x, y)
    spare = 2.0 * PI - arms * (SHARPEST + 0.05)
    bearing = between(w, 0.0, 2.0 * PI)
    for arm in range(arms):
        length = between(w, SHORTEST_GATE, LONGEST_GATE)
        gate = add_node(w, x + length * cos(bearing), y + length * sin(bearing))
        lanes = 1 + int(uniform(w) < 0.5)
        add_road(w, 0, gate, lanes, lanes, CITY if lanes == 2 else STREET)
        share = between(w, 0.4, 1.6) / arms
        bearing += SHARPEST + 0.05 + min(share, 1.0) * spare if arm < arms - 1 else 0.0


@kernel
def lay_spokes(w):  # type: ignore[no-untyped-def]
    """Junction 0 in the middle, the others around it, each at the end of a spoke of its own with two or three gates.

    One junction alone is a crossing of two roads at a sharp angle.
    """
    junctions = len(w.arms)
    x, y = middle_of(junctions)
    add_node(w, x, y)
    tilt = between(w, -0.2, 0.2)
    first = integer(w, MOST_SPOKES)
    if junctions == 2:  # their map is a strip from west to east
        tilt, first = 0.0, first // 2 * 2
    for junction in range(1, junctions):
        bearing = tilt + 0.5 * PI * (first + junction) + between(w, -0.1, 0.1)
        if junctions == 2:
            bearing -= 0.5 * PI
        length = between(w, NEAREST, LONGEST_SPOKE)
        add_node(w, x + length * cos(bearing), y + length * sin(bearing))
    lanes = 1 + integer(w, 2)
    for junction in range(1, junctions):
        dx, dy = w.node_x[junction] - x, w.node_y[junction] - y
        bearing = atan2(dy, dx)
        add_road(w, 0, junction, lanes, lanes, CITY if lanes == 2 else STREET)
        turned = between(w, -0.08, 0.08)
        ahead = uniform(w) < 0.5
        for side in range(3):  # to the left, ahead, to the right
            if side != 1 or ahead:
                lay_gate(w, junction, bearing + turned + ASLANT * (side - 1), 1)
    for spare in range(junctions - 1, MOST_SPOKES):  # where no spoke is, a gate
        side = first + 1 + spare - (1 if junctions == 2 else 0)
        skew = SKEW if junctions == 1 and side % 2 == 1 else 0.0
        lay_gate(w, 0, tilt + 0.5 * PI * side - skew + between(w, -0.15, 0.15), lanes)


@kernel
def lay_gate(w, junction, bearing, lanes):  # type: ignore[no-untyped-def]
    """A road from a junction to a gate."""
    length = between(w, SHORTEST_GATE, LONGEST_GATE)
    gate = add_node(w, w.node_x[junction] + length * cos(bearing), w.node_y[junction] + length * sin(bearing))
    add_road(w, junction, gate, lanes, lanes, CITY if lanes == 2 else STREET)


@kernel
def draw_river(w, layout, columns):  # type: ignore[no-untyped-def]
    """(row, first bridge, second bridge) of a river that runs south of a row of the grid; −1 without one.

    The bridges lie in columns; in towns of less than five columns they are one and the same.
    """
    junctions = len(w.arms)
    rows = (junctions + columns - 1) // columns
    if layout != BOTTLENECK or rows < 2:
        return -1, -1, -1
    row = integer(w, rows - 1)
    across = min(columns, junctions - (row + 1) * columns)
    first, second = integer(w, across), integer(w, across)
    return row, first, second if across > 4 else first


@kernel
def place_junctions(w, columns, jitter):  # type: ignore[no-untyped-def]
    """Points of a grid around the middle of the map, each moved a little."""
    junctions = len(w.arms)
    rows = (junctions + columns - 1) // columns
    across, down = between(w, NEAREST, FARTHEST), between(w, NEAREST, FARTHEST)
    middle_x, middle_y = middle_of(junctions)
    for junction in range(junctions):
        row, column = junction // columns, junction % columns
        x = middle_x + (column - 0.5 * (columns - 1)) * across + between(w, -jitter, jitter) * across
        y = middle_y + (row - 0.5 * (rows - 1)) * down + between(w, -jitter, jitter) * down
        add_node(w, x, y)


@kernel
def middle_of(junctions):  # type: ignore[no-untyped-def]
    """The middle of the map, as `extent_of` sizes it."""
    square = columns_of(junctions)
    across = max(square, min(junctions, CORRIDOR_LENGTH))
    down = max((junctions + square - 1) // square, (junctions + CORRIDOR_LENGTH - 1) // CORRIDOR_LENGTH)
    edge = LONGEST_GATE + MARGIN + JITTER * FARTHEST
    return 0.5 * (across - 1) * FARTHEST + edge, 0.5 * (down - 1) * FARTHEST + edge


@kernel
def join_junctions(w, layout, columns, plain):  # type: ignore[no-untyped-def]
    """Streets between neighbours and gates on the free sides; a few of either are missing or one-way."""
    wide = draw_wide_lines(w, layout)
    one_way = between(w, KNOB_TABLE[layout, 2], KNOB_TABLE[layout, 3])
    missing = between(w, KNOB_TABLE[layout, 4], KNOB_TABLE[layout, 5])
    junctions = len(w.arms)
    river, bridge, other_bridge = draw_river(w, layout, columns)
    lost = np.uint64(0)  # a bit for every junction that lacks a side: no junction lacks two
    for junction in range(junctions):
        for side in range(4):
            other = neighbour(junctions, columns, junction, side)
            if other >= 0 and other < junction:
                continue  # has its street already
            both = bit(junction) | (bit(other) if other >= 0 else np.uint64(0))
            luck, turn = uniform(w), uniform(w)
            column = junction % columns
            is_wet = other >= 0 and side == SOUTHWARDS and junction // columns == river
            if is_wet and column != bridge and column != other_bridge and not plain:
                continue
            if luck < missing and lost & both == np.uint64(0) and not plain:
                lost = lost | both
                continue
            line = junction // columns if side % 2 == 0 else 6 + junction % columns
            lanes = 1 + ((wide >> line) & 1)
            limit = CITY if lanes == 2 else STREET if layout != IRREGULAR or turn < 0.7 else LANE_LIMIT
            if other < 0:
                other = add_gate(w, junction, side, 0.0 if layout != IRREGULAR or plain else between(w, -0.25, 0.25))
                add_road(w, junction, other, lanes, lanes, limit)
            else:
                closed = uniform(w) < one_way and not plain
                back, forth = closed and turn < 0.5, closed and turn >= 0.5
                add_road(w, junction, other, 0 if back else lanes, 0 if forth else lanes, limit)


@kernel
def bit(index):  # type: ignore[no-untyped-def]
    """A word with one bit set."""
    return np.uint64(1) << np.uint64(index)


@kernel
def draw_wide_lines(w, layout):  # type: ignore[no-untyped-def]
    """A bit for each row (0 … 5) and column (6 … 11) of the grid that has two lanes each way."""
    share = between(w, KNOB_TABLE[layout, 0], KNOB_TABLE[layout, 1])
    wide = 0
    for line in range(12):
        if uniform(w) < share or (layout == CORRIDOR and line < 6):
            wide += 1 << line
    return wide


@kernel
def neighbour(junctions, columns, junction, side):  # type: ignore[no-untyped-def]
    """The junction next to this one on a side, −1 at the edge of the town."""
    column = junction % columns
    if side == EASTWARDS:
        return junction + 1 if column + 1 < columns and junction + 1 < junctions else -1
    if side == WESTWARDS:
        return junction - 1 if column > 0 else -1
    if side == SOUTHWARDS:
        return junction + columns if junction + columns < junctions else -1
    return junction - columns


@kernel
def add_gate(w, junction, side, bend):  # type: ignore[no-untyped-def]
    """A gate on the free side of a junction."""
    bearing = 0.5 * PI * side + bend
    length = between(w, SHORTEST_GATE, LONGEST_GATE)
    return add_node(w, w.node_x[junction] + length * cos(bearing), w.node_y[junction] + length * sin(bearing))
