"""The tables of a given network, from the record that its files were read into."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simulator.interop.sumo.alternatives import LaidRelation
from simulator.interop.sumo.arms import lay_corners
from simulator.interop.sumo.build import Imported
from simulator.interop.sumo.cutting import arms_of
from simulator.interop.sumo.flows import Route
from simulator.interop.sumo.network import RoadNetwork
from simulator.interop.sumo.routes import Demand
from simulator.interop.sumo.signalling import Signals, lanes_before, no_lights, signals_of, with_crossings
from worlds.road.fields import BUS, EXIT, TRUCK
from worlds.road.layouts.given_room import room_for
from worlds.road.layouts.given_tables import LIMITS, TABLES, GivenNetwork, limits_of, tables_of
from worlds.world import Refused

BIN = 300.0  # s of a stretch of an episode in which demand is even, at most
JAM = 7.5  # m of lane that a standing vehicle takes
SPREAD_SECONDS = 300.0  # a vehicle is on the map for so long, when its busiest time is prepared for
ORDER = (
    "lanes", "points", "conflicts", "destinations", "sources", "junctions", "seats", "phases", "ways", "arms",
    "arm_lanes", "roads", "nodes", "bins", "seconds", "vehicles", "groups",
)  # fmt: skip
"""Of sizes in a text: a network that was packed before is the same text today."""
UNSEEN = "route that nobody happened to take"


def tabled(
    network: RoadNetwork,
    demand: Demand,
    imported: Imported,
    left_out: dict[str, int],
    *,
    counted: bool = True,
    kind: str = "signals",
    relations: Sequence[LaidRelation] = (),
    long_shares: tuple[float, float] | None = None,
    junction: str = "",
) -> GivenNetwork:
    """The tables of a network, cut to what is in use.

    Args:
        network: the file.
        demand: who goes where.
        imported: both in a record.
        left_out: told here: what was left out or changed.
        counted: whether flows are a file's; else they are drawn.
        kind: the world that it is for.
        relations: between which one may choose ways.
        long_shares: of lorries and of buses, where the demand has no vehicles of its own.
        junction: that was cut out of the network.

    Raises:
        Refused: there is too much of something.
    """
    w = imported.records[0]
    signals = signals_of(network, imported, left_out, needed=kind == "signals")
    if kind == "routes":
        signals = with_crossings(signals, imported, left_out)
    flows = flows_of(w, demand, imported, counted, left_out, relations)
    if kind == "junction":
        flows = _clockwise(w, flows)
    order = _junction_order(w, signals)
    sizes = _sizes(w, demand, signals, flows, max(len(order), 1), kind)
    lit = _lights(w, network, signals, sizes, order, kind)
    sizes["groups"] = lit.pop("groups_used")
    more = _choices(flows, relations, sizes) if kind == "routes" else {}
    more |= _arms(w, flows, sizes) if kind == "junction" else {}
    _refuse_too_much(network, sizes, kind)
    sizes = {name: sizes[name] for name in (*ORDER, *sizes) if name in sizes}
    tables = _roads(w, flows, sizes["ways"]) | lit | more
    exact = {key: np.ascontiguousarray(tables[key]).astype(number) for key, (number, _) in tables_of(kind).items()}
    return GivenNetwork(
        name_of(network, junction), sizes, exact, imported.lanes, signals.names, counted,
        long_shares or long_shares_of(imported, counted), origin_of(network), kind,
    )  # fmt: skip


def _sizes(w: Any, demand: Demand, signals: Signals, flows: Flows, junctions: int, kind: str) -> dict[str, int]:
    """How much there is of everything in use."""
    lanes, points, sides = int(w["lanes"]), int(w["points"]), max(int(w["conflicts"]), 1)
    ways = max(int((w[name][:lanes] >= 0).sum(axis=1).max()) for name in ("lane_next", "lane_before"))
    return {
        "lanes": lanes, "points": points, "conflicts": sides, "destinations": len(flows.goals),
        "sources": len(flows.sources), "junctions": junctions, "seats": max(len(signals.lights), 1),
        "phases": max(5 if kind == "signals" else 2, signals.most_phases), "ways": max(ways, 1),
        "bins": len(flows.course), "seconds": round(demand.seconds), "vehicles": _room(w, signals, flows),
    }  # fmt: skip


def _roads(w: Any, flows: Flows, ways: int) -> dict[str, Any]:
    """The tables of lanes, points, conflicts and ends, as far as they are in use."""
    lanes, points, sides = int(w["lanes"]), int(w["points"]), max(int(w["conflicts"]), 1)
    tables = {
        name: w[name][:lanes] for name, (_, axes) in TABLES.items() if axes == ("lanes",) and name in w.dtype.names
    }
    tables |= {name: w[name][:points] for name, (_, axes) in TABLES.items() if axes == ("points",)}
    tables |= {name: w[name][:sides] for name, (_, axes) in TABLES.items() if axes == ("conflicts",)}
    return tables | {
        "lane_next": w["lane_next"][:lanes, :ways], "lane_before": w["lane_before"][:lanes, :ways],
        "sink_lane": w["sink_lane"][flows.goals], "source_lane": w["source_lane"][flows.sources],
        "way": w["way"][:lanes][:, flows.goals], "steer": w["steer"][:lanes][:, flows.goals],
        "free_seconds": _free(w, flows), "flow_given": flows.mean, "flow_course": flows.course,
    }  # fmt: skip


def name_of(network: RoadNetwork, junction: str = "") -> str:
    """A network's name: its file's, and the junction's, in letters that a text can hold."""
    stem = re.sub(r"(\.net)?\.xml(\.gz)?$|\.sumocfg$", "", network.path.name)
    return re.sub(r"[^\w.+-]+", "_", stem[:40] + (f"-{junction[:18]}" if junction else "")) or "network"


