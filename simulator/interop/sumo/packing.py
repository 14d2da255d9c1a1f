"""A network of SUMO's files as a world's build argument: all that a record begins with, in one line of text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from simulator.interop.sumo.alternatives import find_relations, lay_relations
from simulator.interop.sumo.build import Imported, import_network
from simulator.interop.sumo.cutting import choose_junction, cut_junction, demand_through, turns_of
from simulator.interop.sumo.network import RoadNetwork, read_network
from simulator.interop.sumo.routes import Demand, read_demand
from simulator.interop.sumo.scenario import Scenario, is_scenario, read_scenario
from simulator.interop.sumo.tabling import flows_of, long_shares_of, tabled
from simulator.interop.sumo.tabling import origin_of as origin_of
from worlds.road.layouts.given import LIMITS, is_packed, pack
from worlds.road.layouts.given_tables import KINDS
from worlds.world import Refused

SECONDS = 400.0  # of an episode, as in the generated towns
FILE_ARGUMENTS = ("network", "routes", "additional", "begin", "seconds", "leave_out", "junction")
"""Of a build: what says which files a network is read from."""
LATEST = 1e7  # s of a file's day at which an episode may begin
TINY = 1e-6  # vehicles/s that stand for a relation whose flow is drawn


def is_network_file(value: object) -> bool:
    """Whether a build's ``network`` names a file, and is no network yet."""
    return isinstance(value, str) and value != "" and not is_packed(value)


def with_packed(build: Mapping[str, Any], world: str = "signals") -> tuple[dict[str, Any], dict[str, int]]:
    """A world's build arguments with the network's files read: ``network=town.net.xml routes=town.rou.xml`` become one
    ``network``, cut for a world; and what was left out or changed, with how often. Builds without a file of a network
    stay as they are.

    Raises:
        Refused: a file that cannot be read, or what is in it cannot be driven: named.
    """
    if not is_network_file(build.get("network")):
        return dict(build), {}
    rest = {name: value for name, value in build.items() if name not in FILE_ARGUMENTS}
    files = {name: build[name] for name in FILE_ARGUMENTS if name in build}
    try:
        text, left_out = pack_network(**files, world=world if world in KINDS else KINDS[0])
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
    world: str = KINDS[0],
    junction: str | int | None = None,
) -> tuple[str, dict[str, int]]:
    """Read a network and its demand for a world: the value of its build argument ``network``, and what was left out.

    Args:
        network: a ``.net.xml`` file, or a ``.sumocfg`` that names one.
        routes: a ``.rou.xml`` file; none: relations and flows are drawn anew in every task.
        additional: one more file with programs, types or routes.
        begin: second of the file's day at which episodes begin.
        seconds: of an episode, at least 10; else 400, or as long as the ``.sumocfg`` says up to an hour.
        leave_out: leave out or change what cannot be driven, instead of refusing it.
        world: that it is for, one of `KINDS`: each is given something else.
        junction: for the world of that name: which one; else the busiest where somebody gives way, which is told.

    Raises:
        Refused: what cannot be read, driven, or is too large: named.
        OSError: a file cannot be read.
    """
    _refuse_kinds({"begin": begin, "seconds": seconds}, leave_out)
    if junction is not None and world != "junction":
        raise Refused(f"junction={junction!r} is given to {world}: only the world junction drives at one")
    scenario = _scenario(Path(str(network)), routes, additional)
    start, lasting = _times(scenario, begin, seconds)
    roads = read_network(scenario.network, leave_out=leave_out, additional=scenario.additional, folder=scenario.folder)
    demand = _demand(scenario, roads, (start, lasting), world, leave_out)
    counted = bool(scenario.routes)
    left_out = dict(roads.left_out)
    relations = find_relations(roads, demand) if world == "routes" else []
    more_ways = sum(len(relation.routes) for relation in relations)
    imported = import_network(roads, demand, 0, leave_out=leave_out or not counted, more_ways=more_ways)
    for what, times in (*demand.left_out.items(), *(imported.left_out.items() if counted else ())):
        if world != "routes" and what.startswith("rail crossing "):
            what = f"{what.partition(',')[0]}, open at all times in the world {world}"
        left_out[what] = left_out.get(what, 0) + times
    if world == "junction":
        return _pack_junction(roads, demand, imported, left_out, None if junction is None else str(junction))
    laid = lay_relations(imported, roads, relations) if relations else []
    given = tabled(roads, demand, imported, left_out, counted=counted, kind=world, relations=laid)
    return pack(given), left_out


def _demand(scenario: Scenario, roads: RoadNetwork, span: tuple[float, float], world: str, leave_out: bool) -> Demand:
    """Who goes where in a time (its begin and its length, in s): as the file says, or a little of everything."""
    if scenario.routes:
        more, folder = scenario.additional, scenario.folder
        return read_demand(scenario.routes, *span, leave_out=leave_out, additional=more, folder=folder)
    if world != KINDS[0]:
        raise Refused(f"{scenario.network.name} is given to {world} without demand: name it with routes=FILE.rou.xml")
    return _everywhere(roads, *span)


def _times(scenario: Scenario, begin: float | None, seconds: float | None) -> tuple[float, float]:
    """When episodes begin and how long they last, in s."""
    start = float(begin if begin is not None else scenario.begin or 0.0)
    until = scenario.end if scenario.end is not None else start + SECONDS
    lasting = float(seconds if seconds is not None else min(until - start, 3600.0))
    low, high = LIMITS["seconds"]
    if not 0.0 <= start <= LATEST:
        raise Refused(f"begin={start:.12g}: episodes begin between second 0 and {LATEST:g} of the file's day")
    if not low <= lasting <= high:
        span = f"from begin={start:.12g} to the end at {until:.12g} s"
        told = f"seconds={lasting:.12g}" if seconds is not None else span
        raise Refused(f"{told}: an episode lasts {low} to {high} s")
    return start, lasting


def _pack_junction(
    roads: RoadNetwork, demand: Demand, imported: Imported, left_out: dict[str, int], name: str | None
) -> tuple[str, dict[str, int]]:
    """One junction of a network that was read with its demand."""
    flows = flows_of(imported.records[0], demand, imported, True, left_out, ())
    by_lane = {
        (int(flows.lanes[source]), int(flows.goals[goal])): float(flows.mean[source, goal])
        for source, goal in np.argwhere(flows.mean > 0.0)
    }
    turns = turns_of(roads, imported, by_lane)
    junction = choose_junction(roads, imported, turns, name)
    if name is None:
        left_out[f"all but the busiest junction, which is {junction!r}"] = 1
    cut = cut_junction(roads, junction, left_out)
    through = demand_through(turns[junction], cut, demand)
    laid = import_network(cut, through, 0, leave_out=True)
    shares = long_shares_of(imported, True)
    given = tabled(cut, through, laid, left_out, kind="junction", long_shares=shares, junction=junction)
    return pack(given), left_out


def pack_imported(network: RoadNetwork, demand: Demand, imported: Imported) -> str:
    """What is imported already, as a world's build argument ``network``.

    Raises:
        Refused: it cannot be a world: named.
    """
    return pack(tabled(network, demand, imported, {}))


def _refuse_kinds(numbers: Mapping[str, Any], leave_out: Any) -> None:
    """Refuse build arguments of another kind: a user types them."""
    for name, value in numbers.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            low, high = LIMITS["seconds"] if name == "seconds" else (0, LATEST)
            raise Refused(f"{name}={value!r} is no number of seconds: allowed is {low} to {high:g}")
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
