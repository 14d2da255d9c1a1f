"""One junction cut out of a network: its approaches and ways out, and the part of the demand that goes through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from simulator.interop.sumo.build import Imported
from simulator.interop.sumo.network import Lane, RoadNetwork
from simulator.interop.sumo.routes import Demand
from worlds.road.fields import EXIT, LINK
from worlds.world import Refused

LONGEST, SHORTEST = 90.0, 40.0  # m of an approach, and of a way out, that are kept; shorter ones are made so long
SHORT = "approach or way out that is shorter than 40 m, made as long"
FEWEST = 1e-4  # vehicles/s through a junction, and of a relation; fewer are none
Turns = dict[tuple[str, str], float]
"""Vehicles/s by the edges from where and to where."""


def turns_of(network: RoadNetwork, imported: Imported, flows: Mapping[tuple[int, int], float]) -> dict[str, Turns]:
    """What goes through every junction.

    Args:
        network: the file.
        imported: its record.
        flows: vehicles/s from a lane of the record to a destination.
    """
    w, lanes = imported.records[0], len(network.lanes)
    found: dict[str, Turns] = {}
    for (lane, goal), flow in flows.items():
        for _ in range(2 * int(w["lanes"])):
            if int(w["lane_kind"][lane]) == EXIT:
                break
            if int(w["lane_kind"][lane]) == LINK:
                way = network.ways[lane - lanes]
                turn = way.start.rpartition("_")[0], way.end.rpartition("_")[0]
                turns = found.setdefault(way.junction, {})
                turns[turn] = turns.get(turn, 0.0) + flow
            steers = int(w["steer"][lane, goal])
            lane = int((w["lane_left"][lane], w["way"][lane, goal], w["lane_right"][lane])[steers + 1])
            if lane < 0:
                break
    return found


def choose_junction(network: RoadNetwork, imported: Imported, turns: Mapping[str, Turns], name: str | None) -> str:
    """The junction of a name, or the busiest one with conflicts.

    Raises:
        Refused: there is none of that name, or nobody has to give way there.
    """
    crossing = _crossing(network, imported)
    busy = {one: sum(flows.values()) for one, flows in turns.items()}
    if name is None:
        known = [one for one in busy if one in crossing and busy[one] > FEWEST]
        if not known:
            raise Refused(
                f"{network.path.name} has no junction where ways from two edges cross or join and somebody of the "
                "demand comes: junction needs one"
            )
        return max(known, key=lambda one: (busy[one], one))
    if name not in {way.junction for way in network.ways}:
        few = ", ".join(repr(one) for one in sorted(busy, key=lambda one: -busy[one])[:5])
        raise Refused(f"{network.path.name} has no junction {name!r} for cars: its busiest are {few}")
    if name not in crossing:
        raise Refused(f"no ways from two edges cross or join at junction {name!r} of {network.path.name}: name another")
    if busy.get(name, 0.0) <= FEWEST:
        raise Refused(f"nobody of the demand comes to junction {name!r} of {network.path.name}: name another")
    return name


def _crossing(network: RoadNetwork, imported: Imported) -> set[str]:
    """Junctions where ways from two edges meet."""
    w, lanes = imported.records[0], len(network.lanes)
    found = set()
    for order, way in enumerate(network.ways):
        first, count = int(w["lane_conflict"][lanes + order]), int(w["lane_conflicts"][lanes + order])
        for other in w["conflict_lane"][first : first + count]:
            if network.ways[int(other) - lanes].start.rpartition("_")[0] != way.start.rpartition("_")[0]:
                found.add(way.junction)
    return found


def cut_junction(network: RoadNetwork, junction: str, left_out: dict[str, int]) -> RoadNetwork:
    """The junction with its approaches and ways out. What was made longer is told in ``left_out``."""
    ways = [way for way in network.ways if way.junction == junction]
    into = {way.start.rpartition("_")[0] for way in ways}
    ways = [
        way for way in ways if way.end.rpartition("_")[0] not in into
    ]  # an edge that leads back to it is no way out
    out = {way.end.rpartition("_")[0] for way in ways}
    lanes = []
    for lane in network.lanes:
        if lane.edge in into or lane.edge in out:
            if lane.length < SHORTEST:
                left_out[SHORT] = left_out.get(SHORT, 0) + 1
            lanes.append(_trimmed(lane, at_end=lane.edge in into))
    lights = {way.light for way in ways if way.light}
    return replace(
        network,
        lanes=tuple(lanes),
        ways=tuple(ways),
        lights={name: phases for name, phases in network.lights.items() if name in lights},
        programmes={name: one for name, one in network.programmes.items() if name in lights},
    )


def _trimmed(lane: Lane, *, at_end: bool) -> Lane:
    """The last metres of a lane, or its first ones, as long as is kept."""
    line = lane.shape if at_end else lane.shape[::-1]
    steps = np.hypot(*np.diff(line, axis=0).T)
    scale = float(steps.sum()) / max(lane.length, 1e-9)
    length = min(max(lane.length, SHORTEST), LONGEST)
    left = length * scale
    kept = [line[-1]]
    for step, before in zip(steps[::-1], line[-2::-1], strict=True):
        if step >= left:
            kept.append(kept[-1] + (before - kept[-1]) * left / max(step, 1e-9))
            left = 0.0
            break
        kept.append(before)
        left -= float(step)
    if left > 0.0:  # straight on
        along = kept[-1] - kept[-2]
        kept[-1] = kept[-1] + along / max(float(np.hypot(*along)), 1e-9) * left
    shape = np.array(kept[::-1] if at_end else kept)
    return replace(lane, length=length, shape=shape)


def demand_through(turns: Turns, network: RoadNetwork, demand: Demand) -> Demand:
    """Mean flows between the edges of a junction that was cut out."""
    edges = {lane.edge for lane in network.lanes}
    kept = {turn: flow for turn, flow in turns.items() if flow > FEWEST and set(turn) <= edges}
    if not kept:
        raise Refused(f"nobody of the demand comes to that junction of {network.path.name}: name another")
    return Demand(kept, demand.begin, demand.seconds)


def arms_of(w: Any, sources: np.ndarray, goals: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The arms of a junction that was cut out: the ways out first, then approaches that have none beside them.

    Returns:
        Headings (arms,) of those who leave by each, the arm of each source lane, and the arm of each lane, −1 none.
    """
    headings = [_heading(w, int(w["sink_lane"][goal]), at_end=True) for goal in goals]
    of_lane = np.full(int(w["lanes"]), -1)
    for arm, goal in enumerate(goals):
        of_lane[_beside(w, int(w["sink_lane"][goal]))] = arm
    approaches = []
    for lane in dict.fromkeys(min(_beside(w, int(w["source_lane"][source]))) for source in sources):
        approaches.append((lane, _heading(w, lane, at_end=False) + np.pi))
    near = sorted(
        (abs(_turned(heading - headings[arm])), order, arm)
        for order, (_, heading) in enumerate(approaches)
        for arm in range(len(goals))
    )
    taken: dict[int, int] = {}
    for apart, order, arm in near:
        if apart < TOGETHER and order not in taken and arm not in taken.values():
            taken[order] = arm
    for order, (lane, heading) in enumerate(approaches):
        if order not in taken:
            taken[order] = len(headings)
            headings.append(heading)
        of_lane[_beside(w, lane)] = taken[order]
    for lane in range(int(w["lanes"])):
        if int(w["lane_kind"][lane]) == LINK:
            of_lane[lane] = of_lane[int(w["lane_before"][lane, 0])]
    return np.array([_turned(one) for one in headings]), of_lane[w["source_lane"][sources]], of_lane


TOGETHER = 0.7  # rad; an approach this near to a way out belongs to the same arm


def _turned(angle: float) -> float:
    return float((angle + np.pi) % (2.0 * np.pi) - np.pi)


def _heading(w: Any, lane: int, *, at_end: bool) -> float:
    first = int(w["lane_first"][lane])
    return float(w["point_heading"][first + (int(w["lane_points"][lane]) - 1 if at_end else 0)])


def _beside(w: Any, lane: int) -> list[int]:
    """A lane and those beside it."""
    while int(w["lane_left"][lane]) >= 0:
        lane = int(w["lane_left"][lane])
    found = [lane]
    while int(w["lane_right"][found[-1]]) >= 0:
        found.append(int(w["lane_right"][found[-1]]))
    return found