def _lights(
    w: Any, network: RoadNetwork, signals: Signals, sizes: dict[str, int], order: dict[int, int], kind: str
) -> dict[str, Any]:
    """The tables of lights; for who runs them those of their arms too, whose sizes are added."""
    if kind == "signals":
        corners = lay_corners(w, network, signals)
        sizes |= {
            "arms": max(5, corners.most_arms), "arm_lanes": max(2, corners.most_lanes), "roads": len(corners.roads),
            "nodes": len(corners.node_x),
        }  # fmt: skip
        return signals.tables(w, corners, sizes, order) | corners.tables(sizes)
    if not signals.lights:
        return no_lights(w, sizes, order)
    lanes = lanes_before(w, signals)
    return signals.tables(w, lanes, {**sizes, "arms": lanes.most, "arm_lanes": 1}, order)


def _choices(flows: Flows, relations: Sequence[LaidRelation], sizes: dict[str, int]) -> dict[str, np.ndarray]:
    """The tables of those who choose, whose sizes are added."""
    most = max(len(relation.goals) for relation in relations)
    sizes |= {"relations": len(relations), "choices": most}
    goal, source = (np.full((len(relations), most), -1) for _ in range(2))
    for index, relation in enumerate(relations):
        count = len(relation.goals)
        goal[index, :count] = [int(np.flatnonzero(flows.goals == one)[0]) for one in relation.goals]
        source[index, :count] = [int(np.flatnonzero(flows.lanes == one)[0]) for one in relation.lanes]
    flow = np.array([float(flows.mean[flows.relation == index].sum()) for index in range(len(relations))])
    return {
        "relation_goal": goal, "relation_source": source, "relation_flow": np.maximum(flow, 1e-4),
        "relation_of": flows.relation,
    }  # fmt: skip


def _clockwise(w: Any, flows: Flows) -> Flows:
    """The destinations in the order of their headings."""
    ends = [int(w["lane_first"][lane] + w["lane_points"][lane]) - 1 for lane in w["sink_lane"][flows.goals]]
    order = np.argsort(w["point_heading"][ends] % (2.0 * np.pi), kind="stable")
    return replace(flows, goals=flows.goals[order], mean=flows.mean[:, order], relation=flows.relation[:, order])


def _arms(w: Any, flows: Flows, sizes: dict[str, int]) -> dict[str, np.ndarray]:
    """The arms of a junction, whose number is added to the sizes."""
    headings, of_source, of_lane = arms_of(w, flows.sources, flows.goals)
    sizes["arm_count"] = len(headings)
    return {"arm_heading": headings, "source_arm": of_source, "lane_arm": of_lane}


def _refuse_too_much(network: RoadNetwork, sizes: dict[str, int], kind: str) -> None:
    for name, (low, high) in limits_of(kind).items():
        if not low <= sizes[name] <= high:
            raise Refused(
                f"{network.path.name} has {sizes[name]} {name.replace('_', ' ')}: {low} to {high} can be a world"
            )


def origin_of(network: RoadNetwork) -> tuple[float, float]:
    """The file's x and y (m) where the record's are 0: as `laying.lay` puts it."""
    left = min(float(lane.shape[:, 0].min()) for lane in network.lanes)
    return left, max(float(lane.shape[:, 1].max()) for lane in network.lanes)


def _junction_order(w: Any, signals: Signals) -> dict[int, int]:
    """The new number of each junction of the record: those with a seat first; a light's own junctions are one."""
    order = {junction: seat for seat, light in enumerate(signals.lights) for junction in light.junctions}
    for junction in np.unique(w["lane_junction"][: int(w["lanes"])]):
        if junction >= 0 and int(junction) not in order:
            order[int(junction)] = len(signals.lights) + len(set(order) - signals.junctions)
    return order


@dataclass(frozen=True)
class Flows:
    """Sources and destinations in use, and what goes between them."""

    sources: np.ndarray
    """Of the record."""
    goals: np.ndarray
    lanes: np.ndarray
    """Of the sources."""
    mean: np.ndarray
    """(sources, goals) vehicles/s."""
    course: np.ndarray
    """(bins, sources) times the mean."""
    relation: np.ndarray
    """(sources, goals) the relation of those who choose that a flow belongs to, −1 none."""


