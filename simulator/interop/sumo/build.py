"""From what SUMO's files say to a record that this project's traffic drives in."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.interop.sumo.network import GREENS, YELLOWS, Lane, Phase, RoadNetwork, Way
from simulator.interop.sumo.routes import Demand
from worlds.kit.kernel import kernel
from worlds.kit.record import record
from worlds.road.drivers.traffic import start_traffic, step_traffic
from worlds.road.fields import (
    ALL_STOP,
    AT_STOP,
    EXIT,
    FIRST_COME,
    FROM_RIGHT,
    LINK,
    RAMP,
    ROAD,
    RoadCapacity,
    road_fields,
)
from worlds.road.lanes.crossings import connect_conflicts, find_routes
from worlds.road.lanes.network import SIDEWAYS, SLOWEST
from worlds.road.lights.signalling import ask_phase, set_change
from worlds.world import Refused

WAYS = 12  # most successors, or predecessors, of a lane: in real towns trips end everywhere
SIZES = tuple(
    RoadCapacity(
        lanes=lanes, points=8 * lanes, conflicts=8 * lanes, destinations=ends, sources=2 * ends, junctions=junctions,
        groups=40 * junctions, phases=12, vehicles=cars, ways=WAYS,
    )
    for lanes, ends, junctions, cars in ((160, 16, 8, 512), (1024, 128, 128, 2048), (4096, 384, 512, 4096))
)  # fmt: skip
"""Few sizes, so that a network of about the same size finds its kernels compiled."""
GROUPS = 40  # light groups of a junction: as many bits as a phase has
CITY = {
    "mean_desire": 1.0, "mean_headway": 1.0, "mean_brisk": 1.4, "mean_comfort": 2.0, "mean_polite": 0.2,
    "mean_gap": 4.5, "spread": 0.2,
}  # fmt: skip
"""Drivers: the city values of Treiber and Kesting 2013, a fifth apart."""
RANKS = {"s": 3, "r": 2, "R": 2, "l": 1, "L": 1, "t": 0}  # right of way by turn: ahead before right before left
STUB = 0.5  # m; who gets there is out of the way at once
CUSTOM_RANKS = {"right first": FROM_RIGHT, "first come": FIRST_COME, "stop": AT_STOP, "all stop": ALL_STOP}
MAJOR = 3  # more for who comes by a major road, or never has a green that gives way
POINTS = 9  # of a way through a junction that the file gives no shape


@dataclass(frozen=True)
class Light:
    """A light program in this project's terms."""

    name: str
    junction: int
    seconds: tuple[float, ...]
    """Of each of its green phases in the file."""
    groups: tuple[int, ...]
    """The junction's group of each link of the program."""
    states: tuple[str, ...]
    """What the file shows in each green phase, a letter a link."""
    yellow: float
    """Seconds, the longest of the program."""
    all_red: float
    """Seconds between yellow and green, the longest of the program."""


@dataclass(frozen=True)
class Imported:
    """A network with its demand, ready to drive in."""

    records: Any
    """(1,) record with the road fields."""
    lanes: tuple[str, ...]
    """SUMO's names of the first lanes of the record; the ways through junctions follow."""
    lights: tuple[Light, ...]
    lost: float
    """Vehicles/s of trips that were left out."""


def import_network(network: RoadNetwork, demand: Demand, seed: int = 0, *, leave_out: bool = False) -> Imported:
    """Build the record of a network.

    Args:
        network: lanes, ways and lights.
        demand: who goes where.
        seed: decides when vehicles come, and their drivers.
        leave_out: leave out trips that nobody can drive, instead of refusing them; `Imported.lost` tells how many.

    Raises:
        Refused: more of something than there is room for, or a trip that cannot be driven: it is named.
    """
    ways = list(network.ways)
    worlds = _empty(network, demand)
    w = worlds[0]
    lanes = _number(network)
    _lay(w, network, lanes, ways)
    lights = _set_lights(w, network, ways, {name: index for index, name in enumerate(_junctions(ways))})
    exits = _set_demand(w, network, demand, lanes)
    for name, value in CITY.items():
        w[name] = value
    w["key"], w["course_length"] = seed, 1.0
    if prepare(worlds):
        raise Refused(f"{network.path.name} has more ways that cross than there is room for")
    for light in lights:
        set_light(worlds, light.junction, light.yellow, light.all_red)
    lost = _spread_over_lanes(w, network, lanes, exits, leave_out)
    return Imported(worlds, tuple(lanes), lights, lost)


