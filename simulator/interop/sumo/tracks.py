"""The rails of a ``.net.xml`` file, as far as they matter to cars: where trains run, and which crossings they pass."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from simulator.interop.sumo.reader import CROSSING, XmlElement
from simulator.interop.sumo.vehicles import TRAINS
from worlds.world import Refused

RULES = {"time-gap": 15.0, "space-gap": -1.0, "min-green": 5.0, "opening-delay": 3.0, "opening-time": 3.0,
         "yellow-time": 5.0}  # fmt: skip
"""Of crossings, in s and m, where the file says nothing: SUMO 1.28's."""
LONGEST_RULE = 3600.0  # s or m
MOST_CHAIN = 8  # lanes inside a junction, one behind the other


@dataclass(frozen=True)
class Rail:
    """Where a train runs: an edge between junctions, or a way inside of one."""

    length: float  # m
    speed: float  # m/s
    crossing: str = ""
    """The crossing that it leads over."""


@dataclass(frozen=True)
class Tracks:
    """All rails of a network that has crossings; nothing of another one."""

    edges: Mapping[str, Rail] = field(default_factory=dict)
    joints: Mapping[tuple[str, str], Rail] = field(default_factory=dict)
    """From one edge to the next."""
    crossings: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Junctions where rails cross a road, with their values of `RULES`."""

    def way(self, stops: Sequence[str]) -> tuple[str, ...]:
        """The quickest way by edges that must be passed one after the other; empty where there is none."""
        found: list[str] = [stops[0]] if stops[0] in self.edges else []
        for end in stops[1:]:
            if found:
                part = self._quickest(found[-1], end)
                found = [*found, *part[1:]] if part else []
        return tuple(found)

    def is_joined(self, way: Sequence[str]) -> bool:
        """Whether every edge of a way leads to the next."""
        return all(edge in self.edges for edge in way) and all(pair in self.joints for pair in pairwise(way))

    def _quickest(self, start: str, end: str) -> list[str]:
        after: dict[str, list[str]] = {}
        for first, second in self.joints:
            after.setdefault(first, []).append(second)
        queue: list[tuple[float, str, tuple[str, ...]]] = [(0.0, start, ())]
        seen: set[str] = set()
        while queue:
            took, edge, before = heapq.heappop(queue)
            if edge == end:
                return [*before, edge]
            if edge in seen:
                continue
            seen.add(edge)
            for following in after.get(edge, ()):
                rail = self.edges[following]
                heapq.heappush(queue, (took + rail.length / rail.speed, following, (*before, edge)))
        return []


def read_tracks(root: XmlElement, rules: Mapping[str, Mapping[str, str]]) -> Tracks:
    """The rails of a network's file, if it has crossings.

    Args:
        root: the file.
        rules: parameters of crossings, by name.

    Raises:
        Refused: a parameter that is no time or distance.
    """
    names = [one.get("id") for one in root.all("junction") if one.attributes.get("type") == CROSSING]
    if not names:
        return Tracks()
    lanes = _rail_lanes(root)
    heads = {edge.get("id"): edge.attributes.get("to", "") for edge in root.all("edge")}
    after = {_lane(one, "from"): one for one in root.all("connection") if one.get("from").startswith(":")}
    edges: dict[str, Rail] = {}
    for name, rail in lanes.items():
        edge = name.rpartition("_")[0]
        if not edge.startswith(":"):
            edges.setdefault(edge, rail)
    joints: dict[tuple[str, str], Rail] = {}
    for one in root.all("connection"):
        start, end = one.get("from"), one.get("to")
        if _lane(one, "from") in lanes and _lane(one, "to") in lanes and start in edges and end in edges:
            crossing = heads[start] if heads[start] in names else ""
            via = _through(one.attributes.get("via", ""), lanes, after)
            speed = min((rail.speed for rail in via), default=edges[start].speed)
            joints.setdefault((start, end), Rail(sum(rail.length for rail in via), speed, crossing))
    return Tracks(edges, joints, {name: _rules(name, rules.get(name, {})) for name in names})


def rules_of(root: XmlElement) -> dict[str, dict[str, str]]:
    """Parameters of crossings, or of lights of their names, in a network's file or in an additional one."""
    found: dict[str, dict[str, str]] = {}
    for one in (*root.all("junction"), *root.all("tlLogic")):
        if one.tag == "tlLogic" or one.attributes.get("type") == CROSSING:
            told = {param.get("key"): param.attributes.get("value", "") for param in one.all("param")}
            found.setdefault(one.get("id"), {}).update(told)
    return found


def _rules(name: str, given: Mapping[str, str]) -> dict[str, float]:
    found = {}
    for rule, default in RULES.items():
        try:
            value = float(given.get(rule, default))
        except ValueError:
            value = float("nan")
        if not (-1.0 if rule == "space-gap" else 0.0) <= value <= LONGEST_RULE:
            raise Refused(f"rail crossing {name!r} has {rule}={given[rule]!r}: 0 to {LONGEST_RULE:g}")
        found[rule] = value
    return found


def _rail_lanes(root: XmlElement) -> dict[str, Rail]:
    """Lanes that let trains run, outside and inside of junctions."""
    found = {}
    for edge in root.all("edge"):
        for lane in edge.all("lane"):
            if TRAINS.keys() & set(lane.attributes.get("allow", "").split()):
                length, speed = lane.number("length"), lane.number("speed")
                if length > 0.0 and speed > 0.0:
                    found[lane.get("id")] = Rail(length, speed)
    return found


def _through(via: str, lanes: Mapping[str, Rail], after: Mapping[str, XmlElement]) -> Iterable[Rail]:
    """The lanes inside of a junction from one edge to the next."""
    found = []
    for _ in range(MOST_CHAIN):
        if via not in lanes:
            break
        found.append(lanes[via])
        via = after[via].attributes.get("via", "") if via in after else ""
    return found


def _lane(connection: XmlElement, side: str) -> str:
    return f"{connection.get(side)}_{int(connection.number(f'{side}Lane'))}"
