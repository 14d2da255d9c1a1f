"""Who is where now, lane by lane of the imported record: in this project's traffic, or in SUMO."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from simulator.interop.sumo.build import Imported
from simulator.interop.sumo.network import RoadNetwork
from worlds.road.drivers.driving import LINE
from worlds.road.fields import BUS, CAR, LINK, TRUCK

KINDS = {"truck": TRUCK, "trailer": TRUCK, "delivery": TRUCK, "bus": BUS, "coach": BUS}
"""Of vehicles, by SUMO's classes; all others are cars."""
MOST_INNER = 8  # lanes of a way through a junction, one behind the other


@dataclass(frozen=True)
class Vehicles:
    """Everybody on the roads, one a row."""

    names: Sequence[Any]
    """What each is known by for as long as it drives."""
    lane: np.ndarray
    """(V,) of the record."""
    ahead: np.ndarray
    """(V,) m from its front to the end of its lane."""
    speed: np.ndarray
    """(V,) m/s."""
    factor: np.ndarray
    """(V,) how fast it would drive on an empty lane, as a share of the lane's limit."""
    waited: np.ndarray
    """(V,) s that it has stood so far."""
    length: np.ndarray
    """(V,) m."""
    kind: np.ndarray
    """(V,) car, lorry or bus."""
    outside: dict[str, int]
    """How many wait to come in, by the name of their edge."""


class RoadScene(Protocol):
    """Where traffic is now, for whoever runs the lights."""

    def counts(self) -> np.ndarray:
        """Vehicles on each lane of the record; on ways through junctions they may be left out."""

    def vehicles(self) -> Vehicles:
        """Everybody on the roads."""


class SceneHere:
    """What an imported record holds."""

    def __init__(self, imported: Imported) -> None:
        self._imported = imported
        self._edge = {
            int(imported.edge_of[lane]): name.rpartition("_")[0]
            for lane, name in enumerate(imported.lanes if len(imported.edge_of) else ())
        }
        self._waiting: dict[str, int] = {}
        self._told_on = _told_on(imported.records[0])

    def wait(self, waiting: Mapping[int, int]) -> None:
        """How many wait to depart now, by the number of their edge."""
        self._waiting = {self._edge[edge]: many for edge, many in waiting.items()}

    def counts(self) -> np.ndarray:
        """Vehicles on each lane; on it, too, who waits before a lane too short to stand on, as SUMO has it."""
        w = self._imported.records[0]
        return np.bincount(self._told_on[w["car_lane"][w["car_lane"] >= 0]], minlength=len(w["lane_next"]))

    def vehicles(self) -> Vehicles:
        """All of them, by their slots and since when they are there."""
        w = self._imported.records[0]
        used = np.flatnonzero(w["car_lane"] >= 0)
        lane = w["car_lane"][used].astype(np.int64)
        since = w["car_since"][used].tolist()
        return Vehicles(
            list(zip(used.tolist(), since, strict=True)), lane, w["lane_length"][lane] - w["car_pos"][used],
            w["car_speed"][used], w["car_desire"][used], w["car_waited"][used], w["car_length"][used],
            w["car_kind"][used], self._waiting,
        )  # fmt: skip


class SceneInSumo:
    """What a running SUMO tells; ``sumo`` is libsumo, or a connection of traci."""

    def __init__(self, sumo: Any, network: RoadNetwork, imported: Imported) -> None:
        self._sumo = sumo
        w = imported.records[0]
        self._names = imported.lanes
        self._limit, self._length = w["lane_limit"], w["lane_length"]
        self._lane_of = {name: index for index, name in enumerate(imported.lanes)}
        self._inner = _inner_lanes(sumo, network, self._lane_of)
        self._long = {name: float(sumo.lane.getLength(name)) for name in (*self._lane_of, *self._inner)}
        self._facts: dict[str, tuple[float, int]] = {}

    def counts(self) -> np.ndarray:
        """Vehicles on each lane; ways through junctions are left out."""
        counts = np.zeros(len(self._length), np.int64)
        for index, name in enumerate(self._names):
            counts[index] = self._sumo.lane.getLastStepVehicleNumber(name)
        return counts

    def vehicles(self) -> Vehicles:
        """All on lanes that the record has; those on edges that are not for cars are nowhere in it."""
        ask = self._sumo.vehicle
        names, rows = [], []
        for name in ask.getIDList():
            words = ask.getLaneID(name)
            lane = self._lane_of.get(words, self._inner.get(words, -1))
            if lane < 0:
                continue
            may = ask.getAllowedSpeed(name) / max(float(self._limit[lane]), 0.1)
            ahead = self._long[words] - ask.getLanePosition(name)
            names.append(name)
            rows.append(
                (lane, ahead, ask.getSpeed(name), may, ask.getAccumulatedWaitingTime(name), *self._facts_of(name))
            )
        on, metres, speed, factor, waited, length, kind = np.array(rows, np.float64).reshape(-1, 7).T
        return Vehicles(
            names, on.astype(np.int64), metres, speed, factor, waited, length, kind.astype(np.int64), self._outside()
        )  # fmt: skip

    def _facts_of(self, name: str) -> tuple[float, int]:
        if name not in self._facts:
            ask = self._sumo.vehicle
            self._facts[name] = float(ask.getLength(name)), KINDS.get(ask.getVehicleClass(name), CAR)
        return self._facts[name]

    def _outside(self) -> dict[str, int]:
        """Who wants to depart and finds no room."""
        return Counter(self._sumo.vehicle.getRoute(name)[0] for name in self._sumo.simulation.getPendingVehicles())


def _told_on(w: Any) -> np.ndarray:
    """By lane, where SUMO would have a vehicle that is there: drivers here stop a little before the line."""
    told = np.arange(len(w["lane_next"]))
    beyond = w["lane_next"][:, 0]
    short = (w["lane_kind"] == LINK) & (beyond >= 0) & (w["lane_length"][np.maximum(beyond, 0)] <= LINE)
    told[short] = beyond[short]
    return told


def _inner_lanes(sumo: Any, network: RoadNetwork, lane_of: dict[str, int]) -> dict[str, int]:
    """The ways through junctions, as lanes of the record, by the names of SUMO's lanes inside of junctions."""
    first = len(network.lanes)
    ways = {(way.start, way.end): first + order for order, way in enumerate(network.ways)}
    found: dict[str, int] = {}
    for name in lane_of:
        for link in sumo.lane.getLinks(name):
            way, inner = ways.get((name, link[0]), -1), link[4]
            for _ in range(MOST_INNER):
                if way < 0 or not inner:
                    break
                found[inner] = way
                inner = next((after[4] for after in sumo.lane.getLinks(inner)), "")
    return found
