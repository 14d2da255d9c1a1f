"""What a ``.net.xml`` file says, as plain values: lanes, ways through junctions, light programs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from simulator.interop.sumo.reader import XmlElement, read_xml
from worlds.world import Refused

BY_RANK = {"dead_end", "priority", "priority_stop", "traffic_light", "traffic_light_right_on_red", "unregulated"}
CUSTOMS = {"right_before_left": "right first", "allway_stop": "all stop", "zipper": "first come"}
STOP = "s"  # the state of a way behind a stop sign
JUNCTIONS = frozenset(BY_RANK | CUSTOMS.keys() | {"internal"})
SKIPPED = frozenset({"location", "type", "request", "param", "roundabout"})  # what carries no road
NEEDED = frozenset({"edge", "junction", "connection", "tlLogic"})
LANE_WIDTH = 3.2  # m, SUMO's default
FOR_CARS = frozenset({"passenger", "private", "all"})
GREENS, YELLOWS, REDS = "Ggs", "yY", "rRu"  # s: a turn at red after a stop, read as a green that gives way
LONGEST_CHAIN = 4  # lanes inside a junction one after the other


@dataclass(frozen=True)
class Lane:
    """One lane between junctions."""

    name: str
    edge: str
    index: int  # 0 is the rightmost
    speed: float  # m/s
    length: float  # m
    width: float  # m
    shape: np.ndarray  # (n, 2) m, y northwards


@dataclass(frozen=True)
class Way:
    """One way through a junction, from lane to lane."""

    start: str
    end: str
    junction: str
    shape: np.ndarray | None  # inside the junction, None where the file has no lanes there
    speed: float | None
    light: str  # name of the light program, empty without one
    link: int  # its place in the program's states
    turn: str  # s ahead, r and R right, l and L left, t back
    major: bool
    custom: str = ""
    """How those who cross agree where no way has the right of way: ``right first``, ``first come``, ``all stop``
    (and then who was first); ``stop`` behind a stop sign; empty elsewhere."""


@dataclass(frozen=True)
class Phase:
    """A part of a light program: one letter for every link, and for how long."""

    state: str
    seconds: float


@dataclass(frozen=True)
class RoadNetwork:
    """A whole file. ``left_out`` tells what was read but not taken over."""

    path: Path
    lanes: tuple[Lane, ...]
    ways: tuple[Way, ...]
    lights: dict[str, tuple[Phase, ...]]
    left_out: dict[str, int]


def read_network(path: str | Path, *, leave_out: bool = False) -> RoadNetwork:
    """Read a ``.net.xml`` file.

    Args:
        path: the file.
        leave_out: leave out lanes on which no car may drive, instead of refusing them; the network tells how many.

    Raises:
        Refused: no such file format, or an element that cannot be taken over: it is named.
        OSError: the file cannot be read.
    """
    place = Path(path)
    root = read_xml(place, "net")
    for child in root.children:
        if child.tag not in NEEDED | SKIPPED:
            raise Refused(f"<{child.tag}> in line {child.line} of {place.name} cannot be imported")
    left_out: dict[str, int] = {}
    junctions = {child.get("id"): child for child in root.all("junction")}
    _check_junctions(junctions.values())
    inner: dict[str, Lane] = {}
    lanes: dict[str, Lane] = {}
    for edge in root.all("edge"):
        function = edge.attributes.get("function", "normal")
        if function not in ("normal", "internal", "connector") and not leave_out:
            raise Refused(f"edge {edge.get('id')!r} is a {function}: only roads can be imported (or leave it out)")
        if function not in ("normal", "internal", "connector"):
            left_out[function] = left_out.get(function, 0) + 1
            continue
        for lane in _lanes(edge, leave_out, left_out):
            (inner if function == "internal" else lanes)[lane.name] = lane
    lights = {light.get("id"): _program(light) for light in root.all("tlLogic")}
    if stops := sum("s" in {letter for phase in light for letter in phase.state} for light in lights.values()):
        left_out["stop before a turn at red"] = stops
    heads = {edge.get("id"): edge.attributes.get("to", "") for edge in root.all("edge")}
    ways = _without_ends(list(_ways(root, lanes, inner, heads, junctions, lights, left_out)), lanes, left_out)
    if not lanes:
        raise Refused(f"{place.name} has no lane for cars")
    return RoadNetwork(place, tuple(lanes.values()), tuple(ways), lights, left_out)


def _without_ends(ways: list[Way], lanes: dict[str, Lane], left_out: dict[str, int]) -> list[Way]:
    """Without the ways that only lead back: where there are no others, the road leaves the map."""
    going_on = {lanes[way.start].edge for way in ways if way.turn != "t"}
    kept = [way for way in ways if way.turn != "t" or lanes[way.start].edge in going_on]
    if len(kept) < len(ways):
        left_out["turnaround"] = len(ways) - len(kept)
    return kept


def _check_junctions(junctions: object) -> None:
    for junction in junctions:  # type: ignore[attr-defined]
        kind = junction.get("type")
        if kind not in JUNCTIONS:
            known = ", ".join(sorted(JUNCTIONS))
            raise Refused(f"junction {junction.get('id')!r} is a {kind}, which cannot be imported: there are {known}")


def _lanes(edge: XmlElement, leave_out: bool, left_out: dict[str, int]) -> Iterator[Lane]:
    for lane in edge.all("lane"):
        if not _takes_cars(lane):
            if not leave_out:
                raise Refused(f"lane {lane.get('id')!r} is not for cars and cannot be imported (or leave it out)")
            left_out["lane not for cars"] = left_out.get("lane not for cars", 0) + 1
            continue
        speed, length = lane.number("speed"), lane.number("length")
        width = lane.number("width", LANE_WIDTH)
        if not (0.0 < speed < 60.0 and 0.0 < length < 1e5 and 1.0 < width < 10.0):
            raise Refused(f"lane {lane.get('id')!r} has speed {speed:g}, length {length:g} and width {width:g}")
        yield Lane(lane.get("id"), edge.get("id"), int(lane.number("index")), speed, length, width, shape_of(lane))


def _takes_cars(lane: XmlElement) -> bool:
    allowed, forbidden = lane.attributes.get("allow"), lane.attributes.get("disallow")
    if allowed is not None:
        return bool(FOR_CARS & set(allowed.split()))
    return not {"passenger", "all"} & set((forbidden or "").split())


def shape_of(lane: XmlElement) -> np.ndarray:
    """The points (n, 2) of a lane; height is left out, points on top of each other too."""
    try:
        points = np.array([[float(part) for part in point.split(",")[:2]] for point in lane.get("shape").split()])
    except ValueError:
        points = np.zeros((0, 2))
    if points.ndim != 2 or len(points) < 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise Refused(f"lane {lane.get('id')!r} has the shape {lane.get('shape')[:40]!r}")
    apart = np.concatenate(((True,), np.hypot(*np.diff(points, axis=0).T) > 0.01))
    kept = points[apart]
    return kept if len(kept) > 1 else points[[0, -1]] + np.array([[0.0, 0.0], [0.01, 0.0]])


def _program(light: XmlElement) -> tuple[Phase, ...]:
    phases = []
    for phase in light.all("phase"):
        state = phase.get("state")
        if unknown := set(state) - set(GREENS + YELLOWS + REDS):
            raise Refused(f"light {light.get('id')!r} shows {''.join(sorted(unknown))!r}, which cannot be imported")
        phases.append(Phase(state, phase.number("duration")))
    if len({len(phase.state) for phase in phases}) != 1:
        raise Refused(f"light {light.get('id')!r} has phases of different lengths, or none")
    return tuple(phases)


def _ways(
    root: XmlElement,
    lanes: dict[str, Lane],
    inner: dict[str, Lane],
    heads: dict[str, str],
    junctions: dict[str, XmlElement],
    lights: dict[str, tuple[Phase, ...]],
    left_out: dict[str, int],
) -> Iterator[Way]:
    after = {  # the way on of lanes inside a junction
        f"{child.get('from')}_{child.get('fromLane')}": child
        for child in root.all("connection")
        if child.get("from").startswith(":")
    }
    for child in root.all("connection"):
        start, end = f"{child.get('from')}_{child.get('fromLane')}", f"{child.get('to')}_{child.get('toLane')}"
        if child.get("from").startswith(":"):
            continue
        if start not in lanes or end not in lanes:
            left_out["way not for cars"] = left_out.get("way not for cars", 0) + 1
            continue
        turn = child.attributes.get("dir", "s")
        light = child.attributes.get("tl", "")
        link = int(child.number("linkIndex", -1.0))
        if light and (light not in lights or not 0 <= link < len(lights[light][0].state)):
            raise Refused(f"the way from {start!r} to {end!r} names link {link} of light {light!r}, which is not there")
        junction, major = heads[child.get("from")], child.get("state") in "MO"
        custom = CUSTOMS.get(junctions[junction].get("type"), "") if junction in junctions else ""
        if child.get("state") == STOP and not light and not custom:
            custom = "stop"
        way = Way(start, end, junction, None, None, light, link, turn, major, custom)
        yield _through(way, child.attributes.get("via", ""), inner, after)


def _through(way: Way, via: str, inner: dict[str, Lane], after: dict[str, XmlElement]) -> Way:
    """The same way with the shape of the lanes inside the junction, where the file has them."""
    pieces, speeds = [], []
    for _ in range(LONGEST_CHAIN):
        if via not in inner:
            break
        pieces.append(inner[via].shape)
        speeds.append(inner[via].speed)
        via = after[via].attributes.get("via", "") if via in after else ""
    if not pieces:
        return way
    points = np.concatenate(pieces)
    apart = np.concatenate(((True,), np.hypot(*np.diff(points, axis=0).T) > 0.05))
    shape = points[apart]
    return replace(way, shape=shape if len(shape) > 1 else None, speed=min(speeds))
