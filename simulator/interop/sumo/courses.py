"""Ways that a file gives its vehicles: each becomes a column of its own in the record's tables of routes.

The drivers of a column stay on its edges as long as they can; who misses a turn goes on to the same end by the quickest
way. Ways to one end that never disagree about the edge after an edge share a column.
"""

import heapq
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simulator.interop.sumo.flows import Route
from simulator.interop.sumo.network import RoadNetwork
from simulator.interop.sumo.routes import Demand
from worlds.kit.kernel import kernel
from worlds.road.fields import EXIT, LINK
from worlds.road.lanes.crossings import FAR, change_cost, mark_sinks, reaches, seconds, weight
from worlds.world import Refused

OFF = 1e5  # s that leaving the way weighs: more than any detour back to it
ELSEWHERE, END = -1, -2  # edges after one: not on the way; none, since the way ends there


@dataclass
class Courses:
    """The columns, and who takes which."""

    columns: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """The end, and for each edge on a way the one after it; the busiest first."""
    column_of: dict[Route, int] = field(default_factory=dict)
    """Of ways that are driven; others lead by the quickest way from end to end."""


def plan_courses(network: RoadNetwork, demand: Demand, *, leave_out: bool) -> Courses:
    """Share the ways of a demand among as few columns as they fit into.

    Raises:
        Refused: an edge that the network does not have, two edges one after the other that are not connected, or edges
            to go by way of that are not reached in this order.
    """
    after: dict[str, set[str]] = {}
    for way in network.ways:
        after.setdefault(way.start.rpartition("_")[0], set()).add(way.end.rpartition("_")[0])
    weights: dict[tuple[Route, bool], float] = {}
    names: dict[tuple[Route, bool], str] = {}
    for stream in demand.streams:
        expected = stream.rhythm.expected(demand.begin, demand.begin + demand.seconds)
        for route, share in stream.routes:
            if expected > 0.0 and (stream.given or len(route) > 2):
                key = route, stream.given
                weights[key] = weights.get(key, 0.0) + expected * share
                names.setdefault(key, stream.name)
    found = Courses()
    for key in sorted(weights, key=lambda one: -weights[one]):
        route, given = key
        find = _checked if given else _by
        edges = find(route, network, after, names[key], leave_out)
        if edges is not None and len(set(edges)) == len(edges):
            found.column_of[route] = _column(found, edges)
    return found


INSTEAD = "(--leave-out lets it take the quickest way from end to end)"


def _checked(
    route: Route, network: RoadNetwork, after: dict[str, set[str]], name: str, leave_out: bool
) -> Route | None:
    """The edges of a given way; None where they do not follow each other and that is allowed."""
    _check_known(route, network, f"{name} goes by")
    for edge, following in zip(route, route[1:], strict=False):
        if following not in after.get(edge, ()):
            if leave_out:
                return None
            raise Refused(
                f"{name} goes from edge {edge!r} to {following!r}, and no way for cars leads there in "
                f"{network.path.name} {INSTEAD}"
            )
    return route


def _check_known(edges: Route, network: RoadNetwork, words: str) -> None:
    known = {lane.edge for lane in network.lanes}
    for edge in edges:
        if edge not in known and edge not in network.closed:
            raise Refused(f"{words} edge {edge!r}, which {network.path.name} does not have")


def _by(route: Route, network: RoadNetwork, after: dict[str, set[str]], name: str, leave_out: bool) -> Route | None:
    """The quickest way by all edges of a trip, one after the other; None where there is none and that is allowed."""
    _check_known(route[1:-1], network, f"{name} goes by way of")
    cost = {lane.edge: lane.length / lane.speed for lane in network.lanes}
    if not {route[0], route[-1]} <= cost.keys():
        return None  # trips from and to such edges are refused, or left out, on their own
    whole = [route[0]]
    for end in route[1:]:
        part = _quickest(whole[-1], end, cost, after)
        if part is None and not leave_out:
            between = ", ".join(map(repr, route[1:-1]))
            raise Refused(
                f"{name} goes from {route[0]!r} by way of {between} to {route[-1]!r}, and no way for cars leads from "
                f"edge {whole[-1]!r} to {end!r} in {network.path.name} {INSTEAD}"
            )
        if part is None:
            return None
        whole += part
    return tuple(whole)


def _quickest(start: str, end: str, cost: dict[str, float], after: dict[str, set[str]]) -> list[str] | None:
    """The edges behind the first one of the quickest way; none if it ends where it starts, None if there is none."""
    open_ends, before = [(0.0, start)], {start: ""}
    while open_ends and end not in before:
        time, edge = heapq.heappop(open_ends)
        for following in sorted(after.get(edge, ())):
            if following not in before:
                before[following] = edge
                heapq.heappush(open_ends, (time + cost.get(following, 0.0), following))
    if end not in before:
        return None
    part = [end]
    while before[part[-1]]:
        part.append(before[part[-1]])
    return part[-2::-1]


def _column(found: Courses, edges: Route) -> int:
    """The first column that agrees with a way, extended by it; or a new one."""
    wanted = dict(zip(edges, (*edges[1:], ""), strict=True))
    for index, (end, column) in enumerate(found.columns):
        if end == edges[-1] and all(column.get(edge, following) == following for edge, following in wanted.items()):
            column.update(wanted)
            return index
    found.columns.append((edges[-1], wanted))
    return len(found.columns) - 1


