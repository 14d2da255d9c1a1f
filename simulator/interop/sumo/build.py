"""From what SUMO's files say to a record that this project's traffic drives in."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simulator.interop.sumo.closings import plan_closings, trains_on_rails
from simulator.interop.sumo.courses import Courses, edges_of_lanes, lay_courses, leads, leads_straight, plan_courses
from simulator.interop.sumo.fleet import Ride
from simulator.interop.sumo.flows import draw_departures
from simulator.interop.sumo.laying import POINTS, WAYS, add_stubs, junctions_of, lay, number_lanes
from simulator.interop.sumo.lighting import GROUPS, Light, crossing_lights, set_lights, show
from simulator.interop.sumo.network import RoadNetwork
from simulator.interop.sumo.routes import Demand
from worlds.kit.kernel import kernel
from worlds.kit.record import record
from worlds.road.drivers.traffic import start_traffic, step_traffic
from worlds.road.fields import EXIT, GREEN, RoadCapacity, road_fields
from worlds.road.lanes.crossings import connect_conflicts, find_routes, mark_stays
from worlds.road.lights.signalling import ask_phase, set_change
from worlds.world import Refused

SIZES = tuple(
    RoadCapacity(
        lanes=lanes, points=8 * lanes, conflicts=8 * lanes, destinations=ends, sources=2 * ends, junctions=junctions,
        groups=GROUPS * junctions, phases=12, vehicles=cars, ways=WAYS,
    )
    for lanes, ends, junctions, cars in ((160, 16, 8, 512), (1024, 128, 128, 2048), (4096, 384, 512, 4096))
)  # fmt: skip
"""Few sizes, so that a network of about the same size finds its kernels compiled."""
CITY = {
    "mean_desire": 1.0, "mean_headway": 1.0, "mean_brisk": 1.4, "mean_comfort": 2.0, "mean_polite": 0.2,
    "mean_gap": 4.5, "spread": 0.2,
}  # fmt: skip
"""Drivers: the city values of Treiber and Kesting 2013, a fifth apart."""


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
    rides: tuple[Ride, ...] = ()
    """Everybody who departs, in order; without any, the mean flows are drawn from at random."""
    edge_of: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    """(lanes of the record,) edges by number, −1 inside of junctions."""
    begin: float = 0.0  # s of the file's day
    left_out: dict[str, int] = field(default_factory=dict)
    """Trips that were left out or changed, and how many; and which rail crossings close."""
    crossings: tuple[Light, ...] = ()
    """Rail crossings that close when trains come, by the clock, whoever runs the lights."""


def import_network(
    network: RoadNetwork,
    demand: Demand,
    seed: int = 0,
    *,
    leave_out: bool = False,
    more_ways: int = 0,
    sizes: tuple[RoadCapacity, ...] = SIZES,
) -> Imported:
    """Build the record of a network.

    Args:
        network: lanes, ways and lights.
        demand: who goes where.
        seed: decides when vehicles come, and their drivers.
        leave_out: leave out trips that nobody can drive, instead of refusing them; `Imported` tells how many.
        more_ways: destinations that the record keeps room for, if any size of it has that.
        sizes: that the record may have, in ascending order.

    Raises:
        Refused: more of something than there is room for, or a trip that cannot be driven: it is named.
    """
    courses = plan_courses(network, demand, leave_out=leave_out)
    worlds = _empty(network, demand, len(courses.columns) + more_ways, sizes)
    w = worlds[0]
    lanes = number_lanes(network)
    lay(w, network, lanes)
    left_out: dict[str, int] = {}
    lights = set_lights(w, network, junctions_of(network.ways))
    crossings = _crossings(w, network, demand, seed, leave_out, left_out)
    exits, closed = _set_demand(w, network, demand, lanes, leave_out)
    for name, value in CITY.items():
        w[name] = value
    w["key"], w["course_length"] = seed, 1.0
    if prepare(worlds):
        raise Refused(f"{network.path.name} has more ways that cross than there is room for")
    for light in lights:
        set_light(worlds, light.junction, light.yellow, light.all_red)
        if not w["phases"][light.junction]:  # who drives the record alone meets this light at its first green
            show(w, light, (light.states or (light.programme.phases[0].state,))[0])
    for crossing in crossings:
        w["group_state"][crossing.junction * GROUPS] = GREEN
    lost = closed + _spread_over_lanes(w, network, lanes, exits, leave_out)
    edges, edge_of = edges_of_lanes(network, len(w["lane_next"]))
    sinks = {edge: int(w["sink_lane"][goal]) for goal, edge in enumerate(exits)}
    columns = lay_courses(worlds, courses, edges, edge_of, sinks)
    have_them_stay(worlds)
    goals = {edge: goal for goal, edge in enumerate(exits)}
    rides = _rides(worlds, demand, seed, _Ends(courses, columns, goals, edges, edge_of), left_out)
    return Imported(worlds, tuple(lanes), lights, lost, rides, edge_of, demand.begin, left_out, crossings)


def _crossings(
    w: Any, network: RoadNetwork, demand: Demand, seed: int, leave_out: bool, left_out: dict[str, int]
) -> tuple[Light, ...]:
    """Rail crossings that close, which is told, and those that do not."""
    trains = trains_on_rails(network, demand, leave_out, left_out)
    closings = plan_closings(network.tracks, trains, demand.begin, demand.seconds, seed, left_out)
    found = crossing_lights(w, network, junctions_of(network.ways), closings, demand.begin)
    shut = {light.name for light in found}
    for closing in closings:
        if closing.name in shut:
            times = "once" if closing.times == 1 else f"{closing.times} times"
            _tell(left_out, f"rail crossing {closing.name!r}, closed {times} for {closing.seconds:g} s together")
    for way in network.ways:
        if way.junction in network.tracks.crossings and way.junction not in shut:
            _tell(left_out, "way over a rail_crossing that no train passes, open at all times")
    return found


def _empty(network: RoadNetwork, demand: Demand, courses: int, sizes: tuple[RoadCapacity, ...]) -> Any:
    """A record of the smallest size with room for the network, and for the ways of the file if any has that too."""
    starts, ends = {start for start, _ in demand.flows}, {end for _, end in demand.flows}
    more = len(network.ways) + sum(lane.edge in ends for lane in network.lanes)
    lanes = len(network.lanes) + more
    leaving = len({lane.edge for lane in network.lanes} - {way.start.rpartition("_")[0] for way in network.ways} | ends)
    entering = sum(lane.edge in starts for lane in network.lanes)
    junctions = len(junctions_of(network.ways))
    points = 2 * more + sum(len(lane.shape) for lane in network.lanes)
    points += sum(POINTS if way.shape is None else len(way.shape) for way in network.ways)
    for asked_ways in (leaving + courses, leaving):
        for size in sizes:
            asked = lanes, points, junctions, asked_ways, entering
            room = size.lanes, size.points, size.junctions, size.destinations, size.sources
            if all(np.array(asked) <= room):
                return np.zeros(1, record(road_fields(size)))
    most = sizes[-1]
    raise Refused(
        f"{network.path.name} has {lanes} lanes, {points} points, {junctions} junctions, {leaving} edges to leave "
        f"and {entering} lanes to enter: at most {most.lanes}, {most.points}, {most.junctions}, {most.destinations} "
        f"and {most.sources} can be imported"
    )


# --- demand ------------------------------------------------------------------------------------------------------


def _set_demand(
    w: Any, network: RoadNetwork, demand: Demand, lanes: dict[str, int], leave_out: bool
) -> tuple[list[str], float]:
    """Destinations are the edges that lead out of the map, sources the lanes of edges where somebody departs.

    Gives the destinations, and the flow (vehicles/s) from or to edges that are not for cars.
    """
    exits = list(dict.fromkeys(lane.edge for lane in network.lanes if int(w["lane_kind"][lanes[lane.name]]) == EXIT))
    known = {lane.edge for lane in network.lanes}
    flows, closed = {}, 0.0
    for (start, end), flow in demand.flows.items():
        shut = next((edge for edge in (start, end) if edge not in known), None)
        if shut is None:
            flows[start, end] = flow
        elif shut not in network.closed:
            raise Refused(f"a trip from {start!r} to {end!r} names an edge that {network.path.name} does not have")
        elif not leave_out:
            raise Refused(
                f"a trip from {start!r} to {end!r} uses edge {shut!r}, which is not for cars "
                "(--leave-out leaves it out)"
            )
        else:
            closed += flow
    for _, end in flows:
        if end not in exits:
            exits.append(end)
    starts = list(dict.fromkeys(start for start, _ in flows))
    sources = [lane for lane in network.lanes if lane.edge in starts]
    if len(exits) > len(w["sink_lane"]) or len(sources) > len(w["source_lane"]):
        raise Refused(
            f"{network.path.name} has {len(sources)} lanes to enter and {len(exits)} edges to leave: too many"
        )
    w["destinations"], w["sources"] = len(exits), len(sources)
    for goal, edge in enumerate(exits):
        last = [lanes[lane.name] for lane in network.lanes if lane.edge == edge]
        w["sink_lane"][goal] = last[0] if int(w["lane_kind"][last[0]]) == EXIT else add_stubs(w, last)
    for source, lane in enumerate(sources):
        w["source_lane"][source] = lanes[lane.name]
        for (start, end), flow in flows.items():
            if start == lane.edge:
                w["demand"][source, exits.index(end)] += flow
    return exits, closed


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
                raise Refused(
                    f"nobody gets from edge {edge!r} to edge {end!r} in {network.path.name} (--leave-out leaves it out)"
                )
            lost += 0.0 if straight else flow
            for source in mine:
                w["demand"][source, goal] = flow / len(straight) if source in straight else 0.0
    return lost


def _leads(w: Any, lane: int, goal: int) -> bool:
    """Whether a lane is on the quickest way to a destination, without a change."""
    return bool(w["steer"][lane, goal] == 0 and (w["way"][lane, goal] >= 0 or w["lane_kind"][lane] == EXIT))


@dataclass(frozen=True)
class _Ends:
    """Where vehicles of the file may go."""

    courses: Courses
    columns: dict[int, int]
    goals: dict[str, int]
    edges: dict[str, int]
    edge_of: np.ndarray


def _rides(worlds: Any, demand: Demand, seed: int, ends: _Ends, left_out: dict[str, int]) -> tuple[Ride, ...]:
    """Everybody who departs, with a destination of the record and the lanes that lead there."""
    found: list[Ride] = []
    entries: dict[tuple[int, int, str], tuple[int, ...]] = {}
    for departure in draw_departures(demand.streams, demand.begin, demand.begin + demand.seconds, seed):
        start, end = departure.route[0], departure.route[-1]
        if start not in ends.edges or end not in ends.goals:
            _tell(left_out, "trip from or to an edge that is not for cars")
            continue
        column = ends.courses.column_of.get(departure.route, -1)
        goal = ends.columns.get(column, ends.goals[end])
        if column not in ends.columns and (departure.given or len(departure.route) > 2):
            _tell(left_out, "trip by another way than the file's")
        edge = ends.edges[start]
        key = edge, goal, departure.start.lane
        if key not in entries:
            entries[key] = _entries(worlds, np.flatnonzero(ends.edge_of == edge), goal, departure.start.lane)
        if not entries[key]:
            _tell(left_out, "trip that nobody can drive")
            continue
        found.append(Ride(departure, goal, entries[key], edge))
    return tuple(found)


def _entries(worlds: Any, lanes: np.ndarray, goal: int, wanted: str) -> tuple[int, ...]:
    """The lanes of an edge on which one may depart who wants the first, the best, any free or random one, or a number.

    Those that lead straight on where none of the others leads to the destination at all.
    """
    best = tuple(int(lane) for lane in lanes if leads_straight(worlds, int(lane), goal))
    if wanted == "best":
        return best
    able = tuple(int(lane) for lane in lanes if leads(worlds, int(lane), goal))
    if wanted.isdecimal():
        number = int(wanted)
        return (int(lanes[number]),) if number < len(lanes) and int(lanes[number]) in able else best
    return able or best


def _tell(left_out: dict[str, int], what: str) -> None:
    left_out[what] = left_out.get(what, 0) + 1


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
def have_them_stay(worlds):  # type: ignore[no-untyped-def]
    """Who has to change lanes to keep his way waits for that."""
    mark_stays(worlds[0])


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
