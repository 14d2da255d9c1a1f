"""Trains of a route file: who runs when, by which rails, and where it stops. Second by second, as SUMO 1.28 moves them.

A train speeds up by accel to the speed of the rails, brakes by decel before slower ones and before its stops. It runs
alone: it waits neither for signals nor for other trains.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from simulator.interop.sumo.flows import AVERAGE, Departure, Stream
from simulator.interop.sumo.reader import XmlElement
from simulator.interop.sumo.tracks import Rail, Tracks
from simulator.interop.sumo.vehicles import VehicleType
from worlds.world import Refused

HALTED = 0.1  # m/s
BEFORE = 0.1  # m that a train's end stands off the beginning of an edge when it departs
FASTEST = 150.0  # m/s
LONGEST_RUN = 86_400  # s
SHORTEST_STOP = 0.2  # m along which a train may stand, where the file names one place alone
PLACES = frozenset({"busStop", "trainStop"})
"""Elements of additional files that trains stop at."""


@dataclass(frozen=True)
class TrainHalt:
    """A stop of a train."""

    edge: str
    first: float
    """m along the edge from which on it may stand; from the edge's end if below 0, infinite: just before ``last``."""
    last: float
    """m along the edge where it stands; from the edge's end if below 0, infinite: at the edge's end."""
    seconds: float = 0.0
    until: float | None = None
    """s of the day before which it does not leave."""
    since_departure: bool = False
    """``until`` counts from the train's departure."""


@dataclass(frozen=True)
class TrainStream:
    """The trains of one element."""

    stream: Stream
    halts: tuple[TrainHalt, ...] = ()


@dataclass(frozen=True)
class TrainLine:
    """The rails under one train, one after the other, by metres from the beginning of its first edge."""

    rails: tuple[Rail, ...]
    starts: tuple[float, ...]
    stops: tuple[tuple[float, float, TrainHalt], ...]
    """First and last place of each stop."""
    begin: float
    """Of its front when it departs."""
    crossings: tuple[int, ...] = ()
    """Which of the rails lead over crossings."""

    @property
    def end(self) -> float:
        """Where it leaves the network."""
        return self.starts[-1] + self.rails[-1].length


@dataclass(frozen=True)
class TrainMoment:
    """Where a train is at the beginning of a second."""

    second: int
    place: float  # m, of its front
    speed: float
    """m/s that it is about to drive."""
    halted: float
    """s that it is still going to stand at a stop, 0 if it does not."""


def read_place(element: XmlElement) -> tuple[str, TrainHalt]:
    """A <busStop> or a <trainStop>: its name, and a stop there."""
    return element.get("id"), _halt_on(element, element.get("lane").rpartition("_")[0])


def read_halts(
    elements: list[XmlElement], places: Mapping[str, TrainHalt], *, since_departure: bool, first: float = 0.0
) -> tuple[TrainHalt, ...]:
    """The <stop>s of a train.

    Args:
        elements: stops.
        places: by name, those of other files.
        since_departure: ``until`` counts from the departure, as on a <route>.
        first: departure of the first of a flow, from which ``until`` counts for the others.

    Raises:
        Refused: a place that is not there, or nowhere.
    """
    found = []
    for element in elements:
        named = next((element.get(name) for name in PLACES if name in element.attributes), "")
        lane = element.attributes.get("lane", "")
        edge = element.attributes.get("edge", lane.rpartition("_")[0])
        if named and named not in places:
            raise Refused(f"<stop> in {element.where} is at {named!r}, which is not there")
        if not named and not edge:
            raise Refused(f"<stop> in {element.where} is nowhere: name a lane, an edge, a busStop or a trainStop")
        until = element.time("until") - first if "until" in element.attributes else None
        halt = places[named] if named else _halt_on(element, edge)
        found.append(
            replace(halt, seconds=max(element.time("duration", 0.0), 0.0), until=until, since_departure=since_departure)
        )
    return tuple(found)


def _halt_on(element: XmlElement, edge: str) -> TrainHalt:
    return TrainHalt(edge, element.number("startPos", math.inf), element.number("endPos", math.inf))


def line_of(tracks: Tracks, way: tuple[str, ...], halts: tuple[TrainHalt, ...], length: float) -> TrainLine:
    """The rails of a way, with the stops that lie on it in their order."""
    rails: list[Rail] = []
    starts: list[float] = []
    begins: list[float] = []
    place = 0.0
    for index, edge in enumerate(way):
        if index:
            rails.append(tracks.joints[way[index - 1], edge])
            starts.append(place)
            place += rails[-1].length
        rails.append(tracks.edges[edge])
        starts.append(place)
        begins.append(place)
        place += rails[-1].length
    found, at = [], 0
    for halt in halts:
        index = next((index for index in range(at, len(way)) if way[index] == halt.edge), -1)
        if index < 0:
            continue
        long = tracks.edges[halt.edge].length
        first, last = (begins[index] + (m if m >= 0.0 else long + m) for m in (halt.first, halt.last))
        last = min(last, begins[index] + long)
        found.append((max(min(first, last - SHORTEST_STOP), begins[index]), last, halt))
        at = index
    crossings = tuple(index for index, rail in enumerate(rails) if rail.crossing)
    return TrainLine(tuple(rails), tuple(starts), tuple(found), min(length + BEFORE, rails[0].length), crossings)


