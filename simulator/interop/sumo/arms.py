"""The arms of an imported network's lit junctions: which lanes come in and go out by each, and what lies behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.interop.sumo.network import RoadNetwork
from worlds.road.layouts.given import LIMITS
from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.interop.sumo.signalling import Signal, Signals

LOOK = 25.0  # m from a stop line from where an arm's bearing is taken
TOGETHER = 0.6  # rad; a way out this near to a way in belongs to the same arm
FIRST_BEARING = -0.39  # rad; the arm nearest to due east comes first, a little north of it too
MOST_STEPS = 8  # edges that one looks back along for the light behind


@dataclass
class Road:
    """One arm, or what joins two lights: the lanes to its end b, and those to its end a, from the left."""

    a: int
    b: int
    to_b: tuple[int, ...]
    to_a: tuple[int, ...]
    limit: float


@dataclass
class Corner:
    """One lit junction."""

    roads: list[int] = field(default_factory=list)
    bearings: list[float] = field(default_factory=list)
    stop: float = 0.0  # m from its middle to the stop lines


@dataclass
class Corners:
    """All of them, as the plan of a town has them."""

    node_x: list[float] = field(default_factory=list)
    node_y: list[float] = field(default_factory=list)
    roads: list[Road] = field(default_factory=list)
    seats: list[Corner] = field(default_factory=list)

    @property
    def most_arms(self) -> int:
        """Of any junction."""
        return max(len(corner.roads) for corner in self.seats)

    @property
    def most_lanes(self) -> int:
        """Of any road in one direction."""
        return max(max(len(road.to_b), len(road.to_a)) for road in self.roads)

    def places(self, seat: int, arm_lanes: int) -> dict[int, int]:
        """The group of every lane that comes in: its place among the arms."""
        found = {}
        for arm, number in enumerate(self.seats[seat].roads):
            road = self.roads[number]
            for place, lane in enumerate(road.to_b if road.b == seat else road.to_a):
                found[lane] = arm * arm_lanes + place
        return found

    def tables(self, sizes: dict[str, int]) -> dict[str, np.ndarray]:
        """The plan's tables."""
        roads, seats, most = len(self.roads), len(self.seats), sizes["arm_lanes"]
        lanes = np.full((roads, 2, most), -1)
        for index, road in enumerate(self.roads):
            lanes[index, 0, : len(road.to_b)], lanes[index, 1, : len(road.to_a)] = road.to_b, road.to_a
        arm_road, bearing = np.full((seats, sizes["arms"]), -1), np.zeros((seats, sizes["arms"]))
        for seat, corner in enumerate(self.seats):
            arm_road[seat, : len(corner.roads)], bearing[seat, : len(corner.roads)] = corner.roads, corner.bearings
        return {
            "node_x": np.array(self.node_x), "node_y": np.array(self.node_y),
            "road_a": np.array([road.a for road in self.roads]), "road_b": np.array([road.b for road in self.roads]),
            "road_ab": np.array([len(road.to_b) for road in self.roads]),
            "road_ba": np.array([len(road.to_a) for road in self.roads]),
            "road_limit": np.array([road.limit for road in self.roads]), "road_lane": lanes,
            "arms": np.array([len(corner.roads) for corner in self.seats]), "arm_road": arm_road,
            "arm_bearing": bearing, "stop_distance": np.array([corner.stop for corner in self.seats]),
        }  # fmt: skip


def lay_corners(w: Any, network: RoadNetwork, signals: Signals) -> Corners:
    """The arms of every lit junction.

    Raises:
        Refused: a junction with more arms than there is room for.
    """
    return _Builder(w, network, signals).build()