def _empty(network: RoadNetwork, demand: Demand) -> Any:
    starts, ends = {start for start, _ in demand.flows}, {end for _, end in demand.flows}
    more = len(network.ways) + sum(lane.edge in ends for lane in network.lanes)
    lanes = len(network.lanes) + more
    leaving = len({lane.edge for lane in network.lanes} - {way.start.rpartition("_")[0] for way in network.ways} | ends)
    entering = sum(lane.edge in starts for lane in network.lanes)
    junctions = len(_junctions(list(network.ways)))
    points = 2 * more + sum(len(lane.shape) for lane in network.lanes)
    points += sum(POINTS if way.shape is None else len(way.shape) for way in network.ways)
    for size in SIZES:
        asked = lanes, points, junctions, leaving, entering
        if all(np.array(asked) <= (size.lanes, size.points, size.junctions, size.destinations, size.sources)):
            return np.zeros(1, record(road_fields(size)))
    most = SIZES[-1]
    raise Refused(
        f"{network.path.name} has {lanes} lanes, {points} points, {junctions} junctions, {leaving} edges to leave "
        f"and {entering} lanes to enter: at most {most.lanes}, {most.points}, {most.junctions}, {most.destinations} "
        f"and {most.sources} can be imported"
    )


def _number(network: RoadNetwork) -> dict[str, int]:
    return {lane.name: index for index, lane in enumerate(network.lanes)}


def _junctions(ways: list[Way]) -> list[str]:
    return list(dict.fromkeys(way.junction for way in ways))


# --- lanes -------------------------------------------------------------------------------------------------------


def _lay(w: Any, network: RoadNetwork, lanes: dict[str, int], ways: list[Way]) -> None:
    """Lanes, ways through junctions, who follows whom, who is beside whom."""
    for name in ("lane_next", "lane_before", "lane_left", "lane_right", "lane_junction", "lane_group"):
        w[name] = -1
    for name in ("source_lane", "sink_lane", "way", "lane_head", "lane_tail", "car_lane"):
        w[name] = -1
    top = max(float(lane.shape[:, 1].max()) for lane in network.lanes)
    left = min(float(lane.shape[:, 0].min()) for lane in network.lanes)
    going_on = {way.start for way in ways}
    edges: dict[str, list[Lane]] = {}
    for lane in network.lanes:
        edges.setdefault(lane.edge, []).append(lane)
    for lane in network.lanes:
        index, beside = lanes[lane.name], edges[lane.edge]
        leads_out = not any(other.name in going_on for other in beside)
        w["lane_kind"][index] = EXIT if leads_out else ROAD if lane.name in going_on else RAMP
        length = float(np.mean([other.length for other in beside]))  # parallel lanes are equally long here
        _add_lane(w, index, _flip(lane.shape, left, top), lane.speed, lane.width, length)
        for other in beside:
            if other.index == lane.index + 1:
                w["lane_left"][index] = lanes[other.name]
                w["lane_right"][lanes[other.name]] = index
    junctions = {name: index for index, name in enumerate(_junctions(ways))}
    for order, way in enumerate(ways):
        _add_way(w, len(lanes) + order, way, lanes, junctions, left, top)


def _flip(shape: np.ndarray, left: float, top: float) -> np.ndarray:
    """North is up there, and y grows southwards here."""
    return np.stack((shape[:, 0] - left, top - shape[:, 1]), axis=1)


def _add_lane(w: Any, index: int, line: np.ndarray, limit: float, width: float, length: float | None = None) -> None:
    steps = np.diff(line, axis=0)
    far = np.concatenate(((0.0,), np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))))
    first, count = int(w["points"]), len(line)
    part = slice(first, first + count)
    w["point_x"][part], w["point_y"][part] = line[:, 0], line[:, 1]
    w["point_s"][part] = far * ((length or far[-1]) / max(float(far[-1]), 1e-9))
    along = np.concatenate((steps[:1], steps[1:] + steps[:-1], steps[-1:]))
    w["point_heading"][part] = np.arctan2(along[:, 1], along[:, 0])
    w["lane_first"][index], w["lane_points"][index] = first, count
    w["lane_length"][index] = length or far[-1]
    w["lane_limit"][index], w["lane_width"][index] = limit, width
    w["points"], w["lanes"] = first + count, index + 1