def run_train(line: TrainLine, departure: Departure, end: float) -> Iterator[TrainMoment]:
    """Second by second from its departure until it has left, or until a time (s)."""
    kind, factor = departure.type, departure.factor
    second = math.ceil(departure.time - 1e-6)
    place, speed = line.begin, _first_speed(departure, _limit(line.rails[0], kind, factor))
    stops, stood = list(line.stops), -1
    for now in range(second + 1, min(int(end), second + LONGEST_RUN) + 1):
        if place >= line.end:
            return
        stop = stops[0][1] if stops else math.inf
        halted = 0.0
        if stops and speed <= HALTED and place >= stops[0][0] - BEFORE:
            stood = now if stood < 0 else stood
            halt = stops[0][2]
            halted = max(halt.seconds - (now - stood + 1), _until(halt, departure) - now, 0.0)
            if not halted:
                stops.pop(0)
                stood, stop = -1, (stops[0][1] if stops else math.inf)
        speed = 0.0 if halted else _next_speed(line, kind, factor, place, speed, stop)
        yield TrainMoment(now, place, speed, halted)
        place += speed


def _until(halt: TrainHalt, departure: Departure) -> float:
    if halt.until is None:
        return -math.inf
    return halt.until + (departure.time if halt.since_departure else 0.0)


def _first_speed(departure: Departure, limit: float) -> float:
    wanted = departure.start.speed
    return limit if wanted == AVERAGE else min(wanted, limit)


def _limit(rail: Rail, kind: VehicleType, factor: float) -> float:
    return min(rail.speed * factor, kind.max_speed or FASTEST, FASTEST)


def rail_at(line: TrainLine, place: float) -> int:
    """The rail under a place."""
    return max(bisect_right(line.starts, place) - 1, 0)


def speed_at(line: TrainLine, kind: VehicleType, factor: float, place: float) -> float:
    """How fast a train may be there (m/s): no faster than any of the rails under it allows."""
    under = range(rail_at(line, max(place - kind.length, 0.0)), rail_at(line, place) + 1)
    return min(_limit(line.rails[index], kind, factor) for index in under)


def _next_speed(line: TrainLine, kind: VehicleType, factor: float, place: float, speed: float, stop: float) -> float:
    """The speed of the next second: as fast as it may be, so that it can still brake for whatever comes."""
    at = rail_at(line, place)
    fastest = min(speed + kind.accel, speed_at(line, kind, factor, place))
    fastest = max(fastest, speed - kind.decel)
    for index in range(at + 1, len(line.rails)):
        ahead = line.starts[index] - place
        if ahead > fastest + brake_gap(fastest, kind.decel):
            break
        fastest = min(fastest, _slowing(kind.decel, ahead, _limit(line.rails[index], kind, factor)))
    if stop < math.inf:
        fastest = min(fastest, _stopping(kind.decel, stop - place))
    return max(fastest, 0.0)


def brake_gap(speed: float, decel: float) -> float:
    """m in which a train stops that decides once a second, with a second to react."""
    steps = math.floor(speed / decel)
    return steps * speed - decel * steps * (steps + 1) / 2.0 + speed


def _slowing(decel: float, ahead: float, target: float) -> float:
    """The highest speed of the next second from which one is at a lower one when it begins."""
    if ahead < target:
        return target
    steps = max((math.sqrt((decel + 2.0 * target) ** 2 + 8.0 * decel * ahead) - decel) / 2.0 - target, 0.0) / decel
    whole = math.floor(steps)
    exact = (whole * whole + whole) / 2.0 * decel + whole * target + (target if steps > whole else 0.0)
    return max(ahead - exact, 0.0) / (whole + 1) + whole * decel + target


def _stopping(decel: float, ahead: float) -> float:
    """The highest speed of the next second from which one stops in so many metres, with a second to react."""
    room = max(ahead, 0.0)
    steps = math.floor(math.sqrt(1.0 + 8.0 * room / decel) / 2.0 - 0.5)
    rest = room - (0.5 * steps * (steps - 1) * decel + steps * decel)
    return max(steps * decel + rest / (steps + 1.0), 0.0)