class _Builder:
    def __init__(self, w: Any, network: RoadNetwork, signals: Signals) -> None:
        self.w, self.signals = w, signals
        self.edge_of = {index: lane.edge for index, lane in enumerate(network.lanes)}
        self.lanes_of: dict[str, list[int]] = {}
        places = {index: lane.index for index, lane in enumerate(network.lanes)}
        for lane, edge in self.edge_of.items():
            self.lanes_of.setdefault(edge, []).append(lane)
        for lanes in self.lanes_of.values():
            lanes.sort(key=lambda lane: -places[lane])  # SUMO counts from the right, arms from the left
        self.before: dict[str, set[str]] = {}
        self.from_seat: dict[str, int] = {}
        seat_of = {link: seat for seat, light in enumerate(signals.lights) for link in light.links}
        for order, way in enumerate(network.ways):
            start, end = way.start.rpartition("_")[0], way.end.rpartition("_")[0]
            self.before.setdefault(end, set()).add(start)
            if len(network.lanes) + order in seat_of:
                self.from_seat[end] = seat_of[len(network.lanes) + order]
        self.found = Corners()

    def build(self) -> Corners:
        for light in self.signals.lights:
            x, y, stop = self._middle(light)
            self.found.node_x.append(x)
            self.found.node_y.append(y)
            self.found.seats.append(Corner(stop=stop))
        for seat, light in enumerate(self.signals.lights):
            self._lay(seat, light)
        return self.found

    def _middle(self, light: Signal) -> tuple[float, float, float]:
        ends = np.array([self._point(lane, 0.0, at_end=True) for lane in self._coming(light)])
        middle = ends.mean(axis=0)
        return float(middle[0]), float(middle[1]), float(np.hypot(*(ends - middle).T).max())

    def _coming(self, light: Signal) -> list[int]:
        return sorted({int(self.w["lane_before"][link, 0]) for link in light.links})

    def _point(self, lane: int, back: float, *, at_end: bool) -> tuple[float, float]:
        """A place so many metres before a lane's end, or behind its beginning."""
        first = int(self.w["lane_first"][lane])
        part = slice(first, first + int(self.w["lane_points"][lane]))
        far = self.w["point_s"][part]
        at = max(float(far[-1]) - back, 0.0) if at_end else min(back, float(far[-1]))
        return float(np.interp(at, far, self.w["point_x"][part])), float(np.interp(at, far, self.w["point_y"][part]))

    def _bearing(self, seat: int, edge: str, *, coming: bool) -> float:
        """Outwards, clockwise from east: of the edge's middle lane near the junction."""
        lane = self.lanes_of[edge][len(self.lanes_of[edge]) // 2]
        near, far = self._point(lane, 0.0, at_end=coming), self._point(lane, LOOK, at_end=coming)
        along = np.arctan2(far[1] - near[1], far[0] - near[0])
        if np.hypot(far[1] - near[1], far[0] - near[0]) < 1.0:  # a stub: from the middle of the junction then
            along = np.arctan2(far[1] - self.found.node_y[seat], far[0] - self.found.node_x[seat])
        return float((along - FIRST_BEARING) % (2.0 * np.pi) + FIRST_BEARING)

    def _lay(self, seat: int, light: Signal) -> None:
        coming = list(dict.fromkeys(self.edge_of[lane] for lane in self._coming(light)))
        going = list(dict.fromkeys(self.edge_of[int(self.w["lane_next"][link, 0])] for link in light.links
                                   if int(self.w["lane_next"][link, 0]) in self.edge_of))  # fmt: skip
        going = [edge for edge in going if edge not in coming]  # an edge between two junctions of one light
        arms: list[tuple[float, str, str]] = []
        free = {edge: self._bearing(seat, edge, coming=False) for edge in going}
        for edge in coming:
            bearing = self._bearing(seat, edge, coming=True)
            near = sorted(
                (abs((other - bearing + np.pi) % (2.0 * np.pi) - np.pi), name) for name, other in free.items()
            )
            back = near[0][1] if near and near[0][0] < TOGETHER else ""
            free.pop(back, None)
            arms.append((bearing, edge, back))
        arms += [(bearing, "", edge) for edge, bearing in free.items()]
        if len(arms) > LIMITS["arms"][1]:
            raise Refused(f"light {light.name!r} has {len(arms)} arms: at most {LIMITS['arms'][1]} can be a seat")
        for bearing, edge, back in sorted(arms):
            self.found.seats[seat].roads.append(self._road(seat, edge, back))
            self.found.seats[seat].bearings.append(bearing)

    def _road(self, seat: int, edge: str, back: str) -> int:
        """The road of an arm; one that another light has laid already where its lanes are the same."""
        into, out = tuple(self.lanes_of.get(edge, ())), tuple(self.lanes_of.get(back, ()))
        for index, road in enumerate(self.found.roads):
            if road.a == seat and (road.to_b, road.to_a) == (out, into):
                return index
        other = self._behind(edge)
        if other < 0 or other == seat:
            lane = (into or out)[0]
            x, y = self._point(lane, 0.0, at_end=False) if into else self._point(lane, 0.0, at_end=True)
            self.found.node_x.append(x)
            self.found.node_y.append(y)
            other = len(self.found.node_x) - 1
        limit = float(self.w["lane_limit"][(into or out)[0]])
        self.found.roads.append(Road(other, seat, into, out, limit))
        return len(self.found.roads) - 1

    def _behind(self, edge: str) -> int:
        """The light that an edge comes from, straight or by edges that only lead on; −1 none."""
        for _ in range(MOST_STEPS):
            if edge in self.from_seat:
                return self.from_seat[edge]
            before = self.before.get(edge, set())
            if len(before) != 1:
                return -1
            edge = next(iter(before))
        return -1
