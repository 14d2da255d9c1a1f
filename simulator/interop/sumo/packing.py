"""A network of SUMO's files as a world's build argument: all that a record begins with, in one line of text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from simulator.interop.sumo.arms import lay_corners
from simulator.interop.sumo.build import Imported, import_network
from simulator.interop.sumo.flows import Route
from simulator.interop.sumo.network import RoadNetwork, read_network
from simulator.interop.sumo.routes import Demand, read_demand
from simulator.interop.sumo.scenario import Scenario, is_scenario, read_scenario
from simulator.interop.sumo.signalling import Signals, signals_of
from worlds.road.fields import BUS, EXIT, TRUCK
from worlds.road.layouts.given import LIMITS, TABLES, GivenNetwork, is_packed, pack
from worlds.world import Refused

SECONDS = 400.0  # of an episode, as in the generated towns
BIN = 300.0  # s of a stretch of an episode in which demand is even, at most
JAM = 7.5  # m of lane that a standing vehicle takes
SPREAD_SECONDS = 300.0  # a vehicle is on the map for so long, when its busiest time is prepared for
FILE_ARGUMENTS = frozenset({"network", "routes", "additional", "begin", "seconds", "leave_out"})
"""Of a build: what says which files a network is read from."""
UNSEEN = "route that nobody happened to take"
TINY = 1e-6  # vehicles/s that stand for a relation whose flow is drawn


def is_network_file(value: object) -> bool:
    """Whether a build's ``network`` names a file, and is no network yet."""
    return isinstance(value, str) and value != "" and not is_packed(value)