def lay_courses(
    worlds: Any, found: Courses, edges: dict[str, int], edge_of: np.ndarray, sinks: dict[str, int]
) -> dict[int, int]:
    """Fill as many columns behind those of the quickest ways as the record has room for.

    Args:
        worlds: (1,) record in which the quickest ways are found.
        found: the columns.
        edges: the edges, by number.
        edge_of: (lanes,) the edge of each lane, −1 inside of junctions.
        sinks: the sink lane of each end.

    Returns:
        The destination in the record of each column that has room.
    """
    w = worlds[0]
    first = int(w["destinations"])
    columns = [one for one in enumerate(found.columns) if one[1][0] in sinks][: len(w["sink_lane"]) - first]
    if not columns:
        return {}
    nexts = np.full((len(columns), len(edges)), ELSEWHERE, np.int64)
    for place, (_, (end, column)) in enumerate(columns):
        w["sink_lane"][first + place] = sinks[end]
        for edge, following in column.items():
            nexts[place, edges[edge]] = edges[following] if following else END
    w["destinations"] = first + len(columns)
    find_courses(worlds, first, edge_of, nexts)
    return {index: first + place for place, (index, _) in enumerate(columns)}


def edges_of_lanes(network: RoadNetwork, lanes: int) -> tuple[dict[str, int], np.ndarray]:
    """Edges by number, and the edge of each lane in the record; −1 inside of junctions."""
    edges = {name: index for index, name in enumerate(dict.fromkeys(lane.edge for lane in network.lanes))}
    of = np.full(lanes, -1, np.int64)
    of[: len(network.lanes)] = [edges[lane.edge] for lane in network.lanes]
    return edges, of


@kernel
def find_courses(worlds, first, edge_of, nexts):  # type: ignore[no-untyped-def]
    """Fill ``way`` and ``steer`` of the destinations from ``first`` on: as far as can be by the edges given.

    ``edge_of``: (lanes,), −1 inside of junctions. ``nexts``: (destinations − first, edges) the edge after each.
    """
    w = worlds[0]
    for goal in range(first, int(w.destinations)):
        for lane in range(len(w.way_cost)):
            w.way_cost[lane] = FAR
        mark_sinks(w, goal)
        for _ in range(int(w.lanes)):
            changed = False
            for lane in range(int(w.lanes) - 1, -1, -1):
                best = best_cost(w, lane, edge_of, nexts[goal - first])
                if best < w.way_cost[lane]:
                    w.way_cost[lane] = best
                    changed = True
            if not changed:
                break
        for lane in range(int(w.lanes)):
            point_course(w, lane, goal, edge_of, nexts[goal - first])


@kernel
def best_cost(w, lane, edge_of, following_edges):  # type: ignore[no-untyped-def]
    """Seconds to the end by the best of what can be done on a lane."""
    best = w.way_cost[lane]
    for index in range(w.lane_next.shape[1]):
        following = w.lane_next[lane, index]
        if following >= 0:
            off = leaves(w, lane, following, edge_of, following_edges)
            best = min(best, w.way_cost[following] + weight(w, lane) + off)
    if w.lane_left[lane] >= 0:
        best = min(best, w.way_cost[w.lane_left[lane]] + change_cost(w, lane))
    if w.lane_right[lane] >= 0:
        best = min(best, w.way_cost[w.lane_right[lane]] + change_cost(w, lane))
    return best


@kernel
def leaves(w, lane, following, edge_of, following_edges):  # type: ignore[no-untyped-def]
    """Seconds that going on from a lane into another weighs more, since the way leads elsewhere."""
    edge = edge_of[lane]
    if edge < 0 or following_edges[edge] == ELSEWHERE:
        return 0.0
    if following_edges[edge] == END:
        return 0.0 if int(w.lane_kind[following]) == EXIT and edge_of[following] < 0 else OFF
    end = w.lane_next[following, 0] if int(w.lane_kind[following]) == LINK else following
    return 0.0 if end >= 0 and edge_of[end] == following_edges[edge] else OFF


@kernel
def point_course(w, lane, goal, edge_of, following_edges):  # type: ignore[no-untyped-def]
    """The best successor of a lane, and the lane change that is better still."""
    w.way[lane, goal] = -1
    w.steer[lane, goal] = 0
    best = FAR
    for index in range(w.lane_next.shape[1]):
        following = w.lane_next[lane, index]
        if following >= 0:
            cost = w.way_cost[following] + weight(w, lane) + leaves(w, lane, following, edge_of, following_edges)
            if cost < best:
                best = cost
                w.way[lane, goal] = following
    if int(w.lane_kind[lane]) == EXIT and w.way_cost[lane] <= seconds(w, lane):
        return
    if w.lane_left[lane] >= 0 and w.way_cost[w.lane_left[lane]] + change_cost(w, lane) < best:
        best = w.way_cost[w.lane_left[lane]] + change_cost(w, lane)
        w.steer[lane, goal] = -1
    if w.lane_right[lane] >= 0 and w.way_cost[w.lane_right[lane]] + change_cost(w, lane) < best:
        w.steer[lane, goal] = 1


@kernel
def leads_straight(worlds, lane, goal):  # type: ignore[no-untyped-def]
    """Whether a lane is on the way to a destination, without a change out of it."""
    w = worlds[0]
    return w.steer[lane, goal] == 0 and reaches(w, lane, goal)


@kernel
def leads(worlds, lane, goal):  # type: ignore[no-untyped-def]
    """Whether a lane is on the way to a destination, with changes out of it if need be."""
    return reaches(worlds[0], lane, goal)