def flows_of(
    w: Any,
    demand: Demand,
    imported: Imported,
    counted: bool,
    left_out: dict[str, int],
    relations: Sequence[LaidRelation],
) -> Flows:
    """What is in use; of relations the ways and lanes that nobody of the file takes, too."""
    bins = int(np.ceil(demand.seconds / BIN)) if counted else 1
    rates = np.zeros((bins, int(w["sources"]), int(w["destinations"])))
    if not counted:
        rates[0] = w["demand"][: int(w["sources"]), : int(w["destinations"])] > 0.0
    elif not demand.streams:
        rates[:] = w["demand"][: int(w["sources"]), : int(w["destinations"])]
    else:
        _count(w, demand, imported, rates, left_out)
    mean = rates.mean(axis=0)
    entries = np.array([lane for relation in relations for lane in relation.lanes], np.int64)
    chosen = np.array([goal for relation in relations for goal in relation.goals], np.int64)
    from_here = np.isin(w["source_lane"][: int(w["sources"])], entries)
    sources = np.flatnonzero((mean.sum(axis=1) > 0.0) | from_here)
    goals = np.flatnonzero((mean.sum(axis=0) > 0.0) | np.isin(np.arange(mean.shape[1]), chosen))
    if not mean.any():
        raise Refused("nobody of the demand can be driven: name other routes, or another begin")
    sent = rates.sum(axis=2)[:, sources]
    course = np.where(sent.mean(axis=0) > 0.0, sent / np.maximum(sent.mean(axis=0), 1e-12), 1.0)
    lanes = w["source_lane"][sources].astype(np.int64)
    relation = np.full((len(sources), len(goals)), -1)
    for index, one in enumerate(relations):
        starts = [imported.lanes[lane].rpartition("_")[0] == one.start for lane in lanes]
        relation[np.ix_(starts, w["sink_lane"][goals] == one.sink)] = index
    return Flows(sources, goals, lanes, mean[np.ix_(sources, goals)], course, relation)


def _count(w: Any, demand: Demand, imported: Imported, rates: np.ndarray, left_out: dict[str, int]) -> None:
    """Add the expected departures of every stream, by part of the episode, lane and destination."""
    ends: dict[tuple[str, Route], tuple[int, tuple[int, ...]]] = {}
    for ride in imported.rides:
        ends.setdefault((ride.departure.type.name, ride.departure.route), (ride.goal, ride.lanes))
        ends.setdefault(("", ride.departure.route), (ride.goal, ride.lanes))
    source_of = {int(lane): source for source, lane in enumerate(w["source_lane"][: int(w["sources"])])}
    length = demand.seconds / len(rates)
    for stream in demand.streams:
        for part in range(len(rates)):
            begin = demand.begin + part * length
            expected = stream.rhythm.expected(begin, begin + length)
            for route, share in stream.routes if expected > 0.0 else ():
                found = ends.get(("", route))
                if found is None:
                    if stream.rhythm.chance > 0.0 or stream.rhythm.rate > 0.0:  # others were told when they departed
                        left_out[UNSEEN] = left_out.get(UNSEEN, 0) + 1
                    continue
                goal, lanes = found
                for lane in lanes:
                    rates[part, source_of[lane], goal] += expected * share / length / len(lanes)


def _free(w: Any, flows: Flows) -> np.ndarray:
    """(sources, destinations) seconds of a trip on empty roads, of those that somebody makes or may make."""
    found = np.zeros(flows.mean.shape)
    took = w["lane_length"] / np.maximum(w["lane_limit"], 1.0)
    for source, goal in np.argwhere((flows.mean > 0.0) | (flows.relation >= 0)):
        lane, end = int(flows.lanes[source]), int(flows.goals[goal])
        for _ in range(2 * int(w["lanes"])):
            if int(w["lane_kind"][lane]) == EXIT:
                found[source, goal] += took[lane]
                break
            turn = int(w["steer"][lane, end])
            found[source, goal] += took[lane] if turn == 0 else 0.0
            lane = int((w["lane_left"][lane], w["way"][lane, end], w["lane_right"][lane])[turn + 1])
            if lane < 0:
                break
    return found


def _room(w: Any, signals: Signals, flows: Flows) -> int:
    """Vehicles that the record has room for: those of the busiest time, as far as they fit onto the lanes, and some."""
    jam = float(w["lane_length"][: int(w["lanes"])].sum()) / JAM
    busiest = float((flows.course @ flows.mean.sum(axis=1)).max()) if flows.mean.max() < 1.0 else 0.0
    wanted = max(60.0 + 40.0 * len(signals.lights), busiest * SPREAD_SECONDS)
    low, high = LIMITS["vehicles"]
    return min(max(room_for(math.ceil(min(wanted, jam))), low), high)


def long_shares_of(imported: Imported, counted: bool) -> tuple[float, float] | None:
    """The shares of lorries and of buses."""
    if not counted or not imported.rides:
        return None
    kinds = np.array([ride.departure.type.kind for ride in imported.rides])
    return float(np.mean(kinds == TRUCK)), float(np.mean(kinds == BUS))
