"""Several ways from one place of a network to another, for those who may choose: worked out when it is packed.

They are found by the link penalty method (de la Barra, Pérez and Añez 1993): the quickest way is searched again and
again on empty roads, and what was used weighs more each time. What takes too long or is too much alike is left out.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.interop.sumo.build import Imported
from simulator.interop.sumo.courses import Courses, edges_of_lanes, lay_courses
from simulator.interop.sumo.flows import Route
from simulator.interop.sumo.network import RoadNetwork
from simulator.interop.sumo.routes import Demand
from worlds.road.fields import EXIT, LINK
from worlds.world import Refused

MOST_RELATIONS, MOST_CHOICES = 16, 4
TRIED = 200  # relations, the busiest first
SEARCHES = 12  # of one relation
PENALTY = 1.5  # times as long seems an edge each time it has been used
LONGEST, SLACK = 1.6, 30.0  # times the quickest way's seconds, and s more, that another one may take
ALIKE = 0.8  # share of a way's seconds that lie on another one; more is the same way
TURN_BACK = 60.0  # s that turning round weighs
GATE = 1e-6  # vehicles/s that are none


@dataclass(frozen=True)
class Relation:
    """From where to where, how many (vehicles/s), and by which ways one may go: the quickest first."""

    start: str
    end: str
    flow: float
    routes: tuple[Route, ...]


def find_relations(network: RoadNetwork, demand: Demand) -> list[Relation]:
    """The busiest relations of a demand that have more than one way.

    Raises:
        Refused: there is none.
    """
    graph = _Graph(network)
    found: list[Relation] = []
    busiest = sorted(demand.flows.items(), key=lambda one: (-one[1], one[0]))[:TRIED]
    for (start, end), flow in busiest:
        if flow <= GATE or start == end or start not in graph.cost or end not in graph.cost:
            continue
        routes = graph.alternatives(start, end)
        if len(routes) > 1:
            found.append(Relation(start, end, flow, routes))
        if len(found) == MOST_RELATIONS:
            break
    if not found:
        raise Refused(
            f"no trip in the demand of {network.path.name} has a second way to its end that takes less than "
            f"{LONGEST:g} times as long and {SLACK:g} s more: routes needs one to choose"
        )
    return found


class _Graph:
    """Edges, their seconds on empty roads, and which follow each other."""

    def __init__(self, network: RoadNetwork) -> None:
        self.cost = {lane.edge: lane.length / lane.speed for lane in network.lanes}
        self.after: dict[str, dict[str, float]] = {}
        for way in network.ways:
            start, end = way.start.rpartition("_")[0], way.end.rpartition("_")[0]
            turn = TURN_BACK if way.turn == "t" else 0.0
            ends = self.after.setdefault(start, {})
            ends[end] = min(ends.get(end, turn), turn)

    def alternatives(self, start: str, end: str) -> tuple[Route, ...]:
        """Ways from the end of an edge to another edge, the quickest first."""
        used: dict[str, float] = {}
        found: list[tuple[float, Route]] = []
        for _ in range(SEARCHES):
            route = self._quickest(start, end, used)
            if route is None:
                break
            for edge in route[1:-1]:
                used[edge] = used.get(edge, 1.0) * PENALTY
            time = self._seconds(route)
            fits = not found or time <= LONGEST * found[0][0] + SLACK
            if fits and not any(self._alike(route, other) for _, other in found):
                found.append((time, route))
            if len(found) == MOST_CHOICES:
                break
        return tuple(route for _, route in sorted(found))

    def _quickest(self, start: str, end: str, used: dict[str, float]) -> Route | None:
        ends, before, done = [(0.0, start, "")], {}, set()
        while ends:
            time, edge, came = heapq.heappop(ends)
            if edge in done:
                continue
            done.add(edge)
            before[edge] = came
            if edge == end:
                break
            for following, turn in sorted(self.after.get(edge, {}).items()):
                if following not in done and following in self.cost:
                    more = self.cost[following] * used.get(following, 1.0) + turn
                    heapq.heappush(ends, (time + more, following, edge))
        if end not in before:
            return None
        route = [end]
        while before[route[-1]]:
            route.append(before[route[-1]])
        return tuple(route[::-1])

    def _seconds(self, route: Route) -> float:
        turns = sum(self.after[edge][following] for edge, following in zip(route, route[1:], strict=False))
        return sum(self.cost[edge] for edge in route) + turns

    def _alike(self, route: Route, other: Route) -> bool:
        """Whether most of the shorter of two ways, but for its first and last edge, lies on the other."""
        if route == other:
            return True
        shared = set(route[1:-1]) & set(other[1:-1])
        mine, theirs = (sum(self.cost[edge] for edge in one[1:-1]) for one in (route, other))
        return sum(self.cost[edge] for edge in shared) > ALIKE * min(mine, theirs)


# --- in the record -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LaidRelation:
    """A relation in a record: destination and entry lane of each of its ways."""

    start: str
    end: str
    sink: int
    goals: tuple[int, ...]
    lanes: tuple[int, ...]


def lay_relations(imported: Imported, network: RoadNetwork, relations: Sequence[Relation]) -> list[LaidRelation]:
    """Give each way a destination of its own behind those of the record; ways that lanes cannot follow are left out.

    Raises:
        Refused: no relation keeps two ways.
    """
    w = imported.records[0]
    edges, edge_of = edges_of_lanes(network, len(w["lane_next"]))
    lanes_of: dict[str, list[int]] = {}
    for index, lane in enumerate(network.lanes):
        lanes_of.setdefault(lane.edge, []).append(index)
    sinks = {relation.end: _sink(w, lanes_of[relation.end]) for relation in relations}
    courses, owner = Courses(), []
    for place, relation in enumerate(relations):
        for route in relation.routes:
            courses.columns.append((route[-1], dict(zip(route, (*route[1:], ""), strict=True))))
            owner.append((place, route))
    laid = lay_courses(imported.records, courses, edges, edge_of, sinks)
    found: list[LaidRelation] = []
    names = {number: name for name, number in edges.items()}
    for place, relation in enumerate(relations):
        goals, entries = [], []
        for index, goal in sorted(laid.items()):
            if owner[index][0] != place:
                continue
            entry = _entry(w, lanes_of[relation.start], goal, owner[index][1], edge_of, names)
            if entry >= 0:
                goals.append(goal)
                entries.append(entry)
        if len(goals) > 1:
            found.append(LaidRelation(relation.start, relation.end, sinks[relation.end], tuple(goals), tuple(entries)))
    if not found:
        raise Refused(
            f"{network.path.name} is too large, or its lanes allow no second way from one end of a trip to the other: "
            "routes needs one to choose; cut a part out of it"
        )
    return found


def _sink(w: Any, lanes: list[int]) -> int:
    """The lane by which an edge leaves the map: itself, or the stub behind it."""
    if int(w["lane_kind"][lanes[0]]) == EXIT:
        return lanes[0]
    after = w["lane_next"][lanes[0]]
    return int(next(lane for lane in after if lane >= 0 and int(w["lane_kind"][lane]) == EXIT))


def _entry(w: Any, lanes: list[int], goal: int, route: Route, edge_of: np.ndarray, names: dict[int, str]) -> int:
    """The lane of the first edge from which a destination's column leads by the edges of a way; −1 none."""
    for lane in lanes:
        if int(w["steer"][lane, goal]) == 0 and _edges_by(w, lane, goal, edge_of, names) == route:
            return lane
    return -1


def _edges_by(w: Any, lane: int, goal: int, edge_of: np.ndarray, names: dict[int, str]) -> Route:
    """The edges that following ``way`` and ``steer`` from a lane leads along; none where it leads nowhere."""
    found: list[str] = []
    for _ in range(2 * int(w["lanes"])):
        name = names.get(int(edge_of[lane]), "")
        if name and int(w["lane_kind"][lane]) != LINK and (not found or found[-1] != name):
            found.append(name)
        if int(w["lane_kind"][lane]) == EXIT:
            return tuple(found)
        turn = int(w["steer"][lane, goal])
        lane = int((w["lane_left"][lane], w["way"][lane, goal], w["lane_right"][lane])[turn + 1])
        if lane < 0:
            return ()
    return ()
