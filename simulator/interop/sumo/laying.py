"""Lays what a network's file says into a record: lanes, ways through junctions, who follows whom."""

from dataclasses import replace
from typing import Any

import numpy as np

from simulator.interop.sumo.network import Lane, RoadNetwork, Way
from worlds.road.fields import ALL_STOP, AT_STOP, EXIT, FIRST_COME, FROM_RIGHT, LINK, RAMP, ROAD
from worlds.road.lanes.network import SIDEWAYS, SLOWEST
from worlds.world import Refused

WAYS = 12  # most successors, or predecessors, of a lane: in real towns trips end everywhere
RANKS = {"s": 3, "r": 2, "R": 2, "l": 1, "L": 1, "t": 0}  # right of way by turn: ahead before right before left
STUB = 0.5  # m; who gets there is out of the way at once
CUSTOM_RANKS = {"right first": FROM_RIGHT, "first come": FIRST_COME, "stop": AT_STOP, "all stop": ALL_STOP}
MAJOR = 3  # more for who comes by a major road, or has a green that gives way to nobody
POINTS = 9  # of a way through a junction that the file gives no shape


def number_lanes(network: RoadNetwork) -> dict[str, int]:
    """The places in the record of the lanes between junctions."""
    return {lane.name: index for index, lane in enumerate(network.lanes)}


def junctions_of(ways: tuple[Way, ...]) -> dict[str, int]:
    """The junctions that ways lead through, by name."""
    return {name: index for index, name in enumerate(dict.fromkeys(way.junction for way in ways))}


def lay(w: Any, network: RoadNetwork, lanes: dict[str, int]) -> None:
    """Lanes, ways through junctions, who follows whom, who is beside whom."""
    for name in ("lane_next", "lane_before", "lane_left", "lane_right", "lane_junction", "lane_group"):
        w[name] = -1
    for name in ("source_lane", "sink_lane", "way", "lane_head", "lane_tail", "car_lane"):
        w[name] = -1
    top = max(float(lane.shape[:, 1].max()) for lane in network.lanes)
    left = min(float(lane.shape[:, 0].min()) for lane in network.lanes)
    going_on = {way.start for way in network.ways}
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
    junctions = junctions_of(network.ways)
    lit = {way.junction for way in network.ways if way.light}  # there a green goes before ways without a light
    for order, way in enumerate(network.ways):
        major = way.major and way.junction not in lit
        _add_way(w, len(lanes) + order, replace(way, major=major), lanes, junctions, left, top)


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
    limit = min(float(w["lane_limit"][start]), float(w["lane_limit"][end]))
    _add_lane(w, index, line, limit, float(w["lane_width"][start]))
    _lead_on(w, start, index, end)
    w["lane_limit"][index] = min(limit, _round_the_bend(w, index) if way.speed is None else way.speed)
    w["lane_kind"][index] = LINK
    w["lane_junction"][index] = w["lane_junction"][start] = junctions[way.junction]
    w["lane_rank"][index] = CUSTOM_RANKS.get(way.custom, RANKS[way.turn] + (MAJOR if way.major else 0))
    words = f"the way from {way.start!r} to {way.end!r}"
    _join(w, start, index, words)
    _join(w, index, end, words)


def _lead_on(w: Any, start: int, index: int, end: int) -> None:
    """A way sets out as its lane ends, and ends as the next lane sets out, however coarsely the file draws the bend:
    who comes towards whom, and who turns left, is told by that.
    """
    first = int(w["lane_first"][index])
    w["point_heading"][first] = w["point_heading"][int(w["lane_first"][start] + w["lane_points"][start]) - 1]
    w["point_heading"][first + int(w["lane_points"][index]) - 1] = w["point_heading"][int(w["lane_first"][end])]


def _round_the_bend(w: Any, index: int) -> float:
    """Metres a second at which one turns along a way of which the file says nothing."""
    first, last = int(w["lane_first"][index]), int(w["lane_first"][index] + w["lane_points"][index]) - 1
    bend = float(w["point_heading"][last] - w["point_heading"][first] + np.pi) % (2.0 * np.pi) - np.pi
    return max(float(np.sqrt(SIDEWAYS * w["lane_length"][index] / max(abs(bend), 0.001))), SLOWEST)


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


def add_stubs(w: Any, lanes: list[int]) -> int:
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