def _add_way(
    w: Any, index: int, way: Way, lanes: dict[str, int], junctions: dict[str, int], left: float, top: float
) -> None:
    start, end = lanes[way.start], lanes[way.end]
    line = _flip(way.shape, left, top) if way.shape is not None else _spline(w, start, end)
    limit = min(float(w["lane_limit"][start]), float(w["lane_limit"][end]), way.speed or 60.0)
    _add_lane(w, index, line, limit, float(w["lane_width"][start]))
    first, last = int(w["lane_first"][index]), int(w["lane_first"][index]) + len(line) - 1
    bend = float(w["point_heading"][last] - w["point_heading"][first] + np.pi) % (2.0 * np.pi) - np.pi
    comfortable = float(np.sqrt(SIDEWAYS * w["lane_length"][index] / max(abs(bend), 0.001)))
    w["lane_limit"][index] = min(limit, max(comfortable, SLOWEST))
    w["lane_kind"][index] = LINK
    w["lane_junction"][index] = w["lane_junction"][start] = junctions[way.junction]
    w["lane_rank"][index] = CUSTOM_RANKS.get(
        way.custom, RANKS[way.turn] + (MAJOR if way.major and not way.light else 0)
    )
    words = f"the way from {way.start!r} to {way.end!r}"
    _join(w, start, index, words)
    _join(w, index, end, words)


def _spline(w: Any, start: int, end: int) -> np.ndarray:
    """A Hermite curve from a lane's end to another's beginning."""
    a, b = int(w["lane_first"][start] + w["lane_points"][start]) - 1, int(w["lane_first"][end])
    ends = [np.array((w["point_x"][point], w["point_y"][point])) for point in (a, b)]
    reach = max(float(np.hypot(*(ends[1] - ends[0]))), 0.5)
    ways = [
        reach * np.array((np.cos(w["point_heading"][point]), np.sin(w["point_heading"][point]))) for point in (a, b)
    ]
    t = np.linspace(0.0, 1.0, POINTS)[:, None]
    u = 1.0 - t
    return np.asarray(u * u * ((1 + 2 * t) * ends[0] + t * ways[0]) + t * t * ((1 + 2 * u) * ends[1] - u * ways[1]))


# --- lights ------------------------------------------------------------------------------------------------------


def _set_lights(w: Any, network: RoadNetwork, ways: list[Way], junctions: dict[str, int]) -> tuple[Light, ...]:
    """Phases of every light program; links that are green together all through it share a group."""
    first = len(network.lanes)
    lights = []
    for name, program in network.lights.items():
        links = [(first + order, way) for order, way in enumerate(ways) if way.light == name]
        greens = [phase for phase in program if set(phase.state) & set(GREENS) and not set(phase.state) & set(YELLOWS)]
        if not links or len(greens) < 2:
            continue  # it never changes who may go
        junction = junctions[links[0][1].junction]
        groups = _groups(greens)
        if max(groups) >= GROUPS or len(greens) > w["phase_groups"].shape[1]:
            raise Refused(f"light {name!r} has {max(groups) + 1} groups and {len(greens)} phases: too many to import")
        for lane, way in links:
            w["lane_group"][lane] = junction * GROUPS + groups[way.link]
            if all(phase.state[way.link] not in "gs" for phase in greens):
                w["lane_rank"][lane] += MAJOR
        for order, phase in enumerate(greens):
            shown = {groups[link] for link, letter in enumerate(phase.state) if letter in GREENS}
            w["phase_groups"][junction, order] = sum(1 << group for group in shown)
        w["phases"][junction] = len(greens)
        yellow = max((phase.seconds for phase in program if set(phase.state) & set(YELLOWS)), default=0.0)
        red = max((phase.seconds for phase in program if not set(phase.state) & set(GREENS + YELLOWS)), default=0.0)
        states, seconds = tuple(phase.state for phase in greens), tuple(phase.seconds for phase in greens)
        lights.append(Light(name, junction, seconds, tuple(groups), states, yellow, red))
    w["yellow"] = max((light.yellow for light in lights), default=0.0)
    w["all_red"] = max((light.all_red for light in lights), default=0.0)
    return tuple(lights)


def _groups(greens: list[Phase]) -> list[int]:
    """A number for each link; the same for links with the same green all through the program."""
    patterns = [tuple(phase.state[link] in GREENS for phase in greens) for link in range(len(greens[0].state))]
    known = {pattern: order for order, pattern in enumerate(dict.fromkeys(patterns))}
    return [known[pattern] for pattern in patterns]


# --- demand ------------------------------------------------------------------------------------------------------


