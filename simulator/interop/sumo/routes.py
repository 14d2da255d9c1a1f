"""What ``.rou.xml`` files say: who departs when, in which vehicle, and by which way."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from simulator.interop.sumo.flows import AVERAGE, Rhythm, Route, Start, Stream, read_rhythm
from simulator.interop.sumo.reader import XmlElement, is_number, read_xml
from simulator.interop.sumo.trains import PLACES as STATIONS
from simulator.interop.sumo.trains import TrainHalt, TrainStream, read_halts, read_place
from simulator.interop.sumo.vehicles import (
    CLASSES,
    DEFAULT,
    OWN,
    TRAINS,
    Choice,
    VehicleType,
    read_type,
    shares,
    train_type,
)
from worlds.world import Refused

ROOTS = ("routes", "additional", "add", "tlLogics")
FARTHEST = 1e6  # m or m/s, of a departure
KNOWN = frozenset({"vType", "vTypeDistribution", "route", "routeDistribution", "flow", "vehicle", "trip", "interval"})
NO_CARS = frozenset({"person", "personFlow", "container", "containerFlow", "transportable", "ride", "walk"})
HARMLESS = frozenset(
    {
        "tlLogic", "location", "poly", "poi", "polygon", "e1Detector", "inductionLoop", "e2Detector",
        "laneAreaDetector", "e3Detector", "entryExitDetector", "instantInductionLoop", "routeProbe", "edgeData",
        "laneData", "timedEvent", "meandata", "busStop", "trainStop", "containerStop", "parkingArea",
        "chargingStation", "taz", "tazs", "viewsettings", "param", "trafficLightProgram", "overheadWire",
    }
)  # fmt: skip
"""Of additional files: what draws, measures, or matters only to those who stop there."""
MODELLED = {
    "arrivalLane": {"current", "first", "random"}, "arrivalPos": {"max"}, "arrivalSpeed": {"current"},
    "departPosLat": {"center"}, "arrivalPosLat": {"center"}, "departEdge": set(), "arrivalEdge": set(),
    "rerouter": set(), "jmIgnoreJunctionFoeProb": set(), "speedFactor": set(), "insertionChecks": {"all"},
}  # fmt: skip
"""Attributes of vehicles, and their values that come to what is driven here; others are told."""
LANES = {"allowed": "free", "best_prob": "best", "first_allowed": "first"}
FAST = frozenset({"max", "desired", "speedLimit", "avg", "last", "random"})
PLACES = {"random_free": "random", "last": "base", "splitFront": "base"}


@dataclass(frozen=True)
class Demand:
    """Who departs in a time: mean flows, and, where they come from a file, every vehicle."""

    flows: dict[tuple[str, str], float]
    """Vehicles/s by edges of departure and arrival."""
    begin: float  # s
    seconds: float
    streams: tuple[Stream, ...] = ()
    """The vehicles; without any, the mean flows are drawn from at random."""
    left_out: dict[str, int] = field(default_factory=dict)
    """What was read but not taken over, and how often."""
    trains: tuple[TrainStream, ...] = ()
    """They are not driven, but close crossings."""


def read_demand(
    path: str | Path | Sequence[str | Path],
    begin: float = 0.0,
    seconds: float = 3600.0,
    *,
    leave_out: bool = False,
    additional: Sequence[Path] = (),
    folder: Path | None = None,
) -> Demand:
    """Read ``.rou.xml`` files: everybody who departs from ``begin`` on, for so many seconds.

    Args:
        path: one file or several.
        begin: s.
        seconds: for how long.
        leave_out: leave out who cannot be driven, instead of refusing it; the demand tells how many.
        additional: files with types and routes that the others name.
        folder: in which everything lies that the files may include; each file's own unless said otherwise.

    Raises:
        Refused: no such file format, nobody departs in that time, or an element that cannot be taken over.
        OSError: the file cannot be read.
    """
    places = [Path(path)] if isinstance(path, str | Path) else [Path(one) for one in path]
    reader = _Reader(begin, begin + seconds, leave_out)
    for place in (*additional, *places):
        root = read_xml(place, *ROOTS, "tlLogic", folder=folder)
        for child in root.children if root.tag != "tlLogic" else ():
            reader.read(child, place in additional)
    flows: dict[tuple[str, str], float] = {}
    for stream in reader.streams():
        expected = stream.rhythm.expected(begin, begin + seconds)
        for route, share in stream.routes if expected > 0.0 else ():
            key = route[0], route[-1]
            flows[key] = flows.get(key, 0.0) + expected * share / seconds
    if not flows:
        names = " and ".join(place.name for place in places) or "the additional files"
        end = begin + seconds
        raise Refused(f"nobody departs in {names} between {begin:.12g} and {end:.12g} s{reader.next_after(end)}")
    return Demand(flows, begin, seconds, reader.streams(), reader.left_out, reader.trains())


class _Reader:
    """Types and routes that were read so far, and who goes by them."""

    def __init__(self, begin: float, end: float, leave_out: bool) -> None:
        self.left_out: dict[str, int] = {}
        self._begin, self._end, self._leave_out = begin, end, leave_out
        self._types = {
            name: train_type(name, kind) if kind in TRAINS else VehicleType(name, kind) for name, kind in OWN.items()
        }
        self._mixes: dict[str, Choice] = {}
        self._routes: dict[str, Route] = {}
        self._ways: dict[str, Choice] = {}
        self._streams: list[Stream] = []
        self._trains: list[TrainStream] = []
        self._stops: dict[str, list[XmlElement]] = {}
        self._places: dict[str, TrainHalt] = {}
        self._missed: list[float] = []  # s at which those begin to depart who do not in the time

    def trains(self) -> tuple[TrainStream, ...]:
        """Trains that depart in the time."""
        return tuple(self._trains)

    def streams(self) -> tuple[Stream, ...]:
        """Everybody who departs in the time."""
        return tuple(self._streams)

    def next_after(self, end: float) -> str:
        """When the next ones depart, in words; nothing where nobody does."""
        later = [first for first in self._missed if first >= end]
        return f": the next ones do at {min(later):.12g} s (begin={min(later):.12g})" if later else ""

    def read(self, child: XmlElement, additional: bool, begin: float = 0.0, end: float | None = None) -> None:
        """One element of a file."""
        if child.tag in STATIONS:
            name, place = read_place(child)
            self._places[name] = place
        if child.tag in HARMLESS and (additional or child.tag in ("tlLogic", "param")):
            return
        if child.tag not in KNOWN:
            self._leave(child, "is nobody who drives a car" if child.tag in NO_CARS else "cannot be imported")
        elif child.tag == "interval":
            for inner in child.children:
                self.read(inner, False, child.time("begin", 0.0), child.time("end", self._end))
        elif child.tag == "vType":
            self._types[child.get("id")] = read_type(child, self.left_out)
        elif child.tag == "vTypeDistribution":
            for inner in child.all("vType"):
                if "refId" not in inner.attributes:
                    self._types[inner.get("id")] = read_type(inner, self.left_out)
            self._mixes[child.get("id")] = shares(child, "vTypes", "vType")
        elif child.tag == "route":
            self._add_route(child, child.get("id"))
        elif child.tag == "routeDistribution":
            self._add_ways(child, child.get("id"))
        else:
            self._send(child, begin, self._end if end is None else end)

    def _leave(self, child: XmlElement, why: str) -> None:
        """Leave an element out, and tell; or refuse it."""
        if not self._leave_out:
            name = f" {child.attributes['id']!r}" if "id" in child.attributes else ""
            raise Refused(
                f"<{child.tag}>{name} in {child.where} {why}: {', '.join(sorted(KNOWN))} can be driven "
                "(--leave-out leaves it out)"
            )
        self._tell(child.tag)

    def _tell(self, what: str) -> None:
        self.left_out[what] = self.left_out.get(what, 0) + 1

    # --- ways ---

    def _add_route(self, element: XmlElement, name: str) -> None:
        edges = tuple(element.get("edges").split())
        if not edges:
            raise Refused(f"<route> {name!r} in {element.where} has no edges: one or more")
        self._routes[name] = edges
        self._stops[name] = list(element.all("stop"))
        for what in ("repeat", "cycleTime"):
            if what in element.attributes:
                self._tell(f"route {what}")

    def _add_ways(self, element: XmlElement, name: str) -> None:
        for order, inner in enumerate(element.all("route")):
            if "refId" not in inner.attributes:
                inner.attributes.setdefault("id", f"{name}#{order}")
                self._add_route(inner, inner.get("id"))
        self._ways[name] = shares(element, "routes", "route")

    def _look_for_stops(self, stops: Sequence[XmlElement]) -> None:
        for stop in stops:
            self._leave(stop, "cannot be driven, since nobody stops on the way here")

    def _routes_of(self, child: XmlElement) -> tuple[tuple[tuple[Route, float], ...], bool, list[XmlElement]] | None:
        """The ways of a vehicle with their shares, whether all edges between are given, and the stops on them; None
        where it is left out."""
        own = f"!{child.attributes.get('id', '')}"
        name = child.attributes.get("route", "")
        inner = next(child.all("route", "routeDistribution"), None)
        if inner is not None:
            name = own
            if inner.tag == "route":
                self._add_route(inner, own)
            else:
                self._add_ways(inner, own)
        if name in self._ways:
            self._check_routes(child, [one for one, _ in self._ways[name]])
            stops = [stop for one, _ in self._ways[name] for stop in self._stops[one]]
            return tuple((self._routes[one], share) for one, share in self._ways[name]), True, stops
        if name:
            self._check_routes(child, [name])
            return ((self._routes[name], 1.0),), True, self._stops[name]
        for side in ("from", "to"):
            if side not in child.attributes:
                if {f"{side}Taz", f"{side}Junction"} & child.attributes.keys():
                    self._leave(child, f"goes {side} a district or a junction, which cannot be driven")
                    return None
                child.get(side)
        between = child.attributes.get("via", None)
        if between is not None and not between.split():
            raise Refused(
                f"via={between!r} of <{child.tag}> {child.attributes.get('id', '')!r} in {child.where} names no edge: "
                "one or more, or no via at all"
            )
        return (((child.get("from"), *(between or "").split(), child.get("to")), 1.0),), False, []

    def _check_routes(self, child: XmlElement, names: Sequence[str]) -> None:
        for name in names:
            if name not in self._routes:
                raise Refused(
                    f"<{child.tag}> {child.get('id')!r} in {child.where} takes route {name!r}, which is not there"
                )

    # --- vehicles ---

    def _types_of(self, child: XmlElement) -> tuple[tuple[VehicleType, float], ...] | None:
        """The types of a vehicle with their shares; None where all are left out."""
        name = child.attributes.get("type", DEFAULT)
        choice = self._mixes.get(name) or ((name, 1.0),)
        if unknown := [one for one, _ in choice if one not in self._types]:
            raise Refused(
                f"<{child.tag}> {child.attributes.get('id', '')!r} in {child.where} is of type {unknown[0]!r}, which "
                "is not there"
            )
        types = [(self._types[one], share) for one, share in choice]
        if all(kind.vehicle_class in TRAINS for kind, _ in types):
            return tuple(types)
        driven = [(kind, share) for kind, share in types if kind.vehicle_class in CLASSES]
        if len(driven) < len(types):
            missing = next(kind for kind, _ in types if kind.vehicle_class not in CLASSES)
            if not self._leave_out:
                raise Refused(
                    f"<{child.tag}> {child.attributes.get('id', '')!r} in {child.where} is a {missing.vehicle_class}: "
                    f"{', '.join(CLASSES)} can be driven (--leave-out leaves it out)"
                )
            self._tell(f"{child.tag} of a {missing.vehicle_class}")
        whole = sum(share for _, share in driven)
        return tuple((kind, share / whole) for kind, share in driven) if whole else None

    def _send(self, child: XmlElement, begin: float, end: float) -> None:
        """A flow, a trip or a vehicle."""
        rhythm = self._rhythm(child, begin, end)
        if rhythm is None:
            return
        if not rhythm.expected(self._begin, self._end):
            self._missed.append(rhythm.first)
            return
        types, found = self._types_of(child), self._routes_of(child)
        if types is None or found is None:
            return
        words = f"<{child.tag}> {child.attributes.get('id', '')!r} in {child.where}"
        stream = Stream(words, rhythm, found[0], types, found[1], self._start(child))
        if types[0][0].vehicle_class in TRAINS:
            self._send_train(child, stream, found[2])
            return
        for name in self._unmodelled(child):
            self._tell(f"{name} of a {child.tag}")
        self._look_for_stops([*found[2], *child.all("stop")])
        self._streams.append(stream)

    def _send_train(self, child: XmlElement, stream: Stream, on_route: list[XmlElement]) -> None:
        """Trains of one element, with the stops of their route and their own."""
        many, first = child.tag == "flow", stream.rhythm.first
        halts = read_halts(on_route, self._places, since_departure=True)
        halts += read_halts(list(child.all("stop")), self._places, since_departure=many, first=first if many else 0.0)
        self._trains.append(TrainStream(stream, halts))

    def _start(self, child: XmlElement) -> Start:
        """Where and how fast it departs."""
        lane, speed = child.attributes.get("departLane", "best"), child.attributes.get("departSpeed", "avg")
        place = child.attributes.get("departPos", "base")
        known = lane in LANES or lane in ("first", "best", "free", "random") or lane.isdecimal()
        at = place in PLACES or place in ("base", "free", "random") or is_number(place, FARTHEST)
        if not known or not (speed in FAST or is_number(speed, FARTHEST)) or not at:
            self._tell(f"departLane, departSpeed or departPos of a {child.tag}, driven as usual")
            return Start()
        if speed in FAST - {"max", "avg"} or place in PLACES.keys() - {"random_free"}:
            self._tell(f"departSpeed {speed} or departPos {place}, driven as max and as base")
        fast = AVERAGE if speed == "avg" else math.inf if speed in FAST else max(float(speed), 0.0)
        return Start(LANES.get(lane, lane), fast, PLACES.get(place, place))

    def _rhythm(self, child: XmlElement, begin: float, end: float) -> Rhythm | None:
        if child.tag == "flow":
            return read_rhythm(child, begin, end)
        if child.get("depart") in ("triggered", "containerTriggered", "split"):
            self._leave(child, f"departs {child.get('depart')}, which nobody does here")
            return None
        depart = child.time("depart")
        if depart < 0.0:
            raise Refused(
                f"depart={child.get('depart')!r} of <{child.tag}> in {child.where}: nobody departs before second 0"
            )
        return Rhythm(depart, math.inf, number=1)

    def _unmodelled(self, child: XmlElement) -> Iterator[str]:
        return (name for name, values in MODELLED.items() if child.attributes.get(name, None) not in {None, *values})