def with_packed(build: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
    """A world's build arguments with the network's files read: ``network=town.net.xml routes=town.rou.xml`` become one
    ``network``; and what was left out or changed, with how often. Builds without a file of a network stay as they are.

    Raises:
        Refused: a file that cannot be read, or what is in it cannot be driven: named.
    """
    if not is_network_file(build.get("network")):
        return dict(build), {}
    rest = {name: value for name, value in build.items() if name not in FILE_ARGUMENTS}
    files = {name: build[name] for name in FILE_ARGUMENTS & build.keys()}
    try:
        text, left_out = pack_network(**files)
    except OSError as error:
        name = str(error.filename or build["network"])
        raise Refused(f"{name!r} cannot be read: {error.strerror or error}") from error
    return {**rest, "network": text}, left_out


def pack_network(
    network: str | Path,
    routes: str | Path | None = None,
    *,
    additional: str | Path | None = None,
    begin: float | None = None,
    seconds: float | None = None,
    leave_out: bool = False,
) -> tuple[str, dict[str, int]]:
    """Read a network and its demand for a world: the value of its build argument ``network``, and what was left out.

    Args:
        network: a ``.net.xml`` file, or a ``.sumocfg`` that names one.
        routes: a ``.rou.xml`` file; none: relations and flows are drawn anew in every task.
        additional: one more file with programs, types or routes.
        begin: second of the file's day at which episodes begin.
        seconds: of an episode, at least 10; else 400, or as long as the ``.sumocfg`` says up to an hour.
        leave_out: leave out or change what cannot be driven, instead of refusing it.

    Raises:
        Refused: what cannot be read, driven, or is too large: named.
        OSError: a file cannot be read.
    """
    _refuse_kinds({"begin": begin, "seconds": seconds}, leave_out)
    scenario = _scenario(Path(str(network)), routes, additional)
    start = float(begin if begin is not None else scenario.begin or 0.0)
    until = scenario.end if scenario.end is not None else start + SECONDS
    lasting = float(seconds if seconds is not None else min(until - start, 3600.0))
    low, high = LIMITS["seconds"]
    if not low <= lasting <= high or not 0.0 <= start <= 1e7:
        raise Refused(f"an episode from {start:g} s on for {lasting:g} s: from 0 on, for {low} to {high} s")
    roads = read_network(scenario.network, leave_out=leave_out, additional=scenario.additional, folder=scenario.folder)
    if scenario.routes:
        demand = read_demand(
            scenario.routes, start, lasting, leave_out=leave_out, additional=scenario.additional, folder=scenario.folder
        )
    else:
        demand = _everywhere(roads, start, lasting)
    counted = bool(scenario.routes)
    imported = import_network(roads, demand, 0, leave_out=leave_out or not counted)
    left_out = dict(roads.left_out)
    for what, times in (*demand.left_out.items(), *(imported.left_out.items() if counted else ())):
        left_out[what] = left_out.get(what, 0) + times
    return pack(_given(roads, demand, imported, counted, left_out)), left_out


def pack_imported(network: RoadNetwork, demand: Demand, imported: Imported) -> str:
    """What is imported already, as a world's build argument ``network``.

    Raises:
        Refused: it cannot be a world: named.
    """
    return pack(_given(network, demand, imported, True, {}))


def _refuse_kinds(numbers: Mapping[str, Any], leave_out: Any) -> None:
    """Refuse build arguments of another kind: a user types them."""
    for name, value in numbers.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise Refused(f"{name}={value!r} is no number of seconds")
    if not isinstance(leave_out, bool):
        raise Refused(f"leave_out={leave_out!r} is neither true nor false")


def _scenario(network: Path, routes: str | Path | None, additional: str | Path | None) -> Scenario:
    if is_scenario(network):
        return read_scenario(network)
    more = () if additional is None else (Path(str(additional)),)  # a file may be called 5, which is read as a number
    return Scenario(network, () if routes is None else (Path(str(routes)),), more)


def _everywhere(network: RoadNetwork, begin: float, seconds: float) -> Demand:
    """A little of everything from every edge that leads in to every one that leads out, but not straight back."""
    leading = {way.start.rpartition("_")[0] for way in network.ways}
    led = {way.end.rpartition("_")[0] for way in network.ways}
    edges = dict.fromkeys(lane.edge for lane in network.lanes)
    starts = [edge for edge in edges if edge not in led and edge in leading]
    ends = [edge for edge in edges if edge not in leading and edge in led]
    flows = {(start, end): TINY for start in starts for end in ends if not _are_opposite(network, start, end)}
    if not flows:
        raise Refused(
            f"{network.path.name} has {len(starts)} edges that only lead in and {len(ends)} that only lead out: name "
            "its demand with routes=FILE.rou.xml"
        )
    return Demand(flows, begin, seconds)


def _are_opposite(network: RoadNetwork, start: str, end: str) -> bool:
    """Whether two edges are the ways in and out of one place at the rim."""
    first = next(lane.shape[0] for lane in network.lanes if lane.edge == start)
    last = next(lane.shape[-1] for lane in network.lanes if lane.edge == end)
    return float(np.hypot(*(first - last))) < 25.0


# --- the tables --------------------------------------------------------------------------------------------------


def _given(
    network: RoadNetwork, demand: Demand, imported: Imported, counted: bool, left_out: dict[str, int]
) -> GivenNetwork:
    """The tables of a network, cut to what is in use."""
    w = imported.records[0]
    signals = signals_of(network, imported, left_out)
    corners = lay_corners(w, network, signals)
    sources, goals, flow, course = _flows(w, demand, imported, counted, left_out)
    order = _junction_order(w, signals)
    lanes, points, sides = int(w["lanes"]), int(w["points"]), max(int(w["conflicts"]), 1)
    ways = max(int((w[name][:lanes] >= 0).sum(axis=1).max()) for name in ("lane_next", "lane_before"))
    sizes = {
        "lanes": lanes, "points": points, "conflicts": sides, "destinations": len(goals), "sources": len(sources),
        "junctions": max(len(order), 1), "seats": len(signals.lights), "phases": max(5, signals.most_phases),
        "ways": max(ways, 1), "arms": max(5, corners.most_arms), "arm_lanes": max(2, corners.most_lanes),
        "roads": len(corners.roads), "nodes": len(corners.node_x), "bins": len(course),
        "seconds": round(demand.seconds), "vehicles": _room(w, signals, flow, course),
    }  # fmt: skip
    lights = signals.tables(w, corners, sizes, order)
    sizes["groups"] = lights.pop("groups_used")
    for name, (low, high) in LIMITS.items():
        if not low <= sizes[name] <= high:
            raise Refused(
                f"{network.path.name} has {sizes[name]} {name.replace('_', ' ')}: {low} to {high} can be a world"
            )
    tables = {
        name: w[name][:lanes] for name, (_, axes) in TABLES.items() if axes == ("lanes",) and name in w.dtype.names
    }
    tables |= {name: w[name][:points] for name, (_, axes) in TABLES.items() if axes == ("points",)}
    tables |= {name: w[name][:sides] for name, (_, axes) in TABLES.items() if axes == ("conflicts",)}
    tables |= {
        "lane_next": w["lane_next"][:lanes, :ways], "lane_before": w["lane_before"][:lanes, :ways],
        "sink_lane": w["sink_lane"][goals], "source_lane": w["source_lane"][sources],
        "way": w["way"][:lanes][:, goals], "steer": w["steer"][:lanes][:, goals],
        "free_seconds": _free(w, sources, goals, flow), "flow_given": flow, "flow_course": course,
    }  # fmt: skip
    tables |= lights | corners.tables(sizes)
    name = (
        re.sub(r"[^\w.+-]+", "_", re.sub(r"(\.net)?\.xml(\.gz)?$|\.sumocfg$", "", network.path.name))[:40] or "network"
    )
    exact = {key: np.ascontiguousarray(tables[key]).astype(kind) for key, (kind, _) in TABLES.items()}
    return GivenNetwork(
        name, sizes, exact, imported.lanes, signals.names, counted, _long_shares(imported, counted), origin_of(network)
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


def _flows(
    w: Any, demand: Demand, imported: Imported, counted: bool, left_out: dict[str, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Sources and destinations in use, mean flows between them, and by source how they change in time."""
    bins = int(np.ceil(demand.seconds / BIN)) if counted else 1
    rates = np.zeros((bins, int(w["sources"]), int(w["destinations"])))
    if not counted:
        rates[0] = w["demand"][: int(w["sources"]), : int(w["destinations"])] > 0.0
    else:
        _count(w, demand, imported, rates, left_out)
    mean = rates.mean(axis=0)
    sources, goals = np.flatnonzero(mean.sum(axis=1) > 0.0), np.flatnonzero(mean.sum(axis=0) > 0.0)
    if not len(sources):
        raise Refused("nobody of the demand can be driven: name other routes, or another begin")
    sent = rates.sum(axis=2)[:, sources]
    course = sent / np.maximum(sent.mean(axis=0), 1e-12)
    return sources, goals, mean[np.ix_(sources, goals)], course


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


def _free(w: Any, sources: np.ndarray, goals: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """(sources, destinations) seconds of a trip on empty roads, of those that somebody makes."""
    found = np.zeros(flow.shape)
    took = w["lane_length"] / np.maximum(w["lane_limit"], 1.0)
    for source, goal in np.argwhere(flow > 0.0):
        lane, end = int(w["source_lane"][sources[source]]), int(goals[goal])
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


def _room(w: Any, signals: Signals, flow: np.ndarray, course: np.ndarray) -> int:
    """Vehicles that the record has room for: those of the busiest time, and no more than fit onto the lanes."""
    jam = float(w["lane_length"][: int(w["lanes"])].sum()) / JAM
    busiest = float((course @ flow.sum(axis=1)).max()) if flow.max() < 1.0 else 0.0
    wanted = max(60.0 + 40.0 * len(signals.lights), busiest * SPREAD_SECONDS)
    low, high = LIMITS["vehicles"]
    return int(min(max(np.ceil(min(wanted, jam) / 32.0) * 32, low), high))


def _long_shares(imported: Imported, counted: bool) -> tuple[float, float] | None:
    """The shares of lorries and of buses."""
    if not counted or not imported.rides:
        return None
    kinds = np.array([ride.departure.type.kind for ride in imported.rides])
    return float(np.mean(kinds == TRUCK)), float(np.mean(kinds == BUS))