def _set_demand(w: Any, network: RoadNetwork, demand: Demand, lanes: dict[str, int]) -> list[str]:
    """Destinations are the edges that lead out of the map, sources the lanes of edges where somebody departs."""
    exits = list(dict.fromkeys(lane.edge for lane in network.lanes if int(w["lane_kind"][lanes[lane.name]]) == EXIT))
    known = {lane.edge for lane in network.lanes}
    for start, end in demand.flows:
        if start not in known or end not in known:
            raise Refused(f"a trip from {start!r} to {end!r} names an edge that {network.path.name} does not have")
        if end not in exits:
            exits.append(end)
    starts = list(dict.fromkeys(start for start, _ in demand.flows))
    sources = [lane.name for lane in network.lanes if lane.edge in starts]
    if len(exits) > len(w["sink_lane"]) or len(sources) > len(w["source_lane"]):
        raise Refused(
            f"{network.path.name} has {len(sources)} lanes to enter and {len(exits)} edges to leave: too many"
        )
    w["destinations"], w["sources"] = len(exits), len(sources)
    for goal, edge in enumerate(exits):
        last = [lanes[lane.name] for lane in network.lanes if lane.edge == edge]
        w["sink_lane"][goal] = last[0] if int(w["lane_kind"][last[0]]) == EXIT else _add_stubs(w, last)
    for source, name in enumerate(sources):
        w["source_lane"][source] = lanes[name]
    for (start, end), flow in demand.flows.items():
        for source, name in enumerate(sources):
            if next(lane.edge for lane in network.lanes if lane.name == name) == start:
                w["demand"][source, exits.index(end)] += flow
    return exits


def _add_stubs(w: Any, lanes: list[int]) -> int:
    """A short way out of the map behind each lane of an edge, side by side: for trips that end inside of the map."""
    first = int(w["lanes"])
    for order, lane in enumerate(lanes):
        end = int(w["lane_first"][lane] + w["lane_points"][lane]) - 1
        heading = float(w["point_heading"][end])
        start = np.array((w["point_x"][end], w["point_y"][end]))
        line = np.stack((start, start + STUB * np.array((np.cos(heading), np.sin(heading)))))
        index = first + order
        _add_lane(w, index, line, float(w["lane_limit"][lane]), float(w["lane_width"][lane]))
        w["lane_kind"][index] = EXIT
        _join(w, lane, index, "a trip that ends on an edge")
        for other in range(first, index):
            if w["lane_left"][lanes[other - first]] == lane:
                w["lane_left"][other], w["lane_right"][index] = index, other
    return first


def _join(w: Any, start: int, end: int, words: str) -> None:
    for here, field, there in ((start, "lane_next", end), (end, "lane_before", start)):
        free = np.flatnonzero(w[field][here] < 0)
        if not len(free):
            raise Refused(f"{words} is one way too many: a lane has at most {WAYS} before and after it")
        w[field][here, free[0]] = there


def _spread_over_lanes(w: Any, network: RoadNetwork, lanes: dict[str, int], exits: list[str], leave_out: bool) -> float:
    """Share the flow of an edge among those of its lanes that lead to the destination, as drivers choose them.

    Gives the flow (vehicles/s) of trips that nobody can drive.
    """
    lost = 0.0
    edge_of = {lanes[lane.name]: lane.edge for lane in network.lanes}
    edges = [edge_of[int(lane)] for lane in w["source_lane"][: int(w["sources"])]]
    for edge in dict.fromkeys(edges):
        mine = [source for source, other in enumerate(edges) if other == edge]
        for goal, end in enumerate(exits):
            flow = float(w["demand"][mine[0], goal])
            if flow == 0.0:
                continue
            straight = [source for source in mine if _leads(w, int(w["source_lane"][source]), goal)]
            if not straight and not leave_out:
                raise Refused(f"nobody gets from edge {edge!r} to edge {end!r} (or leave it out)")
            lost += 0.0 if straight else flow
            for source in mine:
                w["demand"][source, goal] = flow / len(straight) if source in straight else 0.0
    return lost


def _leads(w: Any, lane: int, goal: int) -> bool:
    """Whether a lane is on the quickest way to a destination, without a change."""
    return bool(w["steer"][lane, goal] == 0 and (w["way"][lane, goal] >= 0 or w["lane_kind"][lane] == EXIT))


# --- driving -----------------------------------------------------------------------------------------------------


@kernel
def prepare(worlds):  # type: ignore[no-untyped-def]
    """Conflicts, routes and empty roads; 1 where a table is full."""
    w = worlds[0]
    connect_conflicts(w)
    if w.conflicts > len(w.conflict_lane):
        return 1
    find_routes(w)
    start_traffic(w, w.yellow, w.all_red)
    return 0


@kernel
def advance(worlds, ticks, dt):  # type: ignore[no-untyped-def]
    """Some ticks of traffic."""
    w = worlds[0]
    for _ in range(ticks):
        step_traffic(w, w.beats * dt, dt)


@kernel
def set_light(worlds, junction, yellow, all_red):  # type: ignore[no-untyped-def]
    """Let a light's changes take as long as its program says."""
    set_change(worlds[0], junction, yellow, all_red)


@kernel
def ask_light(worlds, junction, phase):  # type: ignore[no-untyped-def]
    """Ask a light for a phase."""
    ask_phase(worlds[0], junction, phase)
